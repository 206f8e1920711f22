"""What was answered before is answered again before any route is asked: see `remembering`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from archguard_api.http.response_cache import key_of
from archguard_api.http.responses import answer_bytes

if TYPE_CHECKING:
    from fastapi import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from archguard_api.http.database_version import DatabaseVersion
    from archguard_api.http.response_cache import ResponseCache


class CacheMiddleware:
    """ASGI middleware: routing a request and resolving its dependencies take longer than all of this."""

    def __init__(self, app: ASGIApp, *, remembered: ResponseCache, stamping: DatabaseVersion) -> None:
        self._app = app
        self._remembered = remembered
        self._stamping = stamping

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        answer = await self._recall(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    async def _recall(self, scope: Scope) -> Response | None:
        if scope["method"] != "GET":
            return None
        headers = Headers(scope=scope)
        kept = self._remembered.find(key_of(scope, headers.get("authorization")))
        if kept is None or not kept.holds(await self._stamping.now()):
            return None
        return answer_bytes(kept.body, headers.get("if-none-match"), kept.etag)

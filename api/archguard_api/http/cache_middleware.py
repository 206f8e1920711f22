"""Middleware that answers from the response cache before any route is looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from archguard_api.http.credentials import read_credentials
from archguard_api.http.response_cache import make_key
from archguard_api.http.responses import json_response

if TYPE_CHECKING:
    from fastapi import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from archguard_api.http.basis_reader import BasisReader
    from archguard_api.http.credentials import Credentials
    from archguard_api.http.database_version import DatabaseVersion
    from archguard_api.http.response_cache import CachedResponse, ResponseCache
    from archguard_api.services.token_uses import TokenUses


class CacheMiddleware:
    """ASGI middleware, because routing and dependencies take longer than everything here.

    `routes.route_classes.CachedRoute` fills the cache.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        response_cache: ResponseCache,
        database_version: DatabaseVersion,
        bases: BasisReader,
        token_uses: TokenUses,
    ) -> None:
        self._app = app
        self._response_cache = response_cache
        self._database_version = database_version
        self._bases = bases
        self._token_uses = token_uses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the cache, or pass the request on."""
        response = await self._find_response(scope) if scope["type"] == "http" else None
        await (response or self._app)(scope, receive, send)

    async def _find_response(self, scope: Scope) -> Response | None:
        if scope["method"] != "GET":
            return None
        headers = Headers(scope=scope)
        credentials = read_credentials(headers)
        key = make_key(scope, credentials)
        cached = self._response_cache.get(key)
        if cached is None or not await self._is_right(key, cached, credentials):
            return None
        if cached.basis.token is not None:
            self._token_uses.record(cached.basis.token.id)
        return json_response(cached.body, headers.get("if-none-match"), cached.etag)

    async def _is_right(self, key: bytes, cached: CachedResponse, credentials: Credentials) -> bool:
        """Return whether nothing that the response rests on has changed."""
        stamp = await self._database_version.current()
        if stamp is None:
            return False
        if cached.stamp == stamp:
            return True
        if cached.basis != await self._bases.read(stamp, cached.project, credentials):
            return False
        self._response_cache.renew(key, cached, stamp)
        return True

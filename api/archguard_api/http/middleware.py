"""What is around every answer: headers for safety, the check of `Host`, and a line in the log."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import structlog

from archguard_api.http import problem_json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CSP = b"content-security-policy"
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (_CSP, b"default-src 'none'; frame-ancestors 'none'"),
)
_log = structlog.get_logger()


def request_id(scope: Scope) -> str:
    """The name of this request, made when somebody first asks."""
    state: dict[str, str] = scope.setdefault("state", {})
    return state.setdefault("request_id", secrets.token_hex(8))


class Envelope:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, *, hosts: tuple[str, ...], log_all: bool) -> None:
        self._app = app
        self._hosts = hosts
        self._log_all = log_all

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
                if self._log_all or message["status"] >= 500:
                    _line(scope, message["status"], started)
            await send(message)

        if self._hosts and not _is_allowed(scope, self._hosts):
            response = problem_json.answer(400, "The service does not answer under this Host.")
            await response(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def _add_headers(message: Message) -> None:
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    given = {name for name, _ in headers}
    headers += [pair for pair in HEADERS if pair[0] not in given]
    message["headers"] = headers


def _line(scope: Scope, status: int, started: float) -> None:
    _log.info(
        "request",
        request_id=request_id(scope),
        method=scope["method"],
        path=scope["path"],
        status=status,
        milliseconds=round((time.monotonic() - started) * 1000, 1),
    )


def _is_allowed(scope: Scope, hosts: tuple[str, ...]) -> bool:
    named = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    host = named.rpartition(":")[0] if named.rpartition(":")[2].isdigit() else named
    return any(
        host.lower() == allowed or (allowed.startswith("*.") and host.lower().endswith(allowed[1:]))
        for allowed in hosts
    )

"""Middleware around every request: security headers, the check of `Host`, and the access log."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

import structlog

from archguard_api.http import problem_json

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CSP = b"content-security-policy"
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (_CSP, b"default-src 'none'; frame-ancestors 'none'"),
)
_log = structlog.get_logger()


def get_request_id(scope: Scope) -> str:
    """Return the request's id for the log and for a 500; made on first use."""
    state: dict[str, str] = scope.setdefault("state", {})
    return state.setdefault("request_id", secrets.token_hex(8))


class RequestMiddleware:
    """ASGI middleware around the whole application.

    A response keeps those of these headers that it sets itself.
    """

    def __init__(
        self, app: ASGIApp, *, hosts: tuple[str, ...], log_all: bool, root_path: str = ""
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._log_all = log_all
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add headers to the response; refuse a request whose `Host` is not allowed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        if self._root_path:
            scope = {**scope, "path": _strip(scope["path"], self._root_path)}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message)
                if self._log_all or message["status"] >= 500:
                    _log_request(scope, message["status"], started)
            await send(message)

        if self._hosts and not _is_allowed(scope, self._hosts):
            response = problem_json.problem_response(400, "The service does not answer under this Host.")
            await response(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)


def _strip(path: str, prefix: str) -> str:
    """Return a path without the prefix, which a proxy may have removed already."""
    if path == prefix or path.startswith(f"{prefix}/"):
        return path[len(prefix) :] or "/"
    return path


def _add_headers(message: Message) -> None:
    headers: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
    present = {name for name, _ in headers}
    headers += [pair for pair in SECURITY_HEADERS if pair[0] not in present]
    message["headers"] = headers


def _log_request(scope: Scope, status: int, started: float) -> None:
    _log.info(
        "request",
        request_id=get_request_id(scope),
        method=scope["method"],
        path=scope["path"],
        status=status,
        milliseconds=round((time.monotonic() - started) * 1000, 1),
    )


def _is_allowed(scope: Scope, hosts: tuple[str, ...]) -> bool:
    header = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
    name, _, port = header.rpartition(":")
    host = name if port.isdigit() else header
    return any(
        host.lower() == allowed or (allowed.startswith("*.") and host.lower().endswith(allowed[1:]))
        for allowed in hosts
    )

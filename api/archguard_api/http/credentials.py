"""What a request shows of who asks: a token in a header, or a session's cookie."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request, Response
    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "archguard_session"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_MAX_AGE_SECONDS = 400 * 86_400
"""Browsers keep no cookie longer."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A header or a cookie, as it was sent; an `Authorization` header wins, whatever it holds."""

    authorization: str | None
    cookie: str | None
    """The session's; None, too, if the request has an `Authorization` header."""

    @property
    def has_other_scheme(self) -> bool:
        """Whether the header's scheme is not Bearer."""
        return (
            self.authorization is not None and self.authorization.partition(" ")[0].lower() != "bearer"
        )


NO_CREDENTIALS = Credentials(None, None)


def read_credentials(headers: Headers) -> Credentials:
    """Return the credentials of a request."""
    authorization = headers.get("authorization")
    return Credentials(authorization, None if authorization is not None else read_cookie(headers))


def read_cookie(headers: Headers) -> str | None:
    """Return the session's cookie."""
    text = headers.get("cookie")
    if text is None or COOKIE not in text:
        return None
    try:
        morsel = SimpleCookie(text).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel is not None else None


def is_from_elsewhere(request: Request) -> bool:
    """Return whether a request that may change something comes from another site's page, or may.

    `Sec-Fetch-Site` decides: browsers send it and no page can set it. Where a browser sends none, its
    `Origin` must be the service's.
    """
    if request.method in _SAFE_METHODS:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site != "same-origin"
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return request.headers.get("origin") != own


def set_cookie(
    request: Request, response: Response, cookie: str, *, path: str, seconds: int | None
) -> None:
    """Give a browser a session's cookie for so many seconds; None: as long as browsers keep one."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=_MAX_AGE_SECONDS if seconds is None else min(seconds, _MAX_AGE_SECONDS),
        path=path,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def clear_cookie(request: Request, response: Response, *, path: str) -> None:
    """Take the cookie away from a browser."""
    response.headers.append("set-cookie", _clearing(request.scope, path))


class DeadSessionMiddleware:
    """ASGI middleware that takes the cookie of a session that ended away from the browser."""

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the header if the request's cookie turned out to be dead."""

        async def send_with_header(message: Message) -> None:
            auth = scope.get("state", {}).get("auth")
            if message["type"] == "http.response.start" and auth is not None and auth.session_is_dead:
                header = (b"set-cookie", _clearing(scope, self._path).encode("latin-1"))
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        await self._app(scope, receive, send_with_header)


def _clearing(scope: Scope, path: str) -> str:
    secure = "; Secure" if scope["scheme"] == "https" else ""
    return f'{COOKIE}=""; Max-Age=0; Path={path}; HttpOnly; SameSite=lax{secure}'

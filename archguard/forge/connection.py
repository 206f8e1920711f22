"""Requests to a forge's API: the token goes to its host only, and into no message."""

from __future__ import annotations

import json
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from archguard.errors import ForgeError
from archguard.text import escape
from archguard.upload.backoff import is_retryable
from archguard.upload.http_connection import HttpConnection, RequestError, RetryableRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.forge.comment_place import CommentPlace
    from archguard.upload.http_connection import Response

_SECONDS = 20.0
"""For one request."""
_MAX_BYTES = 32 * 1024 * 1024
"""A page of a hundred comments has 7 MB at most."""
_MAX_REDIRECTS = 3
_MAX_DETAIL = 300


class RetryableForgeError(ForgeError):
    """A failure that another try may not meet."""

    def __init__(self, message: str, retry_after: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ForbiddenError(ForgeError):
    """The token may read, and may not write."""


class Connection:
    """A connection to a forge, with the token of a comment's place."""

    def __init__(self, place: CommentPlace) -> None:
        """Prepare the connection.

        Raises:
            ForgeError: the environment names a proxy or certificates that cannot be used.
        """
        self._place = place
        try:
            self._http = HttpConnection(
                place.api_url, is_loopback=place.is_loopback, headers=place.headers
            )
        except RequestError as error:
            raise ForgeError(str(error)) from error

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._http.close()

    def request(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        """Return the document that the forge answers with.

        Args:
            method: the HTTP method.
            path: what follows the API's address.
            body: what is sent as JSON.

        Raises:
            ForbiddenError: the token may not do this.
            RetryableForgeError: the forge is busy, or cannot be reached.
            ForgeError: the forge refuses the request.
        """
        return self._exchange(method, path, body)[0]

    def read_page(self, path: str) -> tuple[list[Any], bool]:
        """Return a page of a list, and whether the forge says that another one follows.

        Raises:
            ForgeError: as `request`.
        """
        document, headers = self._exchange("GET", path, None)
        if not isinstance(document, list):
            raise ForgeError(f"{self._place.api_url}: no API of a forge answers there.")
        has_next = 'rel="next"' in headers.get("link", "") or bool(headers.get("x-next-page"))
        return document, has_next

    def _exchange(
        self, method: str, path: str, body: Mapping[str, str] | None
    ) -> tuple[Any, Mapping[str, str]]:
        response = self._follow(method, f"{self._place.api_url}{path}", body)
        if response.status >= HTTPStatus.BAD_REQUEST:
            raise self._describe(response)
        try:
            return json.loads(response.body), response.headers
        except (ValueError, RecursionError) as error:
            raise ForgeError(f"{self._place.api_url}: no API of a forge answers there.") from error

    def _follow(self, method: str, url: str, body: Mapping[str, str] | None) -> Response:
        """Send a request, and follow redirects on the same host."""
        for _ in range(_MAX_REDIRECTS + 1):
            response = self._send(method, url, body)
            if not response.is_redirect:
                return response
            target = _join(url, response.headers.get("location", ""))
            if target is None:
                host = escape(response.redirect_host) or "nowhere"
                raise ForgeError(
                    f"the forge redirects to {host}, and the token is not sent there: give the final "
                    "--api-url."
                )
            url = target
        raise ForgeError("the forge redirects in a circle.")

    def _send(self, method: str, url: str, body: Mapping[str, str] | None) -> Response:
        try:
            return self._http.send(
                method,
                url,
                deadline=time.monotonic() + _SECONDS,
                max_bytes=_MAX_BYTES,
                content=None if body is None else json.dumps(body).encode("ascii"),
                headers=None if body is None else {"Content-Type": "application/json"},
            )
        except RetryableRequestError as error:
            raise RetryableForgeError(str(error)) from error
        except RequestError as error:
            raise ForgeError(str(error)) from error

    def _describe(self, response: Response) -> ForgeError:
        """Return the error for a response that is no success."""
        status, place = response.status, self._place
        detail = f' It says: "{text}"' if (text := self._find_detail(response)) else ""
        end = f" (HTTP {status}){detail}"
        is_limited = (
            "retry-after" in response.headers or response.headers.get("x-ratelimit-remaining") == "0"
        )
        if is_retryable(status) or (status == HTTPStatus.FORBIDDEN and is_limited):
            wait = response.headers.get("retry-after")
            return RetryableForgeError(f"{place.api_url} cannot take the {place.thing} now.{end}", wait)
        if status == HTTPStatus.UNAUTHORIZED:
            return ForgeError(
                f"{place.api_url} does not accept the token in {place.token_variable}.{end}"
            )
        if status == HTTPStatus.FORBIDDEN:
            things = "statuses" if place.commit else "comments"
            return ForbiddenError(f"the token in {place.token_variable} may not write {things}.{end}")
        if status == HTTPStatus.NOT_FOUND:
            return ForgeError(
                f"there is no {place.subject} in {place.repository}, or the token in "
                f"{place.token_variable} may not see it.{end}"
            )
        return ForgeError(f"{place.api_url} refuses the {place.thing}.{end}")

    def _find_detail(self, response: Response) -> str:
        try:
            body = json.loads(response.body)
        except (ValueError, RecursionError):
            return ""
        text = body.get("message") or body.get("error") if isinstance(body, dict) else None
        if not isinstance(text, str):
            return ""
        return escape(text.replace(self._place.token, "[token]"))[:_MAX_DETAIL]


def _join(url: str, location: str) -> str | None:
    """Return the address of a redirect; None if it is not of the same host."""
    try:
        target = urljoin(url, location)
        old, new = urlsplit(url), urlsplit(target)
    except ValueError:
        return None
    return target if (old.scheme, old.netloc) == (new.scheme, new.netloc) else None

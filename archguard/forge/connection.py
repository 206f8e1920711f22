"""Requests to a forge's API: the token goes to its host only, and into no message."""

from __future__ import annotations

import json
import ssl
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx2

from archguard import __version__
from archguard.errors import ForgeError
from archguard.text import escape
from archguard.upload.backoff import is_retryable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.forge.comment_place import CommentPlace

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


@dataclass(frozen=True, slots=True)
class _Answer:
    """The parts of a response that matter here."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """A connection to a forge, with the token of a comment's place."""

    def __init__(self, place: CommentPlace) -> None:
        """Prepare the connection.

        Raises:
            ForgeError: the environment names a proxy or certificates that cannot be used.
        """
        self._place = place
        try:
            self._http = httpx2.Client(
                follow_redirects=False,
                verify=httpx2.create_ssl_context(),
                trust_env=not place.is_loopback,
                timeout=_SECONDS,
                headers={"User-Agent": f"archguard/{__version__}", **place.headers},
            )
        except (ValueError, ImportError, OSError, httpx2.InvalidURL) as error:
            raise ForgeError(
                "the environment's proxy or certificates cannot be used: see HTTPS_PROXY, ALL_PROXY and "
                "SSL_CERT_FILE."
            ) from error

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
        answer = self._follow(method, f"{self._place.api_url}{path}", body)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise self._describe(answer)
        try:
            return json.loads(answer.body), answer.headers
        except (ValueError, RecursionError) as error:
            raise ForgeError(f"{self._place.api_url}: no API of a forge answers there.") from error

    def _follow(self, method: str, url: str, body: Mapping[str, str] | None) -> _Answer:
        """Send a request, and follow redirects on the same host."""
        for _ in range(_MAX_REDIRECTS + 1):
            answer = self._send(method, url, body)
            if not 300 <= answer.status < 400:
                return answer
            target = urljoin(url, answer.headers.get("location", ""))
            if _find_origin(target) != _find_origin(url):
                host = urlsplit(target).netloc.rpartition("@")[2]
                raise ForgeError(
                    f"the forge redirects to {escape(host) or 'nowhere'}, and the token is not sent "
                    "there: give the final --api-url."
                )
            url = target
        raise ForgeError("the forge redirects in a circle.")

    def _send(self, method: str, url: str, body: Mapping[str, str] | None) -> _Answer:
        deadline = time.monotonic() + _SECONDS
        try:
            with self._http.stream(method, url, json=body) as response:
                content = b""
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > _MAX_BYTES or time.monotonic() > deadline:
                        raise RetryableForgeError(f"{self._place.api_url} did not answer in time.")
                headers = {name.lower(): value for name, value in response.headers.items()}
                return _Answer(response.status_code, headers, content)
        except httpx2.DecodingError as error:
            raise ForgeError(f"{self._place.api_url}: no API of a forge answers there.") from error
        except httpx2.TransportError as error:
            raise self._describe_failure(error) from error

    def _describe_failure(self, error: httpx2.TransportError) -> ForgeError:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return ForgeError(
                    f"{self._place.api_url}: its certificate is not trusted ({cause.verify_message}); "
                    "put a private authority's into SSL_CERT_FILE."
                )
            cause = cause.__cause__ or cause.__context__
        if isinstance(error, httpx2.TimeoutException):
            return RetryableForgeError(f"{self._place.api_url} did not answer in time.")
        return RetryableForgeError(f"{self._place.api_url} cannot be reached.")

    def _describe(self, answer: _Answer) -> ForgeError:
        """Return the error for an answer that is no success."""
        status, place = answer.status, self._place
        detail = f' It says: "{text}"' if (text := self._find_detail(answer)) else ""
        end = f" (HTTP {status}){detail}"
        is_limited = (
            "retry-after" in answer.headers or answer.headers.get("x-ratelimit-remaining") == "0"
        )
        if is_retryable(status) or (status == HTTPStatus.FORBIDDEN and is_limited):
            wait = answer.headers.get("retry-after")
            return RetryableForgeError(f"{place.api_url} cannot take the comment now.{end}", wait)
        if status == HTTPStatus.UNAUTHORIZED:
            return ForgeError(
                f"{place.api_url} does not accept the token in {place.token_variable}.{end}"
            )
        if status == HTTPStatus.FORBIDDEN:
            return ForbiddenError(f"the token in {place.token_variable} may not write comments.{end}")
        if status == HTTPStatus.NOT_FOUND:
            return ForgeError(
                f"there is no pull request {place.number} in {place.repository}, or the token in "
                f"{place.token_variable} may not see it.{end}"
            )
        return ForgeError(f"{place.api_url} refuses the comment.{end}")

    def _find_detail(self, answer: _Answer) -> str:
        try:
            body = json.loads(answer.body)
        except (ValueError, RecursionError):
            return ""
        text = body.get("message") or body.get("error") if isinstance(body, dict) else None
        if not isinstance(text, str):
            return ""
        return escape(text.replace(self._place.token, "[token]"))[:_MAX_DETAIL]


def _find_origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc

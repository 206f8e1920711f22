"""Requests over HTTP that end by a deadline, and failures that are sentences for the user."""

from __future__ import annotations

import ssl
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx2

from archguard import __version__
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONNECT_SECONDS = 5.0


class RequestError(ArchguardError):
    """A request got no response."""


class RetryableRequestError(RequestError):
    """A request got no response, and may get one at another try."""


class DeadlineError(RetryableRequestError):
    """A request got no response by its deadline."""


@dataclass(frozen=True, slots=True)
class Response:
    """The parts of an HTTP response that matter here."""

    status: int
    headers: Mapping[str, str]
    """By name in lower case."""
    body: bytes

    @property
    def is_redirect(self) -> bool:
        """Whether another address is to be asked."""
        return 300 <= self.status < 400

    def find_new_url(self, url: str) -> str | None:
        """Return where to ask from now on, of the same server as this address; None: nowhere there."""
        if self.status != HTTPStatus.PERMANENT_REDIRECT:
            return None
        try:
            old, new = urlsplit(url), urlsplit(urljoin(url, self.headers.get("location", "")))
        except ValueError:
            return None
        is_same = (old.scheme, old.netloc) == (new.scheme, new.netloc) and new.path.startswith("/")
        return new.geturl() if is_same else None

    @property
    def redirect_host(self) -> str:
        """The host and port of that address, without a password; empty if it names none."""
        try:
            return urlsplit(self.headers.get("location", "")).netloc.rpartition("@")[2]
        except ValueError:
            return ""


class _Request(NamedTuple):
    method: str
    url: str
    content: bytes | None
    headers: Mapping[str, str] | None
    max_bytes: int


class HttpConnection:
    """A connection to one server. What it sends goes to that server only.

    Of redirects it follows one permanent one to another path of the same server: a project was renamed.
    """

    def __init__(self, address: str, *, is_loopback: bool, headers: Mapping[str, str]) -> None:
        """Prepare the connection; it connects when the first request is sent.

        Args:
            address: the server, as error messages name it.
            is_loopback: whether it runs on this machine, so that no proxy is asked.
            headers: what every request has.

        Raises:
            RequestError: the environment names a proxy or certificates that cannot be used.
        """
        self._address = address
        try:
            self._http = httpx2.Client(
                follow_redirects=False,
                verify=httpx2.create_ssl_context(),  # the system's, or those of SSL_CERT_FILE
                trust_env=not is_loopback,
                headers={
                    "User-Agent": f"archguard/{__version__}",
                    "Accept-Encoding": "identity",
                    **headers,
                },
            )
        except (ValueError, ImportError, OSError, httpx2.InvalidURL) as error:
            raise RequestError(
                "the environment's proxy or certificates cannot be used: see HTTPS_PROXY, ALL_PROXY and "
                "SSL_CERT_FILE."
            ) from error

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(
        self,
        method: str,
        url: str,
        *,
        deadline: float,
        max_bytes: int,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send one request, and give up at the deadline.

        A thread is needed: a socket's timeout does not end a response that arrives byte by byte.

        Args:
            method: the HTTP method.
            url: the full address.
            deadline: on the clock of `time.monotonic`.
            max_bytes: what is longer is cut.
            content: the body.
            headers: what this request has besides those of every request.

        Raises:
            RequestError: there was no response.
        """
        request = _Request(method, url, content, headers, max_bytes)
        response = self._send(request, deadline)
        new_url = response.find_new_url(url)
        if new_url is None:
            return response
        return self._send(request._replace(url=new_url), deadline)

    def _send(self, request: _Request, deadline: float) -> Response:
        future: Future[Response] = Future()

        def call() -> None:
            try:
                future.set_result(self._exchange(request, deadline))
            except BaseException as error:  # noqa: BLE001 (raised again by the caller)
                future.set_exception(error)

        threading.Thread(target=call, daemon=True).start()
        try:
            return future.result(timeout=max(0.0, deadline - time.monotonic()))
        except FutureTimeoutError as error:
            raise DeadlineError(f"{self._address} did not answer in time.") from error
        except (httpx2.InvalidURL, UnicodeError) as error:  # UnicodeError: a host that is no name
            raise RequestError(
                f"{self._address}: this, or what it redirects to, is no valid address."
            ) from error
        except httpx2.TransportError as error:
            raise self._describe(error) from error

    def _exchange(self, request: _Request, deadline: float) -> Response:
        remaining = max(0.001, deadline - time.monotonic())
        timeout = httpx2.Timeout(remaining, connect=min(_CONNECT_SECONDS, remaining))
        with self._http.stream(
            request.method,
            request.url,
            content=request.content,
            headers=request.headers,
            timeout=timeout,
        ) as response:
            return _read(response, request.max_bytes)

    def _describe(self, error: httpx2.TransportError) -> RequestError:
        """Return the error for the user."""
        address = self._address
        if reason := _find_certificate_problem(error):
            return RequestError(
                f"{address}: its certificate is not trusted ({reason}); put a private authority's into "
                "SSL_CERT_FILE."
            )
        if isinstance(error, httpx2.UnsupportedProtocol):
            return RequestError(
                f"{address}: a proxy of the environment is of a kind that is not supported."
            )
        if isinstance(error, httpx2.ConnectTimeout | httpx2.ConnectError | httpx2.ProxyError):
            return RetryableRequestError(f"{address} cannot be reached.")
        if isinstance(error, httpx2.TimeoutException):
            return RetryableRequestError(f"{address} did not answer in time.")
        return RetryableRequestError(f"the connection to {address} broke.")


def _read(response: httpx2.Response, max_bytes: int) -> Response:
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > max_bytes:
            break
    lower_case = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status_code, lower_case, bytes(content[:max_bytes]))


def _find_certificate_problem(error: BaseException | None) -> str | None:
    """Return what is wrong with the server's certificate, if that caused an error."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None

"""Send one HTTP request to an address that somebody else chose, and read no more than is needed."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpcore2

from archguard_api.models.notifications import AttemptResult
from archguard_api.services.notifications.address_guard import RefusedAddressError, UnknownHostError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from archguard_api.services.notifications.address_guard import AddressGuard

CONNECT_SECONDS = 5.0
READ_SECONDS = 8.0
TOTAL_SECONDS = 10.0
"""Of one attempt, but for the time that the system takes to resolve the name."""
NOT_PUBLIC = "the address is not public, and the service's operator has not allowed it"
_NO_HOST = "the host has no address"
_NO_CONNECTION = "it cannot be connected to"
_NO_ANSWER = f"it did not answer within {TOTAL_SECONDS:.0f} seconds"
_NO_HTTP = "its answer is not HTTP"
_NOT_TRUSTED = "its certificate is not trusted"
_RETRY_STATUSES = frozenset({408, 425, 429})


class HttpSender:
    """Sends requests; follows no redirect, asks no proxy, and gives up at a deadline."""

    def __init__(
        self,
        guard: AddressGuard,
        ssl_context: ssl.SSLContext | None = None,
        *,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """Connect to nothing yet.

        Args:
            guard: knows which addresses are allowed.
            ssl_context: what certificates are checked with; None: the system's authorities.
            total_seconds: how long an attempt takes at most.
        """
        self._guard = guard
        self._ssl_context = ssl_context
        self._total_seconds = total_seconds
        self._running: set[_GuardedBackend] = set()
        self._lock = threading.Lock()

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> AttemptResult:
        """Send a body, and return what became of that; `retry_in` is 0 if it may be tried again."""
        with self._watched_backend() as backend:
            try:
                status, _ = self._exchange("POST", url, headers, backend, body=body)
            except RefusedAddressError:
                return AttemptResult(None, NOT_PUBLIC)
            except UnknownHostError:
                return AttemptResult(None, _NO_HOST, retry_in=0)
            except (httpcore2.TimeoutException, httpcore2.NetworkError, OSError) as error:
                return AttemptResult(None, _explain(error, backend), retry_in=0)
            except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol):
                return AttemptResult(None, _NO_ANSWER if backend.is_aborted else _NO_HTTP, retry_in=0)
        return judge_status(status)

    def fetch(self, url: str, max_bytes: int) -> bytes | None:
        """Return what is at an address; None unless it answers with 200 and no more than that."""
        with self._watched_backend() as backend:
            try:
                status, content = self._exchange("GET", url, {}, backend, max_bytes=max_bytes)
            except (
                RefusedAddressError,
                UnknownHostError,
                OSError,
                httpcore2.TimeoutException,
                httpcore2.NetworkError,
                httpcore2.ProtocolError,
                httpcore2.UnsupportedProtocol,
            ):
                return None
        return content if status == HTTPStatus.OK and len(content) <= max_bytes else None

    @contextmanager
    def _watched_backend(self) -> Iterator[_GuardedBackend]:
        """Return what connects; it is ended at the deadline."""
        backend = _GuardedBackend(self._guard)
        timer = threading.Timer(self._total_seconds, backend.abort)
        timer.daemon = True
        timer.start()
        try:
            with self._lock:
                self._running.add(backend)
            yield backend
        finally:
            timer.cancel()
            with self._lock:
                self._running.discard(backend)
            backend.close()

    def abort(self) -> None:
        """End all requests that are running."""
        with self._lock:
            running = [*self._running]
        for backend in running:
            backend.abort()

    def _exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        backend: _GuardedBackend,
        *,
        body: bytes | None = None,
        max_bytes: int = 0,
    ) -> tuple[int, bytes]:
        """Return an answer's status and its content, of which no more than a chunk too much is read."""
        context = self._ssl_context or httpcore2.default_ssl_context()
        timeouts = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS, "pool": 1.0}
        with (
            httpcore2.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
            pool.stream(
                method,
                url,
                headers=[("host", urlsplit(url).netloc), *headers.items()],
                content=body,
                extensions={"timeout": timeouts},
            ) as response,
        ):
            content = b""
            for chunk in response.iter_stream() if max_bytes else ():
                content += chunk
                if len(content) > max_bytes:
                    break
            return response.status, content


class _GuardedBackend(httpcore2.NetworkBackend):
    """Connects to the addresses that the guard allows, and can be ended from another thread."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._backend = httpcore2.SyncBackend()
        self._handle: socket.socket | None = None
        self._lock = threading.Lock()
        self.is_aborted = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            RefusedAddressError: one of its addresses is not allowed.
            UnknownHostError: it has none.
        """
        failure: Exception = httpcore2.ConnectError()
        for address in self._guard.find_addresses(host, port):
            if self.is_aborted:
                break
            try:
                stream = self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
                continue
            self._watch(stream)
            return stream
        raise failure

    def abort(self) -> None:
        """End the connection, whatever it is waiting for."""
        with self._lock:
            self.is_aborted = True
            self._shut_down()

    def close(self) -> None:
        """Forget the connection."""
        with self._lock:
            if self._handle is not None:
                self._handle.close()
                self._handle = None

    def _watch(self, stream: httpcore2.NetworkStream) -> None:
        """Keep a handle of the connection: TLS takes the socket over."""
        with self._lock:
            self._handle = stream.get_extra_info("socket").dup()
            if self.is_aborted:
                self._shut_down()

    def _shut_down(self) -> None:
        if self._handle is not None:
            with suppress(OSError):  # the other side was faster
                self._handle.shutdown(socket.SHUT_RDWR)


def judge_status(status: int) -> AttemptResult:
    """Return what an answer's status says; `retry_in` is 0 if it may be tried again."""
    if 200 <= status < 300:
        return AttemptResult(status, None)
    if 300 <= status < 400:
        return AttemptResult(status, f"it answered {status}, and redirects are not followed")
    may_retry = status in _RETRY_STATUSES or status >= 500
    return AttemptResult(status, f"it answered {status}", retry_in=0 if may_retry else None)


def _explain(error: BaseException, backend: _GuardedBackend) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _NOT_TRUSTED
        cause = cause.__cause__ or cause.__context__
    if backend.is_aborted or isinstance(error, httpcore2.TimeoutException):
        is_connecting = isinstance(error, httpcore2.ConnectTimeout) and not backend.is_aborted
        return _NO_CONNECTION if is_connecting else _NO_ANSWER
    return _NO_CONNECTION if isinstance(error, httpcore2.ConnectError) else _NO_HTTP

"""The HTTP client: sends one snapshot to the server, and retries for at most a minute.

A server that gives no answer at all is given up earlier.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import random
import ssl
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpx2

from archguard import __version__
from archguard.errors import RefusedError, UploadError
from archguard.snapshot.codec import (
    CONTENT_TYPE,
    ENCODING,
    MAX_BYTES,
    MAX_WIRE_BYTES,
    compress,
    encode_with_digest,
)
from archguard.snapshot.schema import Upload, to_version_1
from archguard.upload import responses
from archguard.upload.backoff import is_retryable, parse_retry_after, wait_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.upload.responses import Outcome, Response
    from archguard.upload.server import Server

CONNECT_SECONDS = 5.0
BUDGET_SECONDS = 60.0
SILENCE_SECONDS = 10.0
_SLOW_BYTES_PER_SECOND = 100_000
"""A line that is slower than this may look like a dead server."""


class Client:
    """Sends snapshots to one server."""

    def __init__(
        self,
        server: Server,
        *,
        budget: float = BUDGET_SECONDS,
        silence: float = SILENCE_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        random_between: Callable[[float, float], float] = random.uniform,
    ) -> None:
        """Prepare the client; it connects when the first snapshot is sent.

        Args:
            server: the server.
            budget: seconds for one snapshot, all tries and waits together.
            silence: seconds without any response after which the server is given up, besides those that
                the body takes on a slow line.
            sleep: waits a number of seconds.
            random_between: returns a random number between two, for the jitter of retries.

        Raises:
            UploadError: the environment names a proxy or certificates that cannot be used.
        """
        self._server = server
        self._budget = budget
        self._silence = silence
        self._sleep = sleep
        self._random_between = random_between
        self._sends_version_1 = False
        """Whether the server is known to refuse later versions of the format."""
        try:
            self._http = httpx2.Client(
                follow_redirects=False,
                verify=httpx2.create_ssl_context(),  # the system's, or those of SSL_CERT_FILE
                trust_env=not server.is_loopback,  # no proxy for this machine
                headers={"User-Agent": f"archguard/{__version__}", "Accept-Encoding": "identity"},
            )
        except (ValueError, ImportError, OSError, httpx2.InvalidURL) as error:
            raise UploadError(
                "the environment's proxy or certificates cannot be used: see HTTPS_PROXY, ALL_PROXY and "
                "SSL_CERT_FILE."
            ) from error

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, upload: Upload) -> Outcome:
        """Send a snapshot, and return whether it was new to the server.

        Raises:
            RefusedError: the server does not take this snapshot, or it is too large to be sent.
            UploadError: the snapshot did not reach the server.
        """
        earlier = _to_version_1(upload)
        if self._sends_version_1:
            return self._send(earlier)
        try:
            return self._send(upload)
        except RefusedError as error:
            if error.status != HTTPStatus.UNPROCESSABLE_ENTITY or earlier == upload:
                raise
            try:
                outcome = self._send(earlier)
            except RefusedError:
                raise error from None
            self._sends_version_1 = True
            return outcome

    def _send(self, upload: Upload) -> Outcome:
        start = time.monotonic()
        content, digest = encode_with_digest(upload)
        body = compress(content)
        if len(content) > MAX_BYTES or len(body) > MAX_WIRE_BYTES:
            raise RefusedError(
                f"the snapshot is larger than {MAX_BYTES // 1024**2} MiB, or than "
                f"{MAX_WIRE_BYTES // 1024**2} MiB compressed: leave out roots that no contract needs."
            )
        response = self._post_with_retries(body, start)
        return responses.read_outcome(response, self._server, digest)

    def _post_with_retries(self, body: bytes, start: float) -> Response:
        """Return the first response that is final; raise if there is none in time."""
        tries = 0
        seconds = min(self._budget, self._silence + len(body) / _SLOW_BYTES_PER_SECOND)
        while True:
            tries += 1
            retry_after = None
            try:
                response = self._send_until(start + seconds, partial(self._post, body))
            except _RetryableError as error:
                reason = str(error)
            else:
                if not is_retryable(response.status):
                    return response
                seconds = self._budget  # it is alive
                now = datetime.datetime.now(datetime.UTC)
                retry_after = parse_retry_after(response.headers.get("retry-after"), now)
                reason = responses.describe_problem(response, self._server)
            wait = wait_seconds(tries, retry_after, self._random_between)
            if time.monotonic() + wait >= start + seconds:
                times = "once" if tries == 1 else f"{tries} times"
                raise UploadError(f"{reason} Tried {times}, within {seconds:.0f} s.")
            self._sleep(wait)

    def get(self, path: str, max_bytes: int) -> Response:
        """Read something of the project, once, for at most `SILENCE_SECONDS`.

        Args:
            path: below the project's address, with a slash at its beginning.
            max_bytes: what is longer is cut.

        Raises:
            UploadError: the server did not answer.
        """
        read = partial(self._get, f"{self._server.project_url}{path}", max_bytes)
        return self._send_until(time.monotonic() + self._silence, read)

    def _send_until(self, deadline: float, send: Callable[[float], Response]) -> Response:
        """Send one request, and give up at the deadline.

        A thread is needed: a socket's timeout does not end a response that arrives byte by byte.
        """
        future: Future[Response] = Future()

        def call() -> None:
            try:
                future.set_result(send(deadline))
            except BaseException as error:  # noqa: BLE001 (raised again by the caller)
                future.set_exception(error)

        threading.Thread(target=call, daemon=True).start()
        try:
            return future.result(timeout=max(0.0, deadline - time.monotonic()))
        except FutureTimeoutError as error:
            raise _RetryableError(f"{self._server.address} did not answer in time.") from error
        except httpx2.TransportError as error:
            raise self._describe(error) from error

    def _post(self, body: bytes, deadline: float) -> Response:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
        headers = {
            "Authorization": f"Bearer {self._server.token}",
            "Content-Type": CONTENT_TYPE,
            "Content-Encoding": ENCODING,
            "Content-Digest": f"sha-256=:{digest}:",  # RFC 9530: of the bytes as they are sent
        }
        url = self._server.snapshots_url
        timeout = _make_timeout(deadline)
        with self._http.stream("POST", url, content=body, headers=headers, timeout=timeout) as response:
            return _read(response, responses.MAX_BYTES)

    def _get(self, url: str, max_bytes: int, deadline: float) -> Response:
        headers = {"Authorization": f"Bearer {self._server.token}"}
        timeout = _make_timeout(deadline)
        with self._http.stream("GET", url, headers=headers, timeout=timeout) as response:
            return _read(response, max_bytes)

    def _describe(self, error: httpx2.TransportError) -> UploadError:
        """Return the error for the user; a `_RetryableError` if another try may succeed."""
        address = self._server.address
        if reason := _find_certificate_problem(error):
            return UploadError(
                f"{address}: its certificate is not trusted ({reason}); put a private authority's into "
                "SSL_CERT_FILE."
            )
        if isinstance(error, httpx2.UnsupportedProtocol):
            return UploadError(
                f"{address}: a proxy of the environment is of a kind that is not supported."
            )
        if isinstance(error, httpx2.ConnectTimeout | httpx2.ConnectError | httpx2.ProxyError):
            return _RetryableError(f"{address} cannot be reached.")
        if isinstance(error, httpx2.TimeoutException):
            return _RetryableError(f"{address} did not answer in time.")
        return _RetryableError(f"the connection to {address} broke.")


def _make_timeout(deadline: float) -> httpx2.Timeout:
    remaining = max(0.001, deadline - time.monotonic())
    return httpx2.Timeout(remaining, connect=min(CONNECT_SECONDS, remaining))


def _read(response: httpx2.Response, max_bytes: int) -> Response:
    content = bytearray()
    for chunk in response.iter_raw():
        content += chunk
        if len(content) > max_bytes:
            break
    lower_case = {name.lower(): value for name, value in response.headers.items()}
    return responses.Response(response.status_code, lower_case, bytes(content[:max_bytes]))


def _to_version_1(upload: Upload) -> Upload:
    return Upload(
        snapshot=to_version_1(upload.snapshot),
        branch=upload.branch,
        ancestors=upload.ancestors,
        build=upload.build,
    )


class _RetryableError(UploadError):
    """A failure that another try may not meet."""


def _find_certificate_problem(error: BaseException | None) -> str | None:
    """Return what is wrong with the server's certificate, if that caused an error."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None

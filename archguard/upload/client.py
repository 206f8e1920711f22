"""One snapshot to the server: tried again while that can help, within a minute, to that host only."""

from __future__ import annotations

import base64
import datetime
import hashlib
import random
import ssl
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLateError
from typing import TYPE_CHECKING

import httpx2

from archguard import __version__
from archguard.errors import RefusedError, UploadError
from archguard.snapshot.codec import (
    CONTENT_TYPE,
    ENCODING,
    MAX_BYTES,
    MAX_WIRE_BYTES,
    canonical_and_digest,
    compress,
)
from archguard.upload import responses
from archguard.upload.backoff import asked_seconds, may_pass, pause

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.snapshot import Upload
    from archguard.upload.responses import Answer, Outcome
    from archguard.upload.server import Server

CONNECT_SECONDS = 5.0
BUDGET_SECONDS = 60.0


class Client:
    """Sends snapshots to one destination."""

    def __init__(
        self,
        destination: Server,
        *,
        budget: float = BUDGET_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect to nothing yet.

        Args:
            destination: where to.
            budget: seconds for one snapshot, all tries and waits together.
            sleep: how to wait.

        Raises:
            UploadError: the environment names a proxy or certificates that cannot be used.
        """
        self._destination = destination
        self._budget = budget
        self._sleep = sleep
        try:
            self._http = httpx2.Client(
                follow_redirects=False,
                verify=httpx2.create_ssl_context(),  # of the system, or as SSL_CERT_FILE says
                trust_env=not destination.is_loopback,  # no proxy is asked for this machine
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
        """Have the server store a snapshot, or know that it has.

        Raises:
            RefusedError: the server does not want this one.
            UploadError: it did not reach the server.
        """
        deadline = time.monotonic() + self._budget
        content, digest = canonical_and_digest(upload)
        body = compress(content)
        if len(content) > MAX_BYTES or len(body) > MAX_WIRE_BYTES:
            raise RefusedError(
                f"the snapshot is larger than {MAX_BYTES // 1024**2} MiB, or than "
                f"{MAX_WIRE_BYTES // 1024**2} MiB compressed: leave out roots that no contract needs."
            )
        answer = self._insist(body, deadline)
        return responses.outcome(answer, self._destination, digest)

    def _insist(self, body: bytes, deadline: float) -> Answer:
        """The last answer, of those that could be waited for."""
        tries = 0
        while True:
            tries += 1
            asked = None
            try:
                answer = self._within(deadline, body)
            except _PassingError as error:
                reason = str(error)
            else:
                if not may_pass(answer.status):
                    return answer
                now = datetime.datetime.now(datetime.UTC)
                asked = asked_seconds(answer.headers.get("retry-after"), now)
                reason = responses.problem(answer, self._destination)
            wait = pause(tries, asked, random.uniform)
            if time.monotonic() + wait >= deadline:
                tried = "once" if tries == 1 else f"{tries} times"
                raise UploadError(f"{reason} Tried {tried}, within {self._budget:.0f} s.")
            self._sleep(wait)

    def _within(self, deadline: float, body: bytes) -> Answer:
        """One try, given up at the deadline: a socket's timeout bounds no slow drops."""
        done: Future[Answer] = Future()

        def attempt() -> None:
            try:
                done.set_result(self._post(body, deadline))
            except BaseException as error:  # noqa: BLE001 (raised by the one who waits)
                done.set_exception(error)

        threading.Thread(target=attempt, daemon=True).start()
        try:
            return done.result(timeout=max(0.0, deadline - time.monotonic()))
        except TooLateError as error:
            raise _PassingError(f"{self._destination.server} did not answer in time.") from error
        except httpx2.TransportError as error:
            raise self._failure(error) from error

    def _post(self, body: bytes, deadline: float) -> Answer:
        left = max(0.001, deadline - time.monotonic())
        hashed = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
        headers = {
            "Authorization": f"Bearer {self._destination.token}",
            "Content-Type": CONTENT_TYPE,
            "Content-Encoding": ENCODING,
            "Content-Digest": f"sha-256=:{hashed}:",  # RFC 9530: of the bytes as they are sent
        }
        timeout = httpx2.Timeout(left, connect=min(CONNECT_SECONDS, left))
        url = self._destination.url
        with self._http.stream("POST", url, content=body, headers=headers, timeout=timeout) as response:
            content = b""
            for part in response.iter_raw():
                content += part
                if len(content) > responses.MAX_BYTES:
                    break
            said = {name.lower(): value for name, value in response.headers.items()}
            return responses.Answer(response.status_code, said, content[: responses.MAX_BYTES])

    def _failure(self, error: httpx2.TransportError) -> UploadError:
        server = self._destination.server
        if reason := _untrusted(error):
            return UploadError(
                f"{server}: its certificate is not trusted ({reason}); a private authority's goes into "
                "SSL_CERT_FILE."
            )
        if isinstance(error, httpx2.UnsupportedProtocol):
            return UploadError(
                f"{server}: a proxy of the environment is of a kind that is not supported."
            )
        if isinstance(error, httpx2.ConnectTimeout | httpx2.ConnectError | httpx2.ProxyError):
            return _PassingError(f"{server} cannot be reached.")
        if isinstance(error, httpx2.TimeoutException):
            return _PassingError(f"{server} did not answer in time.")
        return _PassingError(f"the connection to {server} broke.")


class _PassingError(UploadError):
    """What another try may not meet."""


def _untrusted(error: BaseException | None) -> str | None:
    """What is wrong with a certificate, if that is what an error is about."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        error = error.__cause__ or error.__context__
    return None

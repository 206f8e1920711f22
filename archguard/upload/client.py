"""The client: sends one snapshot to the server, and retries for at most a minute.

A server that gives no answer at all is given up earlier.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import random
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

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
from archguard.upload.http_connection import (
    DeadlineError,
    HttpConnection,
    RequestError,
    RetryableRequestError,
)
from archguard.upload.id_token import read_text
from archguard.upload.responses import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archguard.upload.http_connection import Response
    from archguard.upload.server import Server

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
        self.server = server
        self._budget = budget
        self._silence = silence
        self._sleep = sleep
        self._random_between = random_between
        self._sends_version_1 = False
        """Whether the server is known to refuse later versions of the format."""
        try:
            self._http = HttpConnection(
                server.address,
                is_loopback=server.is_loopback,
                headers={"Authorization": f"Bearer {server.token}"} if server.token else {},
            )
        except RequestError as error:
            raise UploadError(str(error)) from error

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
        headers = {"Content-Encoding": ENCODING}
        response = self._post_with_retries(self.server.snapshots_url, body, headers, start)
        return responses.read_outcome(response, self.server, digest)

    def send_plan(self, document: bytes, branch: str) -> Outcome:
        """Send the plan of a branch as JSON, and return whether it was new to the server.

        Raises:
            UploadError: the server does not take it, or was not reached.
        """
        url = f"{self.server.project_url}/plans?branch={quote(branch, safe='')}"
        response = self._post_with_retries(url, document, {}, time.monotonic())
        if response.status in (HTTPStatus.CREATED, HTTPStatus.OK):
            return Outcome.NEW if response.status == HTTPStatus.CREATED else Outcome.KNOWN
        raise UploadError(responses.describe_problem(response, self.server))

    def exchange_id_token(self, id_token: str) -> str:
        """Return the upload token that the server gives for a CI job's ID token.

        Raises:
            UploadError: the server does not take it, or was not reached.
        """
        body = json.dumps({"project": self.server.project, "id_token": id_token}).encode("ascii")
        response = self._post_with_retries(self.server.exchange_url, body, {}, time.monotonic())
        if response.status != HTTPStatus.CREATED:
            raise UploadError(responses.describe_exchange(response, self.server, id_token))
        token = read_text(response.body, "token")
        if token is None:
            raise UploadError(f"{self.server.address}: its answer has no token.")
        return token

    def _post_with_retries(
        self, url: str, body: bytes, headers: Mapping[str, str], start: float
    ) -> Response:
        """Return the first response that is final; raise if there is none in time."""
        tries, reason = 0, ""
        seconds = min(self._budget, self._silence + len(body) / _SLOW_BYTES_PER_SECOND)
        while True:
            tries += 1
            retry_after = None
            try:
                response = self._post(url, body, headers, start + seconds)
            except DeadlineError as error:
                reason = reason or str(error)  # the last try may have had no time
            except RetryableRequestError as error:
                reason = str(error)
            except RequestError as error:
                raise UploadError(str(error)) from error
            else:
                if not is_retryable(response.status):
                    return response
                seconds = self._budget  # it is alive
                now = datetime.datetime.now(datetime.UTC)
                retry_after = parse_retry_after(response.headers.get("retry-after"), now)
                reason = responses.describe_problem(response, self.server)
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
        url, deadline = f"{self.server.project_url}{path}", time.monotonic() + self._silence
        try:
            return self._http.send("GET", url, deadline=deadline, max_bytes=max_bytes)
        except RequestError as error:
            raise UploadError(str(error)) from error

    def _post(self, url: str, body: bytes, headers: Mapping[str, str], deadline: float) -> Response:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")
        return self._http.send(
            "POST",
            url,
            deadline=deadline,
            max_bytes=responses.MAX_BYTES,
            content=body,
            headers={
                "Content-Type": CONTENT_TYPE,
                **headers,
                "Content-Digest": f"sha-256=:{digest}:",  # RFC 9530: of the bytes as they are sent
            },
        )


def _to_version_1(upload: Upload) -> Upload:
    return Upload(
        snapshot=to_version_1(upload.snapshot),
        branch=upload.branch,
        ancestors=upload.ancestors,
        build=upload.build,
    )

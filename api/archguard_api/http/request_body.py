"""Reading request bodies: within limits of size, memory and concurrency."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import threading
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from archguard import snapshot
from archguard.snapshot import memory_limit
from archguard.snapshot.stream_parser import ParsedUpload, StreamParser
from archguard_api.deadline import get_deadline
from archguard_api.errors import BusyError, InvalidError, TooLargeError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from fastapi import Request

MAX_SMALL_BYTES = 64 * 1024
"""Limit of a body that is not a snapshot."""
_MAX_BUFFERED_BYTES = 64 * 1024 * 1024
"""Limit of all bodies together that are being received."""
_LARGE_BYTES = 16 * 1024 * 1024
"""Of bodies whose parsing may take more memory, only one is parsed at a time."""
_BUSY_MESSAGE = "Too many uploads are waiting; come back in a moment."
Model = TypeVar("Model", bound=BaseModel)


class UploadReceiver:
    """Reads and parses the uploads of one process."""

    def __init__(self, *, slots: int, wait: float) -> None:
        """Create it.

        Args:
            slots: how many uploads are parsed and stored at the same time.
            wait: how many seconds an upload waits for a slot.
        """
        self._slots = asyncio.Semaphore(slots)
        self._wait = wait
        self._buffered = 0
        self._large_body = threading.Lock()
        self._parser = StreamParser()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold a slot for parsing and storing an upload.

        Raises:
            BusyError: no slot became free in time.
        """
        try:
            await asyncio.wait_for(self._slots.acquire(), self._get_wait())
        except TimeoutError:
            raise BusyError(_BUSY_MESSAGE) from None
        try:
            yield
        finally:
            self._slots.release()

    def _get_wait(self) -> float:
        return min(self._wait, get_deadline().get_remaining_seconds())

    async def read(self, request: Request, limit: int) -> bytes:
        """Return the request's body, undecoded.

        Raises:
            TooLargeError: it has more bytes than the limit.
            UnsupportedError: its media type is not JSON's.
            InvalidError: it ended too early, or does not match its `Content-Digest`.
            BusyError: too many bodies are being received.
        """
        _require_json(request)
        if int(request.headers.get("content-length", "0")) > limit:
            raise TooLargeError(_too_large(limit))
        body = bytearray()
        try:
            async for chunk in request.stream():
                self._buffered += len(chunk)
                body += chunk
                if len(body) > limit:
                    raise TooLargeError(_too_large(limit))
                if self._buffered > _MAX_BUFFERED_BYTES:
                    raise BusyError(_BUSY_MESSAGE)
        except ClientDisconnect:
            raise InvalidError("The body ended before it was complete.") from None
        finally:
            self._buffered -= len(body)
        _check_digest(body, request.headers.get("content-digest"))
        return bytes(body)

    def parse(self, body: bytes, encoding: str) -> ParsedUpload:
        """Return the upload in a body, and its snapshot's digest.

        Raises:
            TooLargeError: it is larger than the service accepts, compressed or decompressed.
            UnsupportedError: it has another encoding than zstd or none.
            InvalidError: it is not a valid upload.
            BusyError: another large upload is being parsed and took too long.
        """
        if encoding not in ("zstd", "identity"):
            raise UnsupportedError("The service reads Content-Encoding zstd or identity.")
        try:
            data = snapshot.decompress(body) if encoding == "zstd" else body
            return self._parser.parse(data) or self._parse_whole(data)
        except snapshot.TooLargeError as error:
            raise TooLargeError(_sentence(error)) from None
        except snapshot.SnapshotError as error:
            raise InvalidError(_sentence(error), error.problems) from None

    def _parse_whole(self, data: bytes) -> ParsedUpload:
        """Parse what the stream parser leaves, with the reason if it is not valid."""
        with self._large_body_lock(data):
            upload = snapshot.parse_upload(data)
        return ParsedUpload(upload, snapshot.compute_digest(upload.snapshot))

    @contextmanager
    def _large_body_lock(self, data: bytes) -> Iterator[None]:
        if memory_limit.estimate_parsing_bytes(data) <= _LARGE_BYTES:
            yield
            return
        if not self._large_body.acquire(timeout=self._get_wait()):
            raise BusyError(_BUSY_MESSAGE)
        try:
            yield
        finally:
            self._large_body.release()


def parse_body(model: type[Model], body: bytes) -> Model:
    """Return a small JSON body as its model.

    Raises:
        InvalidError: it does not fit the model.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        locations = tuple(
            (".".join(str(part)[:64] for part in item["loc"][:8]), item["msg"][:200])
            for item in error.errors(include_url=False, include_input=False)[:5]
        )
        raise InvalidError("The body is not valid; `errors` says where and why.", locations) from None


def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != snapshot.CONTENT_TYPE:
        raise UnsupportedError(f"The service reads Content-Type {snapshot.CONTENT_TYPE}.")


def _check_digest(body: bytearray, header: str | None) -> None:
    """Check the body, undecoded, against its `Content-Digest` (RFC 9530); only SHA-256 is looked at."""
    if header is None:
        return
    for member in header.split(","):
        name, _, value = member.strip().partition("=")
        if name == "sha-256":
            expected = base64.b64encode(hashlib.sha256(body).digest()).decode()
            if value.partition(";")[0].strip() != f":{expected}:":
                raise InvalidError(
                    "The body does not match its Content-Digest: it was changed on the way."
                )


def _too_large(limit: int) -> str:
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 2**10} KiB"
    return f"The body is larger than {size}."


def _sentence(error: snapshot.SnapshotError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."

"""Bodies: read only from who may send them, never more than may be sent, and a few at a time."""

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
from archguard_api.errors import BusyError, InvalidError, TooLargeError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from fastapi import Request

MAX_SMALL_BYTES = 64 * 1024
"""Of a body that is no snapshot."""
_MAX_BUFFERED = 64 * 1024 * 1024
"""Of all bodies that are being received."""
_LARGE = 16 * 1024 * 1024
"""A body whose parsing may take more is parsed alone."""
_WAIT_MESSAGE = "Too many uploads are waiting; come back in a moment."
Form = TypeVar("Form", bound=BaseModel)


class UploadReceiver:
    """Where uploads are received: one for each process."""

    def __init__(self, *, slots: int, wait: float) -> None:
        """Set it up.

        Args:
            slots: how many uploads are parsed and stored at once.
            wait: seconds that one waits for a slot.
        """
        self._slots = asyncio.Semaphore(slots)
        self._wait = wait
        self._buffered = 0
        self._alone = threading.Lock()
        self._parser = StreamParser()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """A turn at parsing and storing.

        Raises:
            BusyError: none became free in time.
        """
        try:
            await asyncio.wait_for(self._slots.acquire(), self._wait)
        except TimeoutError:
            raise BusyError(_WAIT_MESSAGE) from None
        try:
            yield
        finally:
            self._slots.release()

    async def read(self, request: Request, limit: int) -> bytes:
        """The body as it came.

        Raises:
            TooLargeError: it is larger than the limit.
            UnsupportedError: it is not JSON.
            InvalidError: it ended too early, or is not what its `Content-Digest` says.
            BusyError: too many bodies are being received.
        """
        _demand_json(request)
        if int(request.headers.get("content-length", "0")) > limit:
            raise TooLargeError(_too_large(limit))
        body = bytearray()
        try:
            async for chunk in request.stream():
                self._buffered += len(chunk)
                body += chunk
                if len(body) > limit:
                    raise TooLargeError(_too_large(limit))
                if self._buffered > _MAX_BUFFERED:
                    raise BusyError(_WAIT_MESSAGE)
        except ClientDisconnect:
            raise InvalidError("The body ended before it was whole.") from None
        finally:
            self._buffered -= len(body)
        _check_digest(body, request.headers.get("content-digest"))
        return bytes(body)

    def parse(self, body: bytes, encoding: str) -> ParsedUpload:
        """The upload in a body, and its snapshot's digest.

        Raises:
            TooLargeError: it is larger than the service takes, on the wire or off it.
            UnsupportedError: it is encoded in another way than zstd.
            InvalidError: it is no snapshot.
            BusyError: too many large ones are being parsed.
        """
        if encoding not in ("zstd", "identity"):
            raise UnsupportedError("The service reads Content-Encoding zstd or identity.")
        try:
            data = snapshot.decompress(body) if encoding == "zstd" else body
            return self._parser.parse(data) or self._parse_apart(data)
        except snapshot.TooLargeError as error:
            raise TooLargeError(_sentence(error)) from None
        except snapshot.SnapshotError as error:
            raise InvalidError(_sentence(error), error.problems) from None

    def _parse_apart(self, data: bytes) -> ParsedUpload:
        with self._room(data):
            upload = snapshot.parse_upload(data)
        return ParsedUpload(upload, snapshot.compute_digest(upload.snapshot))

    @contextmanager
    def _room(self, data: bytes) -> Iterator[None]:
        if memory_limit.estimate_parsing_bytes(data) <= _LARGE:
            yield
            return
        if not self._alone.acquire(timeout=self._wait):
            raise BusyError(_WAIT_MESSAGE)
        try:
            yield
        finally:
            self._alone.release()


def form(model: type[Form], body: bytes) -> Form:
    """A small body as its model.

    Raises:
        InvalidError: it is none.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        faults = tuple(
            (".".join(str(part)[:64] for part in one["loc"][:8]), one["msg"][:200])
            for one in error.errors(include_url=False, include_input=False)[:5]
        )
        raise InvalidError("The body says something that cannot be.", faults) from None


def _demand_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != snapshot.CONTENT_TYPE:
        raise UnsupportedError(f"The service reads Content-Type {snapshot.CONTENT_TYPE}.")


def _check_digest(body: bytearray, given: str | None) -> None:
    """Of the content as it came (RFC 9530); other algorithms than SHA-256 are not looked at."""
    if given is None:
        return
    for member in given.split(","):
        name, _, value = member.strip().partition("=")
        if name == "sha-256":
            expected = base64.b64encode(hashlib.sha256(body).digest()).decode()
            if value.partition(";")[0].strip() != f":{expected}:":
                raise InvalidError(
                    "The body is not what its Content-Digest says: it was changed on the way."
                )


def _too_large(limit: int) -> str:
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit // 2**10} KiB"
    return f"The body is larger than {size}."


def _sentence(error: snapshot.SnapshotError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."

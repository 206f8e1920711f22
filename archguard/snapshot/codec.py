"""Encode and decode uploads: JSON in one canonical form, its digest, and zstd for the transport.

The canonical form is JSON (RFC 8259) in UTF-8 without white space, keys in the schema's order, lists
sorted as the schema says. The digest is the SHA-256 of the canonical form of the snapshot alone.
"""

from __future__ import annotations

import hashlib
import sys
from typing import TYPE_CHECKING

import pydantic
from pydantic_core import from_json

from archguard.snapshot import memory_limit
from archguard.snapshot.schema import FORMAT_VERSION, MAX_IMPORTS, Graph, Snapshot, Upload

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


CONTENT_TYPE = "application/json"
ENCODING = "zstd"
MAX_WIRE_BYTES = 8 * 1024 * 1024
MAX_BYTES = 32 * 1024 * 1024
"""Of the JSON: enough for 200,000 modules, or half a million imports; see `memory_limit`."""
_LEVEL = 3
_MAX_SHOWN = 5
_MAX_UNCHECKED_BYTES = 16 * 1024 * 1024
_MAX_ERRORS = 1000
_NO_SNAPSHOT = "the body is not a snapshot of this format"


class SnapshotError(ValueError):
    """A document is not a valid snapshot; the message names the place, and never quotes the value."""

    def __init__(self, message: str, problems: tuple[tuple[str, str], ...] = ()) -> None:
        """Create the error.

        Args:
            message: one sentence.
            problems: the first few problems, as (place, what is wrong there).
        """
        super().__init__(message)
        self.problems = problems


class TooLargeError(SnapshotError):
    """A document is larger than the service accepts."""


def encode(upload: Upload | Snapshot) -> bytes:
    """Return the canonical form."""
    return upload.model_dump_json().encode()


def compute_digest(snapshot: Snapshot) -> str:
    """Return the SHA-256 of a snapshot's canonical form, in hexadecimal."""
    return hashlib.sha256(encode(snapshot)).hexdigest()


def encode_with_digest(upload: Upload) -> tuple[bytes, str]:
    """Return an upload's canonical form and its snapshot's digest; encode the snapshot only once."""
    snapshot = encode(upload.snapshot)
    rest = upload.model_dump_json(exclude={"snapshot"}).encode()
    digest = hashlib.sha256(snapshot).hexdigest()
    return b'{"snapshot":' + snapshot + b"," + rest[1:], digest


def compress(data: bytes) -> bytes:
    """Compress a document for the transport."""
    return zstd.compress(data, _LEVEL)


def decompress(data: bytes) -> bytes:
    """Return the document in a compressed body.

    Raises:
        SnapshotError: the body is not exactly one zstd frame.
        TooLargeError: the document is larger than `MAX_BYTES`.
    """
    decompressor = zstd.ZstdDecompressor()
    try:
        content = decompressor.decompress(data, MAX_BYTES + 1)
    except zstd.ZstdError as error:
        raise SnapshotError("the body is not zstd, as its Content-Encoding says") from error
    if len(content) > MAX_BYTES:
        raise TooLargeError(f"the body is larger than {MAX_BYTES // 1024**2} MiB when decompressed")
    if not decompressor.eof or decompressor.unused_data:
        raise SnapshotError("the body is not one whole zstd frame")
    return content


def parse_upload(data: bytes) -> Upload:
    """Return the upload in a JSON document.

    Raises:
        SnapshotError: the document is no upload, or of an unknown format version.
        TooLargeError: the document is larger than `MAX_BYTES`, or would take too much memory.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"the body is larger than {MAX_BYTES // 1024**2} MiB")
    try:
        parsing_bytes = memory_limit.estimate_parsing_bytes(data)
        if parsing_bytes <= memory_limit.MAX_PARSING_BYTES:
            return _validate(data, parsing_bytes)
        return _parse_in_parts(data)
    except pydantic.ValidationError as error:
        raise _describe(error) from None
    except (ValueError, RecursionError) as error:  # for example invalid UTF-8
        if isinstance(error, SnapshotError):
            raise
        raise SnapshotError("the body is not JSON") from error


def _parse_in_parts(data: bytes) -> Upload:
    """Parse a document's imports apart from the rest, which takes less memory."""
    document = memory_limit.split_imports(data)
    if (
        document is None
        or document.count > MAX_IMPORTS
        or document.parsing_bytes > memory_limit.MAX_PARSING_BYTES
    ):
        raise TooLargeError("the body has more modules, imports and violations than the service accepts")
    upload = _validate(document.rest, document.parsing_bytes)
    graph = upload.snapshot.graph.with_imports(document.parse_imports())
    snapshot = upload.snapshot.model_copy(update={"graph": graph})
    return upload.model_copy(update={"snapshot": snapshot})


def _validate(data: bytes, parsing_bytes: int) -> Upload:
    if parsing_bytes > _MAX_UNCHECKED_BYTES:
        _refuse_missing_parts(from_json(data))
    return Upload.model_validate_json(data)


def _refuse_missing_parts(document: object) -> None:
    """Refuse a document that lacks a required key.

    pydantic would copy the whole document into the error for each missing key.
    """
    path = ((Upload, "snapshot"), (Snapshot, "graph"), (Graph, ""))
    for model, inner in path:
        required = {name for name, field in model.model_fields.items() if field.is_required()}
        if not isinstance(document, dict) or not required <= document.keys():
            raise SnapshotError(_NO_SNAPSHOT)
        document = document.get(inner)


def _describe(error: pydantic.ValidationError) -> SnapshotError:
    if error.error_count() > _MAX_ERRORS:
        return SnapshotError(_NO_SNAPSHOT)
    problems = tuple(map(_read_problem, error.errors(include_url=False, include_input=False)))
    if any(place == "snapshot.format_version" for place, _ in problems):
        message = (
            f"the snapshot's format_version is none of 1 to {FORMAT_VERSION}, which this service knows"
        )
        return SnapshotError(message, problems[:_MAX_SHOWN])
    return SnapshotError(_NO_SNAPSHOT, problems[:_MAX_SHOWN])


def _read_problem(detail: ErrorDetails) -> tuple[str, str]:
    place = ".".join(str(part)[:64] for part in detail["loc"][:8])
    return (place, detail["msg"][:200])

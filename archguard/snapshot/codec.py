"""A snapshot as bytes: one canonical form, its digest, zstd around it for the way.

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
"""Of the JSON: 200,000 modules, or half a million imports, see `archguard.snapshot.memory_limit`."""
_LEVEL = 3
_MAX_SHOWN = 5
_LIGHT = 16 * 1024 * 1024
_MAX_LISTED = 1000
_NO_SNAPSHOT = "the body is not a snapshot of this format"


class SnapshotError(ValueError):
    """What was sent is no snapshot; the message says where, and never what stood there."""

    def __init__(self, message: str, problems: tuple[tuple[str, str], ...] = ()) -> None:
        """Keep the first few problems.

        Args:
            message: one sentence.
            problems: (place, what is wrong there).
        """
        super().__init__(message)
        self.problems = problems


class TooLargeError(SnapshotError):
    """It is larger than the service takes."""


def canonical(upload: Upload | Snapshot) -> bytes:
    """The canonical form."""
    return upload.model_dump_json().encode()


def digest(snapshot: Snapshot) -> str:
    """SHA-256 of the snapshot's canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def canonical_and_digest(upload: Upload) -> tuple[bytes, str]:
    """An upload's canonical form and its snapshot's digest, the snapshot written only once."""
    snapshot = canonical(upload.snapshot)
    rest = upload.model_dump_json(exclude={"snapshot"}).encode()
    found = hashlib.sha256(snapshot).hexdigest()
    return b'{"snapshot":' + snapshot + b"," + rest[1:], found


def compress(data: bytes) -> bytes:
    """The bytes that go over the wire."""
    return zstd.compress(data, _LEVEL)


def decompress(data: bytes) -> bytes:
    """The inverse, refusing what would grow too large.

    Raises:
        SnapshotError: it is not exactly one zstd frame.
        TooLargeError: it holds more than `MAX_BYTES`.
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


def parse(data: bytes) -> Upload:
    """The upload in a JSON document.

    Raises:
        SnapshotError: it is none, or of a version that this one does not know.
        TooLargeError: it is larger than `MAX_BYTES`.
    """
    if len(data) > MAX_BYTES:
        raise TooLargeError(f"the body is larger than {MAX_BYTES // 1024**2} MiB")
    try:
        weight = memory_limit.weight(data)
        if weight <= memory_limit.MAX_PARSING_BYTES:
            return _validated(data, weight)
        return _parse_apart(data)
    except pydantic.ValidationError as error:
        raise _refusal(error) from None
    except (ValueError, RecursionError) as error:  # half a character, for one
        if isinstance(error, SnapshotError):
            raise
        raise SnapshotError("the body is not JSON") from error


def _parse_apart(data: bytes) -> Upload:
    parts = memory_limit.split(data)
    if parts is None or parts.count > MAX_IMPORTS or parts.weight > memory_limit.MAX_PARSING_BYTES:
        raise TooLargeError("the body holds more modules, imports and violations than the service takes")
    upload = _validated(parts.rest, parts.weight)
    graph = upload.snapshot.graph.with_imports(parts.pairs())
    snapshot = upload.snapshot.model_copy(update={"graph": graph})
    return upload.model_copy(update={"snapshot": snapshot})


def _validated(data: bytes, weight: int) -> Upload:
    if weight > _LIGHT:
        _refuse_fragments(from_json(data))
    return Upload.model_validate_json(data)


def _refuse_fragments(found: object) -> None:
    """Refuse what lacks a part: pydantic would copy the whole into the reason for each part."""
    path = ((Upload, "snapshot"), (Snapshot, "graph"), (Graph, ""))
    for model, inner in path:
        needed = {name for name, field in model.model_fields.items() if field.is_required()}
        if not isinstance(found, dict) or not needed <= found.keys():
            raise SnapshotError(_NO_SNAPSHOT)
        found = found.get(inner)


def _refusal(error: pydantic.ValidationError) -> SnapshotError:
    if error.error_count() > _MAX_LISTED:
        return SnapshotError(_NO_SNAPSHOT)
    problems = tuple(map(_problem, error.errors(include_url=False, include_input=False)))
    if any(place == "snapshot.format_version" for place, _ in problems):
        message = (
            f"the snapshot's format_version is not {FORMAT_VERSION}, the one that this service knows"
        )
        return SnapshotError(message, problems[:_MAX_SHOWN])
    return SnapshotError(_NO_SNAPSHOT, problems[:_MAX_SHOWN])


def _problem(detail: ErrorDetails) -> tuple[str, str]:
    place = ".".join(str(part)[:64] for part in detail["loc"][:8])
    return (place, detail["msg"][:200])

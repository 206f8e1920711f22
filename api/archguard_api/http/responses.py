"""Finished bytes as a response, with their ETag."""

from __future__ import annotations

import hashlib

from fastapi import Response


def answer_bytes(body: bytes, if_none_match: str | None, etag: str, *, status: int = 200) -> Response:
    """Finished JSON with its ETag, or 304 where the client has it already."""
    headers = {"etag": etag, "cache-control": "private, no-cache"}
    if if_none_match is not None and status == 200 and has(if_none_match, etag):
        return Response(None, 304, headers)
    return Response(body, status, headers, "application/json")


def etag_of(*parts: bytes) -> str:
    """A strong ETag of these bytes."""
    return f'"{hashlib.sha256(b"".join(parts)).hexdigest()[:32]}"'


def has(if_none_match: str, etag: str) -> bool:
    """Whether the client has this one (RFC 9110, 13.1.2)."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return etag in given or given == ["*"]

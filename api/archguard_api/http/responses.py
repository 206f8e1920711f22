"""Responses made from finished bytes, with an ETag."""

from __future__ import annotations

import hashlib

from fastapi import Response

VARY = "Authorization, Cookie"
"""The headers that say who asks."""


class TimedResponse(Response):
    """A response that time alone may change."""

    holds_until: int | None = None
    """When it does, in seconds since 1970; None: never, but for midnight."""


def json_response(
    body: bytes,
    if_none_match: str | None,
    etag: str,
    *,
    status: int = 200,
    holds_until: int | None = None,
) -> Response:
    """Return JSON with its ETag, or a 304 if the client has this version already."""
    headers = {"etag": etag, "cache-control": "private, no-cache", "vary": VARY}
    if status == 200 and matches_etag(if_none_match, etag):
        return Response(None, 304, headers)
    response = TimedResponse(body, status, headers, "application/json")
    response.holds_until = holds_until
    return response


def compute_etag(*parts: bytes) -> str:
    """Return a strong ETag: half of a SHA-256 of the parts, quoted."""
    return f'"{hashlib.sha256(b"".join(parts)).hexdigest()[:32]}"'


def matches_etag(if_none_match: str | None, etag: str) -> bool:
    """Return whether an `If-None-Match` header names this ETag (RFC 9110, 13.1.2); None names none."""
    if if_none_match is None:
        return False
    etags = [value.strip().removeprefix("W/") for value in if_none_match.split(",")]
    return etag in etags or etags == ["*"]

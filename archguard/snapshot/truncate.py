"""Fit text from a tree into the limits of the schema."""

from __future__ import annotations

import hashlib

from archguard.text import escape

_DIGEST_DIGITS = 16  # hexadecimal; keeps long names apart that begin alike


def truncate(text: str, limit: int) -> str:
    """Return a text in at most `limit` characters, with invisible characters escaped.

    A longer text keeps its beginning, and ends with a digest of the whole.
    """
    escaped = escape(text)
    if len(escaped) <= limit:
        return escaped
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{escaped[: limit - _DIGEST_DIGITS - 1]}~{digest[:_DIGEST_DIGITS]}"

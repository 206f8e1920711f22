"""Create and check the cookies of sessions: opaque text, stored as a digest."""

from __future__ import annotations

import hashlib
import re
import secrets

_BYTES = 32
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `secrets.token_urlsafe` makes of so many bytes."""


def create_cookie() -> tuple[str, bytes]:
    """Return the text of a new cookie, which is never stored, and the digest to store."""
    text = secrets.token_urlsafe(_BYTES)
    return text, _hash(text)


def hash_cookie(text: str) -> bytes | None:
    """Return the digest of a cookie that a client sent; None if it is none of ours."""
    return _hash(text) if _COOKIE.fullmatch(text) else None


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()

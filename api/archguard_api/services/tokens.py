"""Tokens: `agp_<id>_<secret>_<crc>`, shown once, kept as a digest.

The parts are in base 62: 8 characters of id, 32 of secret (190 bits), and CRC-32 of what stands
before it, so that a mistyped token is refused without asking the database, and a scanner for
secrets has no false alarms.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from enum import StrEnum

from archguard_api.models.records import Token

PATTERN = r"agp_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}"
PROJECT_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
PROJECT_NAME = re.compile(PROJECT_PATTERN)
"""What a project may be called."""
DEFAULT_DAYS = 365
DAY = 86_400
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_WHOLE = re.compile(PATTERN)


class Scope(StrEnum):
    """What a token allows; `admin` implies the other two."""

    UPLOAD = "upload"
    READ = "read"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class TokenClaim:
    """A well-formed token: whether it is true, only the database knows."""

    id: str
    secret: str


def create_token(project: str | None, scope: Scope, *, now: int, days: int | None) -> tuple[str, Token]:
    """A new token: its text, which nobody keeps, and what is kept of it.

    Args:
        project: what it is good for; None: every project.
        scope: what it allows.
        now: seconds since 1970.
        days: how long it holds; None: until it is revoked.
    """
    claim = TokenClaim(_random(8), _random(32))
    expires = None if days is None else now + days * DAY
    token = Token(claim.id, project, scope.value, now, expires, None, _hash(claim.secret))
    return format_token(claim), token


def format_token(claim: TokenClaim) -> str:
    """The token's text."""
    body = f"agp_{claim.id}_{claim.secret}"
    return f"{body}_{_checksum(body)}"


def parse_token(text: str) -> TokenClaim | None:
    """What a text claims; None: it is no token, or somebody mistyped one."""
    if not _WHOLE.fullmatch(text):
        return None
    body, _, checksum = text.rpartition("_")
    if checksum != _checksum(body):
        return None
    _, token_id, secret = body.split("_")
    return TokenClaim(token_id, secret)


def is_valid(claim: TokenClaim, token: Token | None, now: int) -> bool:
    """Whether the claim is true, and the token neither revoked nor expired at this second."""
    kept = token.secret_hash if token else bytes(32)
    same = hmac.compare_digest(_hash(claim.secret), kept)
    if token is None or not same or token.revoked_at is not None:
        return False
    return token.expires_at is None or now < token.expires_at


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(length))


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):  # 62**6 > 2**32
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits

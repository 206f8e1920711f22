"""Create and check tokens: `agp_<id>_<secret>_<crc>`, shown once and stored as a digest.

The parts are in base 62: 8 characters of id, 32 of secret (190 bits), and the CRC-32 of the preceding
text, so that a mistyped token is refused without a query, and secret scanners raise no false alarms.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archguard_api.errors import InvalidError
from archguard_api.models import Scope, Token
from archguard_api.models.base import PROJECT_PATTERN
from archguard_api.models.tokens import MAX_NAME, NAME_PATTERN
from archguard_api.times import DAY

if TYPE_CHECKING:
    from archguard_api.models import TokenRequest

PATTERN = r"agp_[0-9A-Za-z]{8}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}"
PROJECT_NAME = re.compile(PROJECT_PATTERN)
"""A valid name of a project."""
_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_NAME = re.compile(NAME_PATTERN)
_TOKEN = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class TokenClaim:
    """The id and secret of a well-formed token, not yet checked against the database."""

    id: str
    secret: str


def create_token(
    project: str | None,
    scope: Scope,
    *,
    now: int,
    days: int | None,
    name: str | None = None,
    creator: str | None = None,
) -> tuple[str, Token]:
    """Create a token; return its text, which is never stored, and the record to store.

    Args:
        project: the project that it is valid for; None for every project.
        scope: what it allows.
        now: the time in seconds since 1970.
        days: the number of days until it expires; None for a token that does not expire.
        name: what it is for.
        creator: the id of the token that makes it.
    """
    claim = TokenClaim(_make_random_text(8), _make_random_text(32))
    expires = None if days is None else now + days * DAY
    token = Token(claim.id, project, scope.value, now, expires, None, _hash(claim.secret), name, creator)
    return format_token(claim), token


def is_token_name(text: str) -> bool:
    """Return whether a token may have this name."""
    return len(text) <= MAX_NAME and _NAME.search(text) is not None


def create_first_token(project: str | None, *, now: int, name: str | None = None) -> tuple[str, Token]:
    """Create an admin token that expires in a day unless it makes another one before."""
    text, token = create_token(project, Scope.ADMIN, now=now, days=1, name=name)
    return text, replace(token, provisional=True)


def create_child_token(parent: Token, request: TokenRequest, now: int) -> tuple[str, Token]:
    """Create the token that somebody asks for with another one, at most as long as that one holds.

    Raises:
        InvalidError: it would hold longer than its parent.
    """
    text, token = create_token(
        request.project,
        request.scope,
        now=now,
        days=request.days,
        name=request.name,
        creator=parent.id,
    )
    limit = None if parent.provisional else parent.expires_at
    if "days" not in request.model_fields_set:
        return text, replace(token, expires_at=limit)
    if holds_longer(token, limit):
        raise InvalidError(
            "A token holds at most as long as the one that makes it; leave `days` out for as long.",
            (("days", "later than the end of the token that makes it"),),
        )
    return text, token


def holds_longer(token: Token, limit: int | None) -> bool:
    """Return whether a token expires after a time in seconds since 1970; None is never."""
    return limit is not None and (token.expires_at is None or token.expires_at > limit)


def renew_secret(token: Token) -> tuple[str, Token]:
    """Return a new text of a token, and its record, of which only the secret is another one."""
    claim = TokenClaim(token.id, _make_random_text(32))
    return format_token(claim), replace(token, secret_hash=_hash(claim.secret))


def format_token(claim: TokenClaim) -> str:
    """Return a token's text."""
    body = f"agp_{claim.id}_{claim.secret}"
    return f"{body}_{_compute_checksum(body)}"


def parse_token(text: str) -> TokenClaim | None:
    """Parse a token's text; return None if it is malformed or its checksum is wrong."""
    if not _TOKEN.fullmatch(text):
        return None
    body, _, checksum = text.rpartition("_")
    if checksum != _compute_checksum(body):
        return None
    _, token_id, secret = body.split("_")
    return TokenClaim(token_id, secret)


def is_valid(claim: TokenClaim, token: Token | None, now: int) -> bool:
    """Return whether the secret is that of the token, which is neither revoked nor expired at `now`."""
    stored_hash = token.secret_hash if token else bytes(32)
    is_same = hmac.compare_digest(_hash(claim.secret), stored_hash)
    return token is not None and is_same and token.is_live(now)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _make_random_text(length: int) -> str:
    return "".join(secrets.choice(_DIGITS) for _ in range(length))


def _compute_checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):  # 62**6 > 2**32
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits

"""Sessions: what a browser gets for a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.models.base import Time
from archguard_api.models.tokens import ScopeName

if TYPE_CHECKING:
    from archguard_api.models.tokens import Token


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, by token or by cookie."""

    token: str
    """The token's id."""
    name: str | None
    scope: ScopeName
    project: str | None
    expires_at: Time | None

    @classmethod
    def of(cls, token: Token) -> Session:
        """Return the session of a token."""
        return cls(token.id, token.name, token.scope, token.project, token.expires_at)

"""Tokens."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from archguard_api.models.base import Answer, Time


class Token(Answer):
    """A token without its secret."""

    id: str
    project: str | None = Field(description="null: every project.")
    scope: Literal["upload", "read", "admin"]
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None


class NewToken(Token):
    """A token, this once with its text."""

    token: str


class Tokens(Answer):
    """Tokens, without their secrets."""

    items: tuple[Token, ...]

"""Tokens."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from archguard_api.models.base import INTERNAL, PROJECT_PATTERN, ResponseModel, Time

DEFAULT_DAYS = 365


class Scope(StrEnum):
    """What a token allows; `admin` implies the other two."""

    UPLOAD = "upload"
    READ = "read"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    id: str
    project: Annotated[str | None, Field(description="null: every project.")]
    scope: Annotated[
        str,
        WithJsonSchema({"enum": ["upload", "read", "admin"], "title": "Scope", "type": "string"}),
    ]
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None
    secret_hash: Annotated[bytes, INTERNAL]


@dataclass(frozen=True, slots=True)
class NewToken(Token):
    """A token, this once with its text."""

    token: str


class Tokens(ResponseModel):
    """Tokens, without their secrets."""

    items: tuple[Token, ...]


class TokenRequest(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"project": "shop", "scope": "upload"}]}
    )

    project: Annotated[str, Field(pattern=PROJECT_PATTERN, strict=True)] | None = Field(
        description="What it is good for; null: every project."
    )
    scope: Scope
    days: Annotated[int, Field(ge=1, le=3650, strict=True)] | None = Field(
        default=DEFAULT_DAYS, description="How long it holds; null: until it is revoked."
    )

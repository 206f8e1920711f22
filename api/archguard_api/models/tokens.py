"""Tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from archguard_api.models.base import INTERNAL, PROJECT_PATTERN, ResponseModel, Time

if TYPE_CHECKING:
    from pydantic.config import JsonDict

DEFAULT_DAYS = 365
"""How long a token from the command line holds."""
MAX_NAME = 100
NAME_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]+$"


def _drop_default(schema: JsonDict) -> None:
    """Describe that leaving a field out is not the same as null."""
    schema.pop("default")


class Scope(StrEnum):
    """What a token allows; `admin` implies the other two."""

    UPLOAD = "upload"
    READ = "read"
    ADMIN = "admin"


ScopeName = Annotated[
    str, WithJsonSchema({"enum": ["upload", "read", "admin"], "title": "Scope", "type": "string"})
]


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret."""

    id: str
    project: Annotated[str | None, Field(description="null: every project.")]
    scope: ScopeName
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None
    secret_hash: Annotated[bytes, INTERNAL]
    name: Annotated[str | None, Field(description="What it is for.")] = None
    creator: Annotated[
        str | None, Field(description="The id of the token that made it; null: not known.")
    ] = None
    last_used_at: Annotated[Time | None, Field(description="Exact to a minute; null: not known.")] = None
    provisional: Annotated[bool, INTERNAL] = False
    """Whether it is the first of its service, whose end is lifted once it makes another token."""
    bound_branch: Annotated[str | None, INTERNAL] = None
    """The only branch that it uploads to; a workflow's token has one."""
    bound_commit: Annotated[str | None, INTERNAL] = None
    """The only commit that it uploads; None: any, which a pull request's token has."""
    bound_pull: Annotated[int | None, INTERNAL] = None
    """The only pull request that it uploads as; None: it uploads as none, if it has a branch."""

    def is_live(self, now: int) -> bool:
        """Return whether it is neither revoked nor expired at a time in seconds since 1970."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class NewToken(Token):
    """A token, this once with its text."""

    token: str = field(kw_only=True)


class Tokens(ResponseModel):
    """Tokens, without their secrets."""

    items: tuple[Token, ...]


class Revocation(ResponseModel):
    """What a revocation ended, and what it left."""

    revoked: tuple[Token, ...] = Field(description="The tokens that were asked for.")
    descendants: tuple[Token, ...] = Field(
        description="Those that the token made, or that they made in turn, and that still hold."
    )


class TokenRequest(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"project": "shop", "scope": "upload", "name": "shop's CI"}]},
    )

    project: Annotated[str, Field(pattern=PROJECT_PATTERN, strict=True)] | None = Field(
        description="What it is good for; null: every project."
    )
    scope: Scope
    name: Annotated[str, Field(pattern=NAME_PATTERN, max_length=MAX_NAME, strict=True)] | None = Field(
        default=None, description="What it is for."
    )
    days: Annotated[int, Field(ge=1, le=3650, strict=True)] | None = Field(
        default=None,
        description="How long it holds, at most as long as the token that makes it; "
        "null: until it is revoked; left out: as long as the token that makes it.",
        json_schema_extra=_drop_default,
    )

"""Trusted publishers: the workflows that upload to a project without a token that anybody keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from archguard_api.models.base import PROJECT_PATTERN, ResponseModel, Time
from archguard_api.models.notifications import is_web_address

MAX_PUBLISHERS = 20
"""Of one project."""
MAX_ID_TOKEN = 16_384
"""Characters; GitHub's and GitLab's have about 2,000."""
DEFAULT_ISSUERS = ("https://token.actions.githubusercontent.com", "https://gitlab.com")
_PRINTABLE = r"^[^\x00-\x1f\x7f-\x9f]+$"
_EXAMPLE: dict[str, Any] = {
    "provider": "github",
    "repository": "acme/shop",
    "repository_id": "123456",
    "branch": "main",
}


def is_issuer(text: str) -> bool:
    """Return whether a text is an issuer's address: https, or http to this machine."""
    if not is_web_address(text) or text.endswith("/") or "?" in text or "," in text:
        return False
    parts = urlsplit(text)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")


class Provider(StrEnum):
    """What issues the ID tokens of workflows."""

    GITHUB = "github"
    GITLAB = "gitlab"

    @property
    def default_issuer(self) -> str:
        """The issuer of those who do not run their own."""
        return DEFAULT_ISSUERS[self is Provider.GITLAB]


@dataclass(frozen=True, slots=True)
class TrustedPublisher:
    """A repository whose workflows may upload."""

    id: Annotated[str, Field(examples=["4f1c2d7e9b3a"])]
    created_at: Time
    provider: Provider
    issuer: Annotated[str, Field(examples=[DEFAULT_ISSUERS[0]])]
    repository: Annotated[str, Field(description="Its name when it was added, for people.")]
    repository_id: Annotated[str, Field(description="What it is recognized by.", examples=["123456"])]
    branch: Annotated[str | None, Field(description="The only branch; null: every one.")]
    environment: Annotated[str | None, Field(description="The only environment; null: every one.")]


class TrustedPublishers(ResponseModel):
    """The trusted publishers of a project."""

    items: tuple[TrustedPublisher, ...]
    audience: str | None = Field(
        description="What ID tokens must be made for; null: the service accepts none."
    )


class TrustedPublisherRequest(BaseModel):
    """A trusted publisher to be added."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    provider: Provider
    issuer: Annotated[str, Field(pattern=_PRINTABLE, max_length=512, strict=True)] | None = Field(
        default=None,
        description="One that the service's operator allows; null: github.com's or gitlab.com's.",
    )
    repository: Annotated[str, Field(pattern=_PRINTABLE, max_length=512, strict=True)] = Field(
        description="Its full name, such as `acme/shop`, for people."
    )
    repository_id: Annotated[str, Field(pattern="^[0-9]{1,20}$", strict=True)] = Field(
        description="GitHub's id of the repository, or GitLab's of the project: unlike a name it cannot "
        "be taken over."
    )
    branch: Annotated[str, Field(pattern=_PRINTABLE, max_length=255, strict=True)] | None = Field(
        default=None, description="The only branch that may upload; null: every branch and pull request."
    )
    environment: Annotated[str, Field(pattern=_PRINTABLE, max_length=255, strict=True)] | None = Field(
        default=None, description="The only environment whose jobs may upload; null: every job."
    )


class IdTokenRequest(BaseModel):
    """An ID token to be exchanged for an upload token."""

    model_config = ConfigDict(extra="forbid")

    project: Annotated[str, Field(pattern=PROJECT_PATTERN, strict=True)]
    id_token: Annotated[str, Field(pattern=r"^[\x21-\x7e]+$", max_length=MAX_ID_TOKEN, strict=True)] = (
        Field(description="As GitHub Actions or GitLab CI issued it.")
    )


@dataclass(frozen=True, slots=True)
class IdTokenUse:
    """An ID token that was verified, so that it is not accepted again."""

    digest: bytes
    """Of its issuer and its id."""
    forgotten_at: int
    """Seconds since 1970; from then on its age alone refuses it."""

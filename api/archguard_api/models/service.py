"""The state of the service itself, and its badges in JSON."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from archguard_api.models.base import ResponseModel


class ShieldsBadge(BaseModel):
    """shields.io's endpoint form."""

    schemaVersion: Literal[1]  # noqa: N815
    label: str
    message: str
    color: str


class Health(ResponseModel):
    """Whether the process answers."""

    status: Literal["ok"]


class Readiness(ResponseModel):
    """Whether it can take uploads."""

    status: Literal["ready"]
    database: str | None = Field(
        default=None,
        examples=["sqlite 3.53.1"],
        description="For a token that reads all projects; others are not told.",
    )

"""Projects, their branches, and the contracts at a branch's tip."""

from __future__ import annotations

from pydantic import Field

from archguard.snapshot import Contract
from archguard_api.answers.base import Answer, Moment, Time


class Project(Answer):
    """A project."""

    name: str = Field(examples=["shop"])
    created_at: Time
    public: bool = Field(description="Whether anybody may read it.")
    default_branch: str | None = Field(examples=["main"])
    last_upload_at: Time | None
    snapshots: int


class ContractNow(Answer):
    """A contract at a branch's tip."""

    contract: Contract
    branch: str
    at: Moment
    unread: int = Field(description="Files that could not be read.")


class ProjectNow(Project):
    """A project and where its default branch stands."""

    settings: dict[str, str] = Field(
        examples=[{"link": "https://git.example.org/shop/blob/{commit}/{path}#L{line}"}]
    )
    contracts: tuple[ContractNow, ...]


class Branch(Answer):
    """A branch that snapshots stand on."""

    name: str = Field(examples=["main"])
    snapshots: int
    tip: Moment | None

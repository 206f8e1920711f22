"""Projects, their branches, and the contracts at a branch's tip."""

from __future__ import annotations

from pydantic import Field

from archguard.snapshot import Contract
from archguard_api.models.base import Answer, Moment, Time
from archguard_api.models.trend import State


class Project(Answer):
    """A project."""

    name: str = Field(examples=["shop"])
    created_at: Time
    public: bool = Field(description="Whether anybody may read it.")
    default_branch: str | None = Field(examples=["main"])
    last_upload_at: Time | None
    snapshots: int


class CurvePoint(Answer):
    """A count, and when it was that."""

    committed_at: Time
    violations: int


class Standing(Answer):
    """Where a project's default branch stands: its contracts added up."""

    violations: int
    lower_bound: bool = Field(description="Whether an unread file could raise the count.")
    state: State = Field(
        description="The worst contract's: growing, stalled, shrinking, too-short, sealed."
    )
    change_30_days: int | None = Field(
        description="Of the contracts that are 30 days old; null: none is."
    )
    curve: tuple[CurvePoint, ...] = Field(
        description="At most 60 points; a contract counts from its first one on."
    )
    contracts: int
    broken: int
    unread: int = Field(description="Files that could not be read.")


class ListedProject(Project):
    """A project in the list of them."""

    now: Standing | None = Field(description="null: no snapshot is on a default branch.")


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


class Pruned(Answer):
    """What was dropped."""

    graphs: int = Field(description="Snapshots that have no graph any more.")
    bytes: int = Field(description="Of the contents that nobody needs any more.")

"""A contract's counts along a branch, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import Field

from archguard_api.forecast import AnyState, Forecast
from archguard_api.models.base import INTERNAL, Commit, Module, Moment, ResponseModel, Time
from archguard_api.models.plans import ContractPlan


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A contract's counts at one commit."""

    commit: Commit
    committed_at: Time
    violations: Annotated[int | None, Field(description="null: the snapshot has no verdict.")]
    exposure: int | None
    added: int
    fixed: int
    reintroduced: int
    lower_bound: bool
    unread: int
    adoption: int | None
    kept: bool | None
    unknown: int
    """Violations of the commit before it that may or may not exist: their files could not be read."""
    dropped: Annotated[
        int | None,
        Field(
            description="Gone from the list although the import is still there: an exception, a weaker "
            "contract. null: not known of this snapshot."
        ),
    ]
    allowed: Annotated[
        int | None,
        Field(
            description="How many more violations there would be with all exceptions off. null: not "
            "known of this snapshot."
        ),
    ]
    position: Annotated[int, INTERNAL]
    """Of the commit in the branch's line, counted from 0."""


class TrendRow(NamedTuple):
    """The values of a `TrendPoint`: most points of a long trend are never shown."""

    commit: bytes
    committed_at: int
    violations: int | None
    exposure: int | None
    added: int
    fixed: int
    reintroduced: int
    lower_bound: bool
    unread: int
    adoption: int | None
    kept: bool | None
    unknown: int
    dropped: int | None
    allowed: int | None
    position: int

    def make_point(self) -> TrendPoint:
        """Return the point."""
        return TrendPoint(self.commit.hex(), *self[1:])

    def make_count(self) -> ViolationCount:
        """Return the count of a point that has a verdict."""
        return ViolationCount(
            self.commit.hex(), self.committed_at, self.violations or 0, self.reintroduced
        )


@dataclass(frozen=True, slots=True)
class ViolationCount:
    """A count at a commit."""

    commit: Commit
    committed_at: Time
    violations: int
    reintroduced: Annotated[int, INTERNAL]
    """How many of them came back at this commit."""


class OldestViolation(ResponseModel):
    """The violation that is open for longest."""

    importer: Module
    imported: Module
    introduced: Moment


class TrendSummary(ResponseModel):
    """The line in a few figures; of all of it, whatever part the points show."""

    first: ViolationCount
    highest: ViolationCount
    now: ViolationCount
    sealed_since: Moment | None = Field(description="Where the count became zero for good so far.")
    reintroduced: int = Field(description="How often a violation came back, in all.")
    days: int = Field(description="From the first commit to the last.")
    points: int = Field(description="How many there are; `points` may hold fewer.")
    oldest_open: OldestViolation | None


@dataclass(frozen=True, slots=True)
class Retirement:
    """Where a branch lost a contract."""

    at: Time
    commit: Commit
    """The first one without the contract."""
    open: Annotated[int, Field(description="Violations at the last commit that had the contract.")]


class Trend(ResponseModel):
    """A contract's counts along a branch."""

    project: str
    contract: str
    branch: str
    state: AnyState = Field(description="The first that fits.")
    sentence: str = Field(description="Where the contract stands, for people.")
    stale: bool = Field(description="Whether the last commit is older than `stale_after_days`.")
    stale_days: int | None = Field(description="Since the last commit, where that is too long ago.")
    last_commit_at: Time = Field(description="When the last commit was made.")
    last_seen_at: Time = Field(description="When a snapshot was last uploaded, a repeated one too.")
    rebuilding: bool = Field(description="Whether an upload out of order is yet to be worked in.")
    retired: Retirement | None = Field(description="Where the contract was removed.")
    previous_ids: tuple[str, ...] = Field(
        description="Earlier ids of the contract, whose line it goes on."
    )
    unread_naming: int = Field(
        description="Unread files whose text names what the contract forbids, or is not known."
    )
    points: tuple[TrendPoint, ...]
    forecast: Forecast | None
    plan: ContractPlan | None = Field(
        description="What can be rewritten now; no date of `forecast` rests on it. null: no plan of "
        "the branch has violations of the contract."
    )
    summary: TrendSummary | None

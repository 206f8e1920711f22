"""A contract's counts along a branch, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from archguard_api.forecast import Forecast
from archguard_api.models.base import INTERNAL, Commit, Module, Moment, ResponseModel, Time


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """A contract's counts at one commit."""

    commit: Commit
    committed_at: Time
    violations: int
    exposure: int
    added: int
    fixed: int
    reintroduced: int
    lower_bound: bool
    unread: int
    adoption: int | None
    kept: bool
    unknown: int
    """Violations of the commit before it that may or may not exist: their files could not be read."""
    position: Annotated[int, INTERNAL]
    """Of the commit in the branch's line, counted from 0."""


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
    days: int = Field(description="From the first commit to the last.")
    points: int = Field(description="How many there are; `points` may hold fewer.")
    oldest_open: OldestViolation | None


class Trend(ResponseModel):
    """A contract's counts along a branch."""

    project: str
    contract: str
    branch: str
    points: tuple[TrendPoint, ...]
    forecast: Forecast | None
    summary: TrendSummary | None

"""A contract's counts along a branch, and where they lead."""

from __future__ import annotations

import datetime
from typing import Literal

from pydantic import Field

from archguard_api.models.base import Answer, Commit, Module, Moment, Time


class Point(Answer):
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


State = Literal["sealed", "shrinking", "stalled", "growing", "too-short"]


class Forecast(Answer):
    """When the violations will be gone, or why nobody can say."""

    state: State
    eta: datetime.date | None
    earliest: datetime.date | None
    latest: datetime.date | None
    per_week: float | None
    needed_per_week: float | None
    deadline: datetime.date | None
    reason: str


class Value(Answer):
    """A count at a commit."""

    commit: Commit
    committed_at: Time
    violations: int


class Oldest(Answer):
    """The violation that is open for longest."""

    importer: Module
    imported: Module
    introduced: Moment


class Summary(Answer):
    """The line in a few figures; of all of it, whatever part the points show."""

    first: Value
    highest: Value
    now: Value
    sealed_since: Moment | None = Field(description="Where the count became zero for good so far.")
    days: int = Field(description="From the first commit to the last.")
    points: int = Field(description="How many there are; `points` may hold fewer.")
    oldest_open: Oldest | None


class Trend(Answer):
    """A contract's counts along a branch."""

    project: str
    contract: str
    branch: str
    points: tuple[Point, ...]
    forecast: Forecast | None
    summary: Summary | None

"""All projects together, as far as the caller may read them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from archguard_api.forecast import AnyState
from archguard_api.models.base import ResponseModel


@dataclass(frozen=True, slots=True)
class Milestone:
    """A contract with violations left, on its way to zero."""

    project: Annotated[str, Field(examples=["shop"])]
    contract: Annotated[str, Field(examples=["one-cart"])]
    violations: int
    lower_bound: Annotated[bool, Field(description="Whether an unread file could raise the count.")]
    state: AnyState
    eta: Annotated[datetime.date | None, Field(description="The likeliest day of zero.")]
    deadline: datetime.date | None


class FleetSummary(ResponseModel):
    """All projects together, at the tips of their default branches."""

    projects: int
    without_snapshot: int = Field(description="Projects with no snapshot on a default branch.")
    stale: int = Field(description="Projects whose last commit is older than `stale_after_days`.")
    contracts: int
    broken: int
    violations: int
    lower_bound: bool = Field(description="Whether an unread file could raise the count.")
    unread: int = Field(description="Files that could not be read.")
    deadlines: int = Field(description="Contracts with violations left and a deadline.")
    at_risk: int = Field(
        description="Those of them whose deadline is over, or that will not be at zero by then."
    )
    deadlines_at_risk: tuple[Milestone, ...] = Field(
        description="The 20 of them with the earliest deadlines."
    )
    nearest_to_zero: tuple[Milestone, ...] = Field(
        description="The 20 contracts with the fewest violations left."
    )

"""What is kept of a branch's line, so that nobody has to read its points to say where it stands."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archguard_api.forecast import AnyState, Observation, find_day_of_zero, find_state
from archguard_api.models.figures import MilestoneRow, ProjectFigures
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

CurveRow = tuple[int, int, int, int]
"""A position, when it was committed, and the violations and reintroduced ones of all contracts."""


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract of the tip, and its counts as far as a forecast needs them."""

    contract: str
    kept: bool
    has_verdict: bool
    """Whether it was judged at the tip."""
    undecided: int
    """Imports that may or may not ask for what is forbidden."""
    surely_naming: int
    """Unread files that name what is forbidden."""
    perhaps_naming: int
    """Unread files of which nobody knows whether they do."""
    days: tuple[tuple[int, int], ...] = ()
    """Time and count of the last commit of each day, `last` apart; days long gone are left out."""
    is_trimmed: bool = False
    """Whether days were left out, after the first one."""
    state: AnyState | None = None
    """On the day that the summary says, if the branch is not stale then; None without a verdict."""
    last: tuple[int, int, bool] | None = None
    """Time, count and `lower_bound` of the last verdict; None: there is none."""
    counts_definitions: bool = False
    """Whether its violations are definitions, not imports."""
    deadline: datetime.date | None = None

    def list_observations(self) -> list[Observation]:
        """Return what `forecast` needs; it says the same as of all points."""
        if self.last is None:
            return []
        return [*(Observation(at, number) for at, number in self.days), Observation(*self.last)]

    def find_state(self, now: int, stale_days: int | None = None) -> AnyState:
        """Return the state that a forecast of this time has."""
        return find_state(self.list_observations(), now=now, kept=self.kept, stale_days=stale_days)

    def make_milestone(self, now: int) -> MilestoneRow | None:
        """Return where the contract is on its way to zero; None if it is there, or has no verdict."""
        if not self.has_verdict or self.last is None or self.state is None:
            return None
        _, violations, lower_bound = self.last
        if violations == 0 and not lower_bound:
            return None
        eta = find_day_of_zero(self.list_observations(), now=now, kept=self.kept)
        zero = eta.isoformat() if eta else None
        deadline = self.deadline.isoformat() if self.deadline else None
        return (self.contract, violations, lower_bound, self.state.value, zero, deadline)

    def count_change(self, day: int) -> int | None:
        """Return by how much the count differs from that at the end of a day, in days since 1970.

        None if the contract is younger.
        """
        if self.last is None:
            return None
        at, now, _ = self.last
        end = (day + 1) * DAY
        if max([at, *(time for time, _ in self.days[-1:])]) < end:
            return 0
        count = bisect_left(self.days, (end,))
        return now - self.days[count - 1][1] if count else None


@dataclass(frozen=True, slots=True)
class LineSummary:
    """A branch's line, up to its tip."""

    contracts: tuple[ContractLine, ...]
    """Those of the tip."""
    figures: ProjectFigures
    first: CurveRow | None = None
    """The first row of the curve, which adds up the contracts that the tip has a verdict of."""
    width: int = 1
    """How many positions a section has."""
    sections: tuple[tuple[CurveRow, ...], ...] = ()
    """Of each section of the line the lowest and the highest row, and the last one with a return."""
    last: CurveRow | None = None
    day: int = 0
    """Of the states, in days since 1970."""
    renamed: tuple[tuple[str, str], ...] = ()
    """The branch's earlier ids of contracts, each with the present one."""

    def find_day(self, now: int) -> int:
        """Return the day on which states are asked for; a tip dated later counts as now."""
        return max(now, self.figures.committed_at) // DAY

    def judge(self, now: int) -> LineSummary:
        """Return the summary with the states of another time, in seconds since 1970."""
        now = max(now, self.figures.committed_at)
        contracts = tuple(
            replace(line, state=line.find_state(now) if line.has_verdict else None)
            for line in self.contracts
        )
        rows = (line.make_milestone(now) for line in contracts)
        figures = replace(self.figures, milestones=tuple(row for row in rows if row is not None))
        return replace(self, contracts=contracts, figures=figures, day=now // DAY)

    def list_curve(self) -> Sequence[CurveRow]:
        """Return the rows that are kept of the curve, in order."""
        rows = {row for section in self.sections for row in section}
        return sorted(rows.union(row for row in (self.first, self.last) if row is not None))

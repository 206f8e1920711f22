"""Where projects stand: their contracts added up, kept until the default branch or the day changes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api import models
from archguard_api.forecast import State
from archguard_api.services.downsample import downsample
from archguard_api.services.trend import forecast_contract
from archguard_api.store.lru_cache import LruCache

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard_api.models.records import TrendPoint
    from archguard_api.store import Store

    Line = Sequence[TrendPoint]

DAY = 86_400
LOOKED_BACK = 30 * DAY
CURVE_POINTS = 60
_KEPT = 1000
_WORST_FIRST = (State.GROWING, State.STALLED, State.SHRINKING, State.TOO_SHORT, State.SEALED)


@dataclass(frozen=True, slots=True)
class SummedPoint:
    """All contracts at one commit."""

    committed_at: int
    violations: int
    reintroduced: int


class ProjectSummaries:
    """One for each process."""

    def __init__(self) -> None:
        self._kept: LruCache[tuple[object, ...], models.Standing] = LruCache(_KEPT)

    def get(self, store: Store, project: str) -> models.Standing | None:
        """Where the project's default branch stands; None: no snapshot is on one."""
        branch = store.get_branch(project)
        if branch is None or branch.tip is None:
            return None
        now = int(time.time())
        key = (project, branch.name, branch.version, now // DAY)
        found = self._kept.get(key)
        if found is None:
            found = _standing(store, project, branch.name, now)
            self._kept.put(key, found)
        return found


def _standing(store: Store, project: str, branch: str, now: int) -> models.Standing:
    tip = store.get_contracts_at_tip(project, branch)
    contracts = [one.contract for one in tip]
    lines = [store.get_trend(project, one.id, branch) for one in contracts]
    states = {
        forecast_contract(line, contract, now).state
        for line, contract in zip(lines, contracts, strict=True)
    }
    return models.Standing(
        violations=sum(one.violations for one in contracts),
        lower_bound=any(one.lower_bound for one in contracts),
        state=next((state for state in _WORST_FIRST if state in states), State.TOO_SHORT).value,
        change_30_days=count_change_since(lines, now - LOOKED_BACK),
        curve=tuple(
            map(models.CurvePoint.model_validate, downsample(list(sum_trends(lines)), CURVE_POINTS))
        ),
        contracts=len(contracts),
        broken=sum(not one.kept for one in contracts),
        unread=tip[0].unread if tip else 0,
    )


def sum_trends(lines: Sequence[Line]) -> Iterator[SummedPoint]:
    """The sum of lines of one branch; a contract that a commit does not have stands still.

    Before its first point a contract counts nothing.
    """
    at: dict[int, list[tuple[int, TrendPoint]]] = {}
    for number, line in enumerate(lines):
        for point in line:
            at.setdefault(point.position, []).append((number, point))
    counts = [0] * len(lines)
    for position in sorted(at):
        here = at[position]
        for number, point in here:
            counts[number] = point.violations
        yield SummedPoint(
            here[0][1].committed_at, sum(counts), sum(point.reintroduced for _, point in here)
        )


def count_change_since(lines: Sequence[Line], moment: int) -> int | None:
    """How many violations there are more than at a moment, in seconds since 1970.

    A contract that had no point then changed nothing; None: no contract had one.
    """
    changes = [
        line[-1].violations - before.violations
        for line in lines
        if (before := _last_until(line, moment)) is not None
    ]
    return sum(changes) if changes else None


def _last_until(line: Line, moment: int) -> TrendPoint | None:
    return next((point for point in reversed(line) if point.committed_at <= moment), None)

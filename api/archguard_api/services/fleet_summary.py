"""Add up all projects, and choose the contracts that are worth a look."""

from __future__ import annotations

import datetime
from heapq import nsmallest
from typing import TYPE_CHECKING, get_args

from archguard_api import models
from archguard_api.forecast import AnyState, State
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard_api.models.figures import MilestoneRow
    from archguard_api.store.fleet_reader import FleetRow

_SHOWN = 20
_STATES: dict[str, AnyState] = {state.value: state for state in get_args(AnyState)}
_Row = tuple[str, "MilestoneRow", bool]
"""A project, an open contract of it, and whether the project is stale."""


def summarize_fleet(rows: Sequence[FleetRow], now: int) -> models.FleetSummary:
    """Return the sums of projects, and their contracts that are late or nearly done.

    Args:
        rows: the projects that may be seen.
        now: seconds since 1970.
    """
    figures = [row.figures for row in rows if row.figures is not None]
    today = (datetime.date(1970, 1, 1) + datetime.timedelta(days=now // DAY)).isoformat()
    open_contracts = [*_list_open(rows, now)]
    late = [row for row in open_contracts if _is_at_risk(row, today)]
    earliest = nsmallest(_SHOWN, late, key=lambda row: (row[1][5] or "", row[0], row[1][0]))
    nearest = nsmallest(_SHOWN, open_contracts, key=lambda row: (row[1][1], row[0], row[1][0]))
    return models.FleetSummary(
        projects=len(rows),
        without_snapshot=len(rows) - len(figures),
        stale=sum(_is_stale(row, now) for row in rows),
        contracts=sum(one.contracts for one in figures),
        broken=sum(one.broken for one in figures),
        violations=sum(one.violations for one in figures),
        lower_bound=any(one.lower_bound for one in figures),
        unread=sum(one.unread for one in figures),
        deadlines=sum(row[1][5] is not None for row in open_contracts),
        at_risk=len(late),
        deadlines_at_risk=tuple(map(_make_milestone, earliest)),
        nearest_to_zero=tuple(map(_make_milestone, nearest)),
    )


def _list_open(rows: Sequence[FleetRow], now: int) -> Iterator[_Row]:
    for row in rows:
        if row.figures is not None:
            is_stale = _is_stale(row, now)
            for milestone in row.figures.milestones:
                yield row.project.name, milestone, is_stale


def _is_stale(row: FleetRow, now: int) -> bool:
    limit = row.stale_after_days
    return row.figures is not None and limit is not None and now - row.figures.committed_at > limit * DAY


def _is_at_risk(row: _Row, today: str) -> bool:
    """Return whether a deadline is over, or nothing says that the contract is at zero by then."""
    _, (*_, eta, deadline), is_stale = row
    if deadline is None:
        return False
    return is_stale or deadline < today or eta is None or eta > deadline


def _make_milestone(row: _Row) -> models.Milestone:
    project, (contract, violations, lower_bound, state, eta, deadline), is_stale = row
    return models.Milestone(
        project=project,
        contract=contract,
        violations=violations,
        lower_bound=lower_bound,
        state=State.STALE if is_stale else _STATES[state],
        eta=None if is_stale else _parse_day(eta),  # of a stale project nobody knows
        deadline=_parse_day(deadline),
    )


def _parse_day(day: str | None) -> datetime.date | None:
    return None if day is None else datetime.date.fromisoformat(day)

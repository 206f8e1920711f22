"""All projects together: the sums, which deadlines are at risk, and what is nearest to zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard_api.models import Project, ProjectFigures
from archguard_api.services.fleet_summary import summarize_fleet
from archguard_api.store.fleet_reader import FleetRow
from tests.api.snapshots import DAY

if TYPE_CHECKING:
    from archguard_api.models.figures import MilestoneRow

NOW = 20_000 * DAY
TODAY = "2024-10-04"
YESTERDAY, TOMORROW, LATER = "2024-10-03", "2024-10-05", "2024-11-01"


def _row(name: str, *milestones: MilestoneRow, age_days: int = 0, limit: int | None = 30) -> FleetRow:
    figures = ProjectFigures(
        violations=sum(one[1] for one in milestones),
        exposure=0,
        contracts=3,
        broken=len(milestones),
        lower_bound=any(one[2] for one in milestones),
        unread=2,
        committed_at=NOW - age_days * DAY,
        milestones=milestones,
    )
    return FleetRow(Project(name, 0, False, "main", None, 1, None), limit, figures)


def _milestone(
    contract: str, violations: int, *, eta: str | None = None, deadline: str | None = None
) -> MilestoneRow:
    return (contract, violations, False, "shrinking" if eta else "growing", eta, deadline)


def test_the_sums_are_those_of_the_projects() -> None:
    empty = FleetRow(Project("empty", 0, False, None, None, 0, None), 30, None)
    rows = [_row("a", _milestone("x", 2)), _row("b", _milestone("x", 5), age_days=31), empty]

    summary = summarize_fleet(rows, NOW)

    assert (summary.projects, summary.without_snapshot, summary.stale) == (3, 1, 1)
    assert (summary.contracts, summary.broken, summary.violations, summary.unread) == (6, 2, 7, 4)
    assert not summary.lower_bound


@pytest.mark.parametrize(
    ("eta", "deadline", "age_days", "is_at_risk"),
    [
        (TOMORROW, LATER, 0, False),
        (LATER, LATER, 0, False),
        (LATER, TOMORROW, 0, True),
        (None, LATER, 0, True),
        (TODAY, YESTERDAY, 0, True),
        (TOMORROW, LATER, 31, True),
        (None, None, 0, False),
    ],
)
def test_a_deadline_is_at_risk_if_nothing_says_that_it_will_be_met(
    eta: str | None, deadline: str | None, age_days: int, is_at_risk: bool
) -> None:
    row = _row("a", _milestone("x", 2, eta=eta, deadline=deadline), age_days=age_days)

    summary = summarize_fleet([row], NOW)

    assert (summary.deadlines, summary.at_risk) == (int(deadline is not None), int(is_at_risk))
    assert len(summary.deadlines_at_risk) == summary.at_risk


def test_of_a_stale_project_nobody_knows_the_day_of_zero() -> None:
    row = _row("a", _milestone("x", 2, eta=TOMORROW, deadline=LATER), age_days=31)

    (milestone,) = summarize_fleet([row], NOW).deadlines_at_risk

    assert (milestone.state, milestone.eta) == ("stale", None)
    assert summarize_fleet([row._replace(stale_after_days=None)], NOW).at_risk == 0


def test_twenty_are_shown_the_earliest_deadlines_and_the_fewest_violations_first() -> None:
    rows = [
        _row(f"p{number:02}", _milestone("x", 50 - number, deadline=f"2024-10-{31 - number:02}"))
        for number in range(25)
    ]

    summary = summarize_fleet(rows, NOW)

    newest = [f"p{number:02}" for number in range(24, 4, -1)]
    assert (summary.at_risk, len(summary.deadlines_at_risk)) == (25, 20)
    assert [one.project for one in summary.deadlines_at_risk] == newest
    assert [one.project for one in summary.nearest_to_zero] == newest

"""What is kept of a line says the same as the whole line does, however it came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from archguard_api.forecast import Observation, forecast
from archguard_api.store.summary_builder import (
    MAX_SECTIONS,
    LinePoint,
    Tip,
    begin_summary,
    extend_summary,
)
from tests.api.snapshots import DAY, START, contract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard_api.models import LineSummary

Counts = dict[str, int]
_counts = st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=3)
_gaps = st.integers(-3, 40)


def _tip(position: int, at: int, counts: Mapping[str, int]) -> Tip:
    contracts = [contract(number, name=name) for name, number in sorted(counts.items())]
    return Tip(position, at, contracts, ())


def _fold(times: Sequence[int], steps: Sequence[Counts]) -> LineSummary | None:
    """Go from snapshot to snapshot; begin anew where that is needed, as the store does."""
    summary = None
    seen: set[str] = set()
    for position, (at, counts) in enumerate(zip(times, steps, strict=True)):
        tip = _tip(position, at, counts)
        if summary is not None:
            summary = extend_summary(summary, tip, {}, counts.keys() - seen)
        if summary is None:
            summary = _begin(times[: position + 1], steps[: position + 1])
        seen |= counts.keys()
    return summary


def _points(name: str, times: Sequence[int], steps: Sequence[Counts]) -> list[LinePoint]:
    return [
        LinePoint(position, at, counts[name], 0, lower_bound=False)
        for position, (at, counts) in enumerate(zip(times, steps, strict=True))
        if name in counts
    ]


def _begin(times: Sequence[int], steps: Sequence[Counts]) -> LineSummary:
    tip = _tip(len(steps) - 1, times[-1], steps[-1])
    return begin_summary(tip, {name: _points(name, times, steps) for name in steps[-1]}, {})


def _times(gaps: Sequence[int]) -> list[int]:
    return [START + DAY * sum(gaps[: number + 1]) + number for number in range(len(gaps))]


@settings(deadline=None)
@given(st.lists(st.tuples(_gaps, _counts), min_size=1, max_size=150))
def test_going_on_leads_where_beginning_anew_does(history: list[tuple[int, Counts]]) -> None:
    times, steps = _times([gap for gap, _ in history]), [counts for _, counts in history]

    kept, anew = _fold(times, steps), _begin(times, steps)

    assert kept is not None
    assert (kept.list_curve(), kept.figures) == (anew.list_curve(), anew.figures)
    for now in (times[-1], times[-1] + 30 * DAY):
        for one, other in zip(kept.contracts, anew.contracts, strict=True):
            points = _points(one.contract, times, steps)
            whole = [Observation(point.committed_at, point.violations) for point in points]
            wanted = forecast(whole, deadline=None, now=now, kept=False)
            for line in (one, other):
                said = forecast(line.list_observations(), deadline=None, now=now, kept=False)
                assert said == wanted
            assert one.count_change(now // DAY - 30) == other.count_change(now // DAY - 30)


@settings(deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=400))
def test_the_curve_keeps_both_ends_and_the_extremes(counts: list[int]) -> None:
    times = _times([1] * len(counts))
    curve = [row[2] for row in _begin(times, [{"a": number} for number in counts]).list_curve()]

    assert (curve[0], curve[-1]) == (counts[0], counts[-1])
    assert (min(curve), max(curve)) == (min(counts), max(counts))
    assert len(curve) <= 3 * MAX_SECTIONS
    if len(counts) <= MAX_SECTIONS:
        assert curve == counts


@given(st.lists(_counts, min_size=1, max_size=20))
def test_the_curve_is_the_sum_of_the_last_count_of_each(steps: list[Counts]) -> None:
    times = _times([1] * len(steps))
    present = steps[-1].keys()

    expected = [
        (
            position,
            sum(next((one[name] for one in steps[position::-1] if name in one), 0) for name in present),
        )
        for position, counts in enumerate(steps)
        if present & counts.keys()
    ]

    assert [(row[0], row[2]) for row in _begin(times, steps).list_curve()] == expected


def test_the_change_is_that_of_contracts_that_were_there_then() -> None:
    times = [START, START + 10 * DAY, START + 30 * DAY, START + 40 * DAY]
    steps = [{"old": 9}, {"old": 8}, {"old": 8, "young": 100}, {"old": 3, "young": 90}]
    old, young = _begin(times, steps).contracts
    today = times[-1] // DAY

    assert (old.count_change(today - 30), young.count_change(today - 30)) == (3 - 8, None)
    assert (old.count_change(today - 5), young.count_change(today - 5)) == (3 - 8, 90 - 100)


def test_days_long_gone_are_left_out() -> None:
    times = _times([1] * 1000)

    (line,) = _begin(times, [{"a": number} for number in range(1000)]).contracts

    assert len(line.days) < 110
    assert line.days[0] == (times[0], 0)

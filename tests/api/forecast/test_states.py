"""Which state is said, and that dates are said in one of them only."""

from __future__ import annotations

import datetime
import itertools
import time

import pytest

from archguard_api.forecast import Observation, State
from tests.api.forecast.burn_downs import DAY, NOON, TODAY, daily, said


def test_zero_that_is_exact_and_kept_is_sealed() -> None:
    assert said([Observation(NOON, 0)], kept=True).state is State.SEALED


@pytest.mark.parametrize(
    ("lower_bound", "kept"),
    [(True, True), (True, False), (False, False)],
    ids=["unread", "both", "broken"],
)
def test_zero_that_is_a_lower_bound_or_broken_is_not_sealed(lower_bound: bool, kept: bool) -> None:
    observations = [*daily([5] * 30), Observation(NOON, 0, lower_bound)]

    forecast = said(observations, kept=kept)

    assert forecast.state is State.STALLED
    assert ("could not be read" in forecast.reason) is lower_bound


def test_without_a_snapshot_there_is_nothing_to_forecast_from() -> None:
    forecast = said([])

    assert forecast.state is State.TOO_SHORT
    assert forecast.per_week is None


@pytest.mark.parametrize(
    ("days", "state"), [(13, State.TOO_SHORT), (14, State.SHRINKING)], ids=["13 days", "14 days"]
)
def test_a_pace_takes_a_fortnight(days: int, state: State) -> None:
    assert said(daily(range(50 + days, 49, -1))).state is state


def test_a_fortnight_with_snapshots_on_three_days_is_too_short() -> None:
    points = daily(range(79, 49, -1))

    assert said([points[0], points[10], points[-1]]).state is State.TOO_SHORT
    assert said([points[0], points[10], points[20], points[-1]]).state is State.SHRINKING


def test_a_hundred_commits_on_one_day_are_one_day() -> None:
    burst = [Observation(NOON - 100 + second, 200 - second) for second in range(100)]

    assert said(burst).state is State.TOO_SHORT


def test_a_count_that_stands_still_is_stalled() -> None:
    assert said(daily([7] * 60)).state is State.STALLED


def test_what_is_removed_and_comes_back_is_stalled() -> None:
    counts = list(itertools.islice(itertools.cycle([20, 20, 12, 12, 20, 22]), 84))

    assert said(daily(counts)).state is State.STALLED


def test_a_count_that_rises_is_growing() -> None:
    forecast = said(daily(range(10, 70)))

    assert forecast.state is State.GROWING
    assert forecast.per_week == pytest.approx(-7)


def test_a_rise_with_a_small_dip_at_its_end_is_no_shrinking() -> None:
    assert said(daily([*range(10, 70), 68])).state in {State.GROWING, State.STALLED}


def test_one_import_less_in_two_months_is_no_pace_for_a_hundred() -> None:
    forecast = said(daily([101] * 45 + [100] * 15))

    assert forecast.state is State.STALLED
    assert "too long for a date" in forecast.reason


def test_a_drop_that_nothing_followed_for_half_the_time_looked_at_is_stalled() -> None:
    assert said(daily([90] * 60 + [3] * 20)).state is State.SHRINKING
    assert said(daily([90] * 34 + [3] * 50)).state is State.STALLED


def test_a_branch_without_commits_stalls_by_itself() -> None:
    line = daily(range(200, 100, -1))

    assert said(line).state is State.SHRINKING
    assert said(line, now=NOON + 60 * DAY).state is State.STALLED


def test_only_a_shrinking_count_has_dates() -> None:
    for counts in ([7] * 60, [*range(10, 70)], [101] * 45 + [100] * 15, [3, 2]):
        forecast = said(daily(counts))
        assert (forecast.eta, forecast.earliest, forecast.latest) == (None, None, None)


def test_one_burst_has_an_earliest_day_and_a_wide_interval() -> None:
    few = said(daily([130] * 70 + [22] * 7 + [1] * 7))
    many = said(daily([130 - day for day in range(84)]))

    assert few.earliest is not None
    assert many.earliest is not None
    assert many.latest is not None
    assert few.latest is None or few.latest - few.earliest > many.latest - many.earliest


def test_of_an_old_snapshot_nothing_is_forecast_but_that_it_was_sealed() -> None:
    counts = daily(range(100, 40, -1))
    stale = said(counts, stale_days=45, deadline=TODAY)

    assert stale.state is State.STALE
    assert (stale.eta, stale.per_week, stale.needed_per_week) == (None, None, None)
    assert "no snapshot for 45 days" in stale.reason
    assert said(counts).state is State.SHRINKING
    assert said([Observation(NOON, 0)], kept=True, stale_days=45).state is State.SEALED
    assert said([], stale_days=45).state is State.STALE


def test_the_needed_pace_is_what_is_left_over_the_weeks_to_the_deadline() -> None:
    observations = daily(range(100, 41, -1))

    assert said(observations).needed_per_week is None
    assert said(
        observations, deadline=TODAY + datetime.timedelta(days=21)
    ).needed_per_week == pytest.approx(14)
    assert said([Observation(NOON, 0)], deadline=TODAY, kept=True).needed_per_week is None


def test_a_deadline_that_has_passed_needs_all_of_it_within_a_day() -> None:
    forecast = said(daily(range(100, 41, -1)), deadline=TODAY - datetime.timedelta(days=5))

    assert forecast.needed_per_week == pytest.approx(42 * 7)


def test_a_reason_is_one_sentence() -> None:
    for counts in (
        [7] * 60,
        [*range(10, 70)],
        [101] * 45 + [100] * 15,
        [3, 2],
        [*range(90, 9, -1)],
        [1] * 30,
    ):
        reason = said(daily(counts)).reason
        assert reason.endswith(".")
        assert reason.count(". ") == 0


def test_four_hundred_observations_take_less_than_20_ms() -> None:
    observations = daily([1000 - day for day in range(400)])
    times = []
    for _ in range(5):
        start = time.process_time()
        said(observations)
        times.append(time.process_time() - start)

    assert min(times) < 0.02

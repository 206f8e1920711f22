"""What holds for every burn-down."""

from __future__ import annotations

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard_api.forecast import Forecast, Observation, State, find_day_of_zero, forecast
from tests.api.forecast.burn_downs import DAY, NOON, TODAY, daily, said

counts = st.lists(st.integers(1, 200), min_size=1, max_size=120)
falling = st.lists(st.integers(0, 9), min_size=20, max_size=100).map(
    lambda drops: [1 + sum(drops[day:]) for day in range(len(drops))]
)


def _dates(forecast: Forecast) -> list[datetime.date | None]:
    return [forecast.eta, forecast.earliest, forecast.latest]


@given(st.one_of(counts, falling), st.integers(-2000, 2000))
def test_shifting_time_shifts_dates(values: list[int], days: int) -> None:
    moved = [Observation(one.at + days * DAY, one.violations) for one in daily(values)]
    shift = datetime.timedelta(days=days)

    here, there = said(daily(values)), said(moved, now=NOON + days * DAY)

    assert there.state is here.state
    assert there.per_week == here.per_week
    assert _dates(there) == [None if date is None else date + shift for date in _dates(here)]


@given(st.one_of(counts, falling), st.integers(2, 50))
def test_scaling_counts_leaves_dates(values: list[int], factor: int) -> None:
    one, many = said(daily(values)), said(daily([value * factor for value in values]))

    assert many.state is one.state
    for here, there in zip(_dates(one), _dates(many), strict=True):
        assert (here is None) == (there is None)
        if here and there:
            assert abs((here - there).days) <= 1  # the last digit of a float may round a day


@given(st.integers(1, 9), st.integers(28, 120), st.integers(1, 60))
def test_a_straight_line_gives_its_zero(step: int, days: int, ahead: int) -> None:
    line = [step * (days + ahead - day) for day in range(days + 1)]

    forecast = said(daily(line))

    assert forecast.state is State.SHRINKING
    assert forecast.eta == TODAY + datetime.timedelta(days=ahead)
    assert forecast.per_week == pytest.approx(7 * step)
    assert forecast.earliest is not None
    assert forecast.earliest <= forecast.eta
    assert forecast.latest is None or forecast.eta <= forecast.latest


@given(st.integers(1, 9), st.integers(6, 20), st.integers(1, 9), st.integers(2, 10))
def test_a_line_that_is_seen_every_few_days_only_is_the_same_line(
    step: int, seen: int, ahead: int, gap: int
) -> None:
    line = [
        Observation(NOON - gap * back * DAY, step * gap * (ahead + back))
        for back in range(seen - 1, -1, -1)
    ]

    forecast = said(line)

    if gap * (seen - 1) >= 14:
        assert forecast.eta == TODAY + datetime.timedelta(days=gap * ahead)


@given(falling, st.integers(1, 100))
def test_more_violations_are_never_gone_earlier(values: list[int], more: int) -> None:
    few, many = said(daily(values)), said(daily([value + more for value in values]))

    for here, there in ((few.eta, many.eta), (few.earliest, many.earliest), (few.latest, many.latest)):
        if here and there:
            assert here <= there
    if few.state is not State.SHRINKING:
        assert many.state is not State.SHRINKING


@given(st.one_of(counts, falling), st.integers(0, 3), st.booleans(), st.booleans())
def test_sealed_is_zero_exactly_and_kept(
    values: list[int], left: int, lower_bound: bool, kept: bool
) -> None:
    forecast = said([*daily(values), Observation(NOON, left, lower_bound)], kept=kept)

    assert (forecast.state is State.SEALED) == (left == 0 and kept and not lower_bound)


@given(st.one_of(counts, falling))
def test_dates_are_in_order_and_not_in_the_past(values: list[int]) -> None:
    forecast = said(daily(values))

    assert (
        (forecast.eta is None) == (forecast.state is not State.SHRINKING) == (forecast.earliest is None)
    )
    known = [date for date in (forecast.earliest, forecast.eta, forecast.latest) if date]
    assert known == sorted(known)
    assert all(date >= TODAY for date in known)


@given(falling, st.integers(0, 10_000))
def test_commits_between_two_days_ends_change_nothing(values: list[int], seed: int) -> None:
    chance = random.Random(seed)
    noisy = [
        other
        for one in daily(values)
        for other in (Observation(one.at - 60, one.violations + chance.randrange(50)), one)
    ]

    assert said(noisy) == said(daily(values))


@given(falling)
def test_a_commit_date_ten_years_off_changes_nothing(values: list[int]) -> None:
    observations = daily(values)
    ahead = Observation(NOON + 3650 * DAY, observations[5].violations)
    behind = Observation(NOON - 3650 * DAY, observations[-1].violations)

    assert said([*observations[:6], ahead, *observations[6:]]) == said(observations)
    assert said([*observations[:-1], behind]).state is said(observations[:-1] + observations[-1:]).state


@given(falling)
def test_what_is_said_after_a_quiet_day_was_thought_possible_before_it(values: list[int]) -> None:
    today, tomorrow = said(daily(values)), said(daily(values), now=NOON + DAY)

    if today.eta and tomorrow.eta and today.latest:
        assert tomorrow.eta <= today.latest + datetime.timedelta(days=1)
        assert tomorrow.eta >= (today.earliest or TODAY)


@pytest.mark.parametrize("removed", [0, 1, 3])
def test_the_day_of_zero_alone_is_that_of_the_forecast(removed: int) -> None:
    counts = [max(1, 200 - removed * day) for day in range(0, 60, 3)]
    observations = [Observation(at=3 * index * DAY, violations=n) for index, n in enumerate(counts)]
    now = 60 * DAY

    whole = forecast(observations, deadline=None, now=now, kept=False)

    assert find_day_of_zero(observations, now=now, kept=False) == whole.eta
    assert (whole.eta is None) == (removed == 0)

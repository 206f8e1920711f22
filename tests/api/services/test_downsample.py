"""A line with fewer points keeps what matters."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archguard_api.models import TrendPoint
from archguard_api.services.downsample import MIN_POINTS, downsample


def point(number: int, violations: int, reintroduced: int = 0) -> TrendPoint:
    commit = f"{number:040x}"
    return TrendPoint(commit, number, violations, 0, 0, 0, reintroduced, False, 0, None, False, number)


lines = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([0, 0, 0, 0, 0, 1])), min_size=1, max_size=400
).map(lambda found: [point(number, value, again) for number, (value, again) in enumerate(found)])
calm = st.lists(st.integers(1, 500), min_size=1, max_size=400).map(
    lambda found: [point(number, value) for number, value in enumerate(found)]
)
counts = st.integers(MIN_POINTS, 120)


def musts(line: list[TrendPoint]) -> set[TrendPoint]:
    low, high = (pick(line, key=lambda one: one.violations) for pick in (min, max))
    found = {line[0], line[-1], low, high}
    for before, after in pairwise(line):
        if (before.violations == 0) != (after.violations == 0):
            found.add(before if before.violations == 0 else after)
    return found | {one for one in line if one.reintroduced}


@given(lines, counts)
def test_there_are_never_more_points_than_asked_for(line: list[TrendPoint], count: int) -> None:
    assert len(downsample(line, count)) <= count


@given(lines, counts)
def test_what_is_left_is_of_the_line_and_in_order(line: list[TrendPoint], count: int) -> None:
    left = downsample(line, count)

    assert [one.committed_at for one in left] == sorted({one.committed_at for one in left})
    assert set(left) <= set(line)


@given(lines, counts)
def test_the_ends_and_the_extremes_stay(line: list[TrendPoint], count: int) -> None:
    left = downsample(line, count)

    assert (left[0], left[-1]) == (line[0], line[-1])
    for pick in (min, max):
        assert pick(one.violations for one in left) == pick(one.violations for one in line)


@given(lines, counts)
def test_zeros_and_what_came_back_stay_as_far_as_there_is_room(
    line: list[TrendPoint], count: int
) -> None:
    needed = musts(line)

    if len(needed) <= count:
        assert needed <= set(downsample(line, count))


@given(lines)
def test_a_short_line_stays_whole(line: list[TrendPoint]) -> None:
    assert downsample(line, max(MIN_POINTS, len(line))) == line


@given(calm, counts)
def test_every_stretch_keeps_its_lowest_and_highest(line: list[TrendPoint], count: int) -> None:
    left = {one.committed_at for one in downsample(line, count)}
    stretches = (count - len(musts(line))) // 2  # an end can be an extreme, too: then more is left
    if len(line) <= count or stretches == 0:
        return
    for number in range(stretches):
        start, end = (len(line) * one // stretches for one in (number, number + 1))
        values = [one.violations for one in line[start:end]]
        kept = [one.violations for one in line[start:end] if one.committed_at in left]
        assert not values or (min(kept), max(kept)) == (min(values), max(values))


def test_a_line_that_touches_zero_at_every_point_still_fits() -> None:
    line = [point(number, number % 2) for number in range(1000)]

    left = downsample(line, 50)

    assert len(left) <= 50
    assert sum(one.violations == 0 for one in left) > 40

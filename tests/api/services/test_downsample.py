"""A line with fewer points keeps what matters."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from archguard_api.models import ViolationCount
from archguard_api.services.downsample import MIN_POINTS, downsample


def point(number: int, violations: int, reintroduced: int = 0) -> ViolationCount:
    commit = f"{number:040x}"
    return ViolationCount(commit, number, violations, reintroduced)


@st.composite
def lines(draw: st.DrawFn) -> list[ViolationCount]:
    """A trend with few runs of zeros and few reintroductions, so that most limits have room for them."""
    runs = draw(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 40)), min_size=1, max_size=12))
    values = [value for value, length in runs for _ in range(length)]
    returns = draw(st.sets(st.integers(0, len(values) - 1), max_size=6))
    return [point(number, value, number in returns) for number, value in enumerate(values)]


calm = st.lists(st.integers(1, 500), min_size=1, max_size=400).map(
    lambda found: [point(number, value) for number, value in enumerate(found)]
)
counts = st.integers(MIN_POINTS, 120)


def list_needed(line: list[ViolationCount]) -> set[ViolationCount]:
    lowest, highest = (pick(line, key=lambda one: one.violations) for pick in (min, max))
    needed = {line[0], line[-1], lowest, highest}
    for before, after in pairwise(line):
        if (before.violations == 0) != (after.violations == 0):
            needed.add(before if before.violations == 0 else after)
    return needed | {one for one in line if one.reintroduced}


def says_something(line: list[ViolationCount], count: int) -> bool:
    """Whether the line must lose points, and needed ones, not only its ends and extremes, all fit."""
    needed = list_needed(line)
    values = [one.violations for one in line]
    obvious = {line[0], line[-1], line[values.index(min(values))], line[values.index(max(values))]}
    return len(needed) <= count < len(line) and len(needed - obvious) > 0


@given(lines(), counts)
def test_there_are_never_more_points_than_asked_for(line: list[ViolationCount], count: int) -> None:
    assert len(downsample(line, count)) <= count


@given(lines(), counts)
def test_what_is_left_is_of_the_line_and_in_order(line: list[ViolationCount], count: int) -> None:
    left = downsample(line, count)

    assert [one.committed_at for one in left] == sorted({one.committed_at for one in left})
    assert set(left) <= set(line)


@given(lines(), counts)
def test_the_ends_and_the_extremes_stay(line: list[ViolationCount], count: int) -> None:
    left = downsample(line, count)

    assert (left[0], left[-1]) == (line[0], line[-1])
    for pick in (min, max):
        assert pick(one.violations for one in left) == pick(one.violations for one in line)


@given(lines(), counts)
def test_zeros_and_what_came_back_stay_as_far_as_there_is_room(
    line: list[ViolationCount], count: int
) -> None:
    needed = list_needed(line)

    if len(needed) <= count:
        assert needed <= set(downsample(line, count))


def test_a_third_of_the_drawn_lines_say_something_of_zeros_and_what_came_back() -> None:
    drawn: list[bool] = []

    @seed(1)
    @settings(max_examples=300, database=None)
    @given(lines(), counts)
    def draw(line: list[ViolationCount], count: int) -> None:
        drawn.append(says_something(line, count))

    draw()

    assert sum(drawn) >= len(drawn) / 3


def test_a_run_of_zeros_keeps_both_ends_and_one_at_an_end_of_the_line_its_inner_one() -> None:
    values = [0, 0, 0, 9, 8, 9, 8, 0, 0, 0, 0, 9, 8, 9, 8, 0, 0, 0]
    line = [point(number, value) for number, value in enumerate(values)]

    # The first and the last point, the highest, and the ends of runs at 2, 7, 10 and 15.
    assert [one.committed_at for one in downsample(line, 7)] == [0, 2, 3, 7, 10, 15, 17]


def test_of_too_many_zeros_the_last_is_kept_and_the_others_are_evenly_spaced() -> None:
    line = [
        point(number, int(number % 4 == 0)) for number in range(41)
    ]  # ends of runs: 1, 3, 5, 7 ... 39

    # 0 and 40 are the ends, 0 is the highest and 1 the lowest; 18 of 19 zeros left share three places.
    left = [one.committed_at for one in downsample(line, 6)]

    assert left[:2] == [0, 1]
    assert left[-2:] == [39, 40]
    assert len(left) == 6


def test_of_a_spare_pair_one_section_keeps_its_lowest_and_highest() -> None:
    line = [point(number, value) for number, value in enumerate([5, 4, 6, 4, 6, 5])]

    # 0 and 5 are the ends, 1 the lowest, 2 the highest: a fifth place is not a pair and stays empty.
    assert [one.committed_at for one in downsample(line, 5)] == [0, 1, 2, 5]


@given(lines())
def test_a_short_line_stays_whole(line: list[ViolationCount]) -> None:
    assert downsample(line, max(MIN_POINTS, len(line))) == line


@given(calm, counts)
def test_every_stretch_keeps_its_lowest_and_highest(line: list[ViolationCount], count: int) -> None:
    left = {one.committed_at for one in downsample(line, count)}
    stretches = (count - len(list_needed(line))) // 2  # an end can be an extreme, too: then more is left
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

"""Reduce the number of points of a trend and keep those that matter.

These points are kept first, as far as the limit allows: the first and the last; the lowest and the
highest; both ends of each run of zeros; each point with a reintroduced violation. The rest of the limit
is spent on sections of equal length: of each the lowest and the highest point are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MIN_POINTS = 4


class CountedPoint(Protocol):
    """A point of a trend."""

    @property
    def violations(self) -> int:
        """The number of violations."""

    @property
    def reintroduced(self) -> int:
        """The number of violations that were reintroduced at this point."""


Point = TypeVar("Point", bound=CountedPoint)


def downsample(points: Sequence[Point], count: int) -> list[Point]:
    """Return at most `count` of the points, in order; `count` must be at least `MIN_POINTS`."""
    if len(points) <= count:
        return list(points)
    values = [point.violations for point in points]
    kept = {0, len(values) - 1, values.index(min(values)), values.index(max(values))}
    reintroductions = [index for index, point in enumerate(points) if point.reintroduced]
    for candidates in (_find_zero_ends(values), reintroductions):
        kept |= set(_spread([index for index in candidates if index not in kept], count - len(kept)))
    kept |= _find_extremes(values, (count - len(kept)) // 2)
    return [points[index] for index in sorted(kept)]


def _find_zero_ends(values: Sequence[int]) -> list[int]:
    """Return the indexes of the first and last zero of each run of zeros."""
    last = len(values) - 1
    return [
        index
        for index, value in enumerate(values)
        if value == 0 and ((index > 0 and values[index - 1]) or (index < last and values[index + 1]))
    ]


def _spread(indexes: Sequence[int], count: int) -> Iterable[int]:
    """Return at most `count` indexes, evenly spaced, among them the last one."""
    if len(indexes) <= count:
        return indexes
    return [indexes[-1 - number * len(indexes) // count] for number in range(count)]


def _find_extremes(values: Sequence[int], sections: int) -> set[int]:
    """Return the indexes of the lowest and the highest value of each section."""
    extremes: set[int] = set()
    for number in range(sections):
        start, end = (len(values) * n // sections for n in (number, number + 1))
        section = values[start:end]
        if section:
            extremes |= {start + section.index(min(section)), start + section.index(max(section))}
    return extremes

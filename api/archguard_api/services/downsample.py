"""Reduce the number of points of a trend and keep those that matter.

These points are kept first, as far as the limit allows: the first and the last; the lowest and the
highest; both ends of each run of zeros, and of each run without verdict; each point with a
reintroduced violation. The rest of the limit
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
    def violations(self) -> int | None:
        """The number of violations; None if the snapshot has no verdict."""

    @property
    def reintroduced(self) -> int:
        """The number of violations that were reintroduced at this point."""


Point = TypeVar("Point", bound=CountedPoint)


def downsample(points: Sequence[Point], count: int) -> list[Point]:
    """Return at most `count` of the points, in order; `count` must be at least `MIN_POINTS`."""
    if len(points) <= count:
        return list(points)
    values = _fill_gaps([point.violations for point in points])
    kept = {0, len(values) - 1, values.index(min(values)), values.index(max(values))}
    reintroductions = [index for index, point in enumerate(points) if point.reintroduced]
    gaps = [point.violations is None for point in points]
    for candidates in (_find_zero_ends(values), _find_ends(gaps), reintroductions):
        kept |= set(_spread([index for index in candidates if index not in kept], count - len(kept)))
    kept |= _find_extremes(values, (count - len(kept)) // 2)
    return [points[index] for index in sorted(kept)]


def _fill_gaps(counts: Sequence[int | None]) -> list[int]:
    """Return the counts, each missing one as the one before it."""
    values: list[int] = []
    for number in counts:
        values.append(number if number is not None else values[-1] if values else 0)
    return values


def _find_zero_ends(values: Sequence[int]) -> list[int]:
    """Return the indexes of the first and last zero of each run of zeros."""
    return _find_ends([value == 0 for value in values])


def _find_ends(flags: Sequence[bool]) -> list[int]:
    """Return the indexes at which runs of true flags begin and end beside false ones."""
    last = len(flags) - 1
    return [
        index
        for index, flag in enumerate(flags)
        if flag and not ((index == 0 or flags[index - 1]) and (index == last or flags[index + 1]))
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

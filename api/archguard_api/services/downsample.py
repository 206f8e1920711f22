"""A long line drawn with fewer points, so that nothing that matters is lost.

Kept before anything else, as far as the number of points goes: the first and the last; the lowest
and the highest; both ends of each stretch at zero; each point where a violation came back. What is
left of the number goes to equal stretches of the line, and of each its lowest and its highest point
are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MIN_POINTS = 4


class CountedPoint(Protocol):
    """A point of a line."""

    @property
    def violations(self) -> int:
        """How many there are."""

    @property
    def reintroduced(self) -> int:
        """How many of them came back just here."""


Point = TypeVar("Point", bound=CountedPoint)


def downsample(points: Sequence[Point], count: int) -> list[Point]:
    """At most `count` of the points, in order; `count` is at least `MIN_POINTS`."""
    if len(points) <= count:
        return list(points)
    values = [point.violations for point in points]
    kept = {0, len(values) - 1, values.index(min(values)), values.index(max(values))}
    for more in (_zeros(values), [at for at, point in enumerate(points) if point.reintroduced]):
        kept |= set(_spread([at for at in more if at not in kept], count - len(kept)))
    kept |= _extremes(values, (count - len(kept)) // 2)
    return [points[at] for at in sorted(kept)]


def _zeros(values: Sequence[int]) -> list[int]:
    """Where the line meets zero, and where it leaves it."""
    last = len(values) - 1
    return [
        at
        for at, value in enumerate(values)
        if value == 0 and ((at > 0 and values[at - 1]) or (at < last and values[at + 1]))
    ]


def _spread(found: Sequence[int], room: int) -> Iterable[int]:
    """As many as there is room for, evenly, the last among them."""
    if len(found) <= room:
        return found
    return [found[-1 - at * len(found) // room] for at in range(room)]


def _extremes(values: Sequence[int], stretches: int) -> set[int]:
    kept: set[int] = set()
    for number in range(stretches):
        start, end = (len(values) * n // stretches for n in (number, number + 1))
        stretch = values[start:end]
        if stretch:
            kept |= {start + stretch.index(min(stretch)), start + stretch.index(max(stretch))}
    return kept

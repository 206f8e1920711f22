"""Several contracts' lines as one: their sum at every commit, and what changed since a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.models import CurvePoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard_api.models import TrendPoint

    Line = Sequence[TrendPoint]


def summed(lines: Sequence[Line]) -> Iterator[CurvePoint]:
    """The sum of lines of one branch; a contract that a commit does not have stands still.

    Before its first point a contract counts nothing.
    """
    at: dict[int, list[tuple[int, TrendPoint]]] = {}
    for number, line in enumerate(lines):
        for point in line:
            at.setdefault(point.position, []).append((number, point))
    counts = [0] * len(lines)
    for position in sorted(at):
        here = at[position]
        for number, point in here:
            counts[number] = point.violations
        yield CurvePoint(
            here[0][1].committed_at, sum(counts), sum(point.reintroduced for _, point in here)
        )


def change_since(lines: Sequence[Line], moment: int) -> int | None:
    """How many violations there are more than at a moment, in seconds since 1970.

    A contract that had no point then changed nothing; None: no contract had one.
    """
    changes = [
        line[-1].violations - before.violations
        for line in lines
        if (before := _last_until(line, moment)) is not None
    ]
    return sum(changes) if changes else None


def _last_until(line: Line, moment: int) -> TrendPoint | None:
    return next((point for point in reversed(line) if point.committed_at <= moment), None)

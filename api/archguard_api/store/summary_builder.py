"""Summarize a branch's line: go on by one snapshot, or begin anew with all points.

Both ways lead to the same forecasts and the same curve. Going on takes as long as there are contracts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from archguard.ledger import DEFINITION_TYPES
from archguard_api.models import ContractLine, LineSummary, ProjectFigures
from archguard_api.store.naming_files import count_naming
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.snapshot import Contract, UnreadFile
    from archguard_api.models import CurveRow

    Days = tuple[tuple[int, int], ...]
    Sections = tuple[tuple[CurveRow, ...], ...]

MAX_SECTIONS = 60
_DAYS_KEPT = 100
"""Before the tip; a forecast looks back for 84, so a tip may be some days older than the last one."""
_DAYS_NEEDED = 85
_MIN_DAYS = 6
"""So many are never left out: a forecast asks whether there are enough."""


class Tip(NamedTuple):
    """The snapshot at the end of a line."""

    position: int
    committed_at: int
    contracts: Sequence[Contract]
    unread: Sequence[UnreadFile]


class LinePoint(NamedTuple):
    """A contract's verdict at one position."""

    position: int
    committed_at: int
    violations: int
    reintroduced: int
    lower_bound: bool


def begin_summary(
    tip: Tip, points: Mapping[str, Sequence[LinePoint]], renamed: Mapping[str, str]
) -> LineSummary:
    """Summarize a line, given the points at which its tip's contracts had a verdict, in order."""
    lines = tuple(_begin_line(contract, tip, points.get(contract.id, ())) for contract in tip.contracts)
    judged = [points.get(line.contract, ()) for line in lines if line.has_verdict]
    rows = list(_add_up(judged))
    summary = LineSummary(lines, _make_figures(tip), renamed=tuple(sorted(renamed.items())))
    if not rows:
        return summary
    width = _choose_width(1, rows[-1][0])
    sections: dict[int, list[CurveRow]] = {}
    for row in rows:
        sections.setdefault(row[0] // width, []).append(row)
    return replace(
        summary,
        first=rows[0],
        width=width,
        sections=tuple(_choose_rows(section) for section in sections.values()),
        last=rows[-1],
    )


def extend_summary(
    summary: LineSummary, tip: Tip, reintroduced: Mapping[str, int], new: Iterable[str]
) -> LineSummary | None:
    """Go on to the next snapshot; return None if only the whole line tells how.

    Args:
        summary: the summary so far.
        tip: the snapshot.
        reintroduced: how many violations of each contract came back.
        new: the contracts that the branch never had before.
    """
    before = {line.contract: line for line in summary.contracts}
    has_verdict = {contract.id for contract in tip.contracts if not contract.unjudged}
    had_verdict = {line.contract for line in summary.contracts if line.has_verdict}
    present = {contract.id for contract in tip.contracts}
    if (
        had_verdict - has_verdict
        or (has_verdict - had_verdict) - {*new}
        or present - before.keys() - {*new}
    ):
        return None
    lines = []
    for contract in tip.contracts:
        line = _extend_line(before.get(contract.id), contract, tip)
        if line is None:
            return None
        lines.append(line)
    after = replace(summary, contracts=tuple(lines), figures=_make_figures(tip))
    if not has_verdict:
        return after
    row = (
        tip.position,
        tip.committed_at,
        after.figures.violations,
        sum(reintroduced.get(name, 0) for name in has_verdict),
    )
    width, sections = _add_row(summary.width, summary.sections, row)
    return replace(after, first=summary.first or row, width=width, sections=sections, last=row)


def _make_figures(tip: Tip) -> ProjectFigures:
    judged = [contract for contract in tip.contracts if not contract.unjudged]
    return ProjectFigures(
        violations=sum(contract.violations for contract in judged),
        exposure=sum(contract.exposure for contract in judged),
        contracts=len(judged),
        broken=sum(not contract.kept for contract in judged),
        lower_bound=any(contract.lower_bound for contract in judged),
        unread=len(tip.unread),
        committed_at=tip.committed_at,
    )


# The lines of contracts.


def _make_line(contract: Contract, tip: Tip) -> ContractLine:
    surely, perhaps = count_naming(contract, tip.unread, len(tip.unread))
    return ContractLine(
        contract.id,
        contract.kept,
        not contract.unjudged,
        len(contract.undecided),
        surely,
        perhaps,
        counts_definitions=contract.type in DEFINITION_TYPES,
        deadline=contract.deadline,
    )


def _begin_line(contract: Contract, tip: Tip, points: Sequence[LinePoint]) -> ContractLine:
    line = _make_line(contract, tip)
    if not points:
        return line
    *earlier, last = points
    days: dict[int, tuple[int, int]] = {}
    for point in earlier:
        day, entry = point.committed_at // DAY, (point.committed_at, point.violations)
        days[day] = max(days.get(day, entry), entry)
    days_left, is_trimmed = _trim(tuple(sorted(days.values())), tip)
    return replace(
        line,
        days=days_left,
        is_trimmed=is_trimmed,
        last=(last.committed_at, last.violations, last.lower_bound),
    )


def _extend_line(line: ContractLine | None, contract: Contract, tip: Tip) -> ContractLine | None:
    """Go on to the next snapshot; return None if days are needed that were left out."""
    now = _make_line(contract, tip)
    last = (tip.committed_at, contract.violations, contract.lower_bound)
    if line is None:
        return now if contract.unjudged else replace(now, last=last)
    if line.is_trimmed and tip.committed_at // DAY - _DAYS_NEEDED < line.days[1][0] // DAY:
        return None
    if contract.unjudged:
        return replace(now, days=line.days, is_trimmed=line.is_trimmed, last=line.last)
    days = line.days if line.last is None else _add_day(line.days, line.last[:2])
    days, is_trimmed = _trim(days, tip)
    return replace(now, days=days, is_trimmed=is_trimmed or line.is_trimmed, last=last)


def _add_day(days: Days, entry: tuple[int, int]) -> Days:
    """Add a time and its count, unless the same day has a later one."""
    day = entry[0] // DAY
    if not days or days[-1][0] // DAY < day:
        return (*days, entry)
    by_day = {time // DAY: (time, count) for time, count in days}
    by_day[day] = max(by_day.get(day, entry), entry)
    return tuple(sorted(by_day.values()))


def _trim(days: Days, tip: Tip) -> tuple[Days, bool]:
    """Leave out days that no forecast looks at any more; return whether there were any.

    The first day stays, and the last one before those that are looked at.
    """
    horizon = (tip.committed_at // DAY - _DAYS_KEPT) * DAY
    start = next((index for index, (time, _) in enumerate(days) if time >= horizon), len(days)) - 1
    start = min(start, len(days) - _MIN_DAYS)
    return ((days[0], *days[start:]), True) if start > 1 else (days, False)


# The curve.


def _add_up(lines: Sequence[Sequence[LinePoint]]) -> Iterable[CurveRow]:
    """Yield the sums of lines at each position.

    A contract without a verdict there counts as at its last one before, or 0 if there is none.
    """
    by_position: dict[int, list[tuple[int, LinePoint]]] = {}
    for number, line in enumerate(lines):
        for point in line:
            by_position.setdefault(point.position, []).append((number, point))
    counts = [0] * len(lines)
    total = 0
    for position in sorted(by_position):
        points = by_position[position]
        for number, point in points:
            total += point.violations - counts[number]
            counts[number] = point.violations
        returned = sum(point.reintroduced for _, point in points)
        yield (position, points[0][1].committed_at, total, returned)


def _choose_width(width: int, position: int) -> int:
    while position // width >= MAX_SECTIONS:
        width *= 2
    return width


def _add_row(width: int, sections: Sections, row: CurveRow) -> tuple[int, Sections]:
    wider = _choose_width(width, row[0])
    grouped: dict[int, list[CurveRow]] = {}
    for section in sections if wider != width else sections[-1:]:
        for old in section:
            grouped.setdefault(old[0] // wider, []).append(old)
    grouped.setdefault(row[0] // wider, []).append(row)
    unchanged = () if wider != width else sections[:-1]
    return wider, (*unchanged, *(_choose_rows(rows) for rows in grouped.values()))


def _choose_rows(rows: Sequence[CurveRow]) -> tuple[CurveRow, ...]:
    """Return the lowest, the highest and the last returning row, in order; the first of equal ones."""
    lowest = min(rows, key=lambda row: (row[2], row[0]))
    highest = max(rows, key=lambda row: (row[2], -row[0]))
    returning = max((row for row in rows if row[3]), default=lowest)
    return tuple(sorted({lowest, highest, returning}))

"""A history for people: a line and a curve for each contract, then the oldest open violations."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from archguard.reporters.history_json import format_time
from archguard.reporters.layout import shorten, wrap
from archguard.text import escape, escape_log_line, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from archguard.contract_types.verdict import Edge
    from archguard.history import ContractPoint, HistoryPoint
    from archguard.ledger import ViolationLifecycle
    from archguard.reporters.layout import Style

    OpenViolations = Mapping[Edge, ViolationLifecycle[str]]

BLOCKS, ASCII_BLOCKS = "▁▂▃▄▅▆▇█", "_.-~=+*#"
_COLUMNS = ("contract", "first", "highest", "now")
_NUMBER = 9
_LISTED = 5
_LONGEST_ID, _LONGEST_CURVE = 40, 60


@dataclass(slots=True)
class _Curve:
    """The counts of one contract along the history."""

    name: str
    days: list[str]
    counts: list[int]
    is_lower_bound: bool = False
    """Whether the last count is one."""
    lower_bounds: int = 0
    """How many counts are lower bounds."""
    reintroduced: int = 0
    unknown: int = 0
    has_verdict: bool = True
    """Whether the contract could be judged at the last commit."""

    @property
    def sealed_since(self) -> str | None:
        """The first day without violations until the end, if there were any before."""
        is_exact = self.has_verdict and not self.is_lower_bound
        if self.counts[-1] or not is_exact or not any(self.counts):
            return None
        last = max(number for number, count in enumerate(self.counts) if count)
        return self.days[last + 1]


class Summary:
    """The summary of a history, collected point by point."""

    def __init__(self) -> None:
        self._curves: dict[str, _Curve] = {}
        self._first = self._last = ""
        self._commits = self._judged = self._lower_bounds = 0
        self._files = self._unread = 0
        self._incomplete_commits = 0

    def add(self, point: HistoryPoint) -> None:
        """Add the next commit."""
        self._last = format_time(point.commit.committed_at)[:10]
        self._first = self._first or self._last
        self._commits += 1
        self._judged += bool(point.contracts)
        self._lower_bounds += any(one.report.lower_bound for one in point.contracts.values())
        self._files, self._unread = point.files, point.unread
        self._incomplete_commits += bool(point.unknown)
        for name, contract in point.contracts.items():
            self._extend(self._curves.setdefault(name, _Curve(name, [], [])), contract)
        for name, curve in self._curves.items():
            curve.has_verdict = name in point.contracts

    def _extend(self, curve: _Curve, point: ContractPoint) -> None:
        curve.days.append(self._last)
        curve.counts.append(point.report.violations)
        curve.is_lower_bound = point.report.lower_bound
        curve.lower_bounds += point.report.lower_bound
        curve.reintroduced += len(point.changes.reintroduced)
        curve.unknown = len(point.changes.unknown)

    def describe_lower_bounds(self) -> str:
        """Say how many commits have counts that are only lower bounds; empty if none has."""
        if not self._lower_bounds:
            return ""
        commits = format_count(self._commits, "commit")
        sentence = (
            f"{self._lower_bounds:,} of {commits}: the counts are only lower bounds, since what could "
            "not be read there may hold more violations."
        )
        if not self._incomplete_commits:
            return sentence
        return (
            f"{sentence} {self._incomplete_commits:,} of them held files whose text could not be read. "
            "`archguard check --rev COMMIT` lists the files; in a partial clone, fetch their contents "
            "with `git fetch --refetch --no-filter`."
        )

    def render(self, violations: Mapping[str, OpenViolations], style: Style, *, ascii_only: bool) -> str:
        """Render the summary for a terminal or a log.

        Args:
            violations: the violations that are open after the last commit, by contract.
            style: what the output can show.
            ascii_only: whether to draw curves in ASCII.
        """
        lines = [*self._table(style, ASCII_BLOCKS if ascii_only else BLOCKS)]
        for name in self._curves:
            lines += _oldest(name, violations.get(name, {}), style)
        lines += ["", *self._coverage(style)]
        return "\n".join(escape_log_line(line.rstrip()) for line in lines) + "\n"

    def _table(self, style: Style, blocks: str) -> Iterator[str]:
        if not self._curves:
            return
        width = min(_LONGEST_ID, max(len("contract"), *(len(escape(name)) for name in self._curves)))
        width = min(width, max(len("contract"), style.width - 3 * _NUMBER - 12))
        head = f"{'contract':<{width}}" + "".join(f"{title:>{_NUMBER}}" for title in _COLUMNS[1:])
        room = max(8, min(_LONGEST_CURVE, style.width - len(head) - 2))
        yield style.paint(
            f"{head}  {self._first} to {self._last}"[: max(style.width, len(head))], "bold"
        )
        for curve in self._curves.values():
            now = f"{'>=' if curve.is_lower_bound else ''}{curve.counts[-1]}"
            numbers = (str(curve.counts[0]), str(max(curve.counts)), now)
            text = f"{shorten(escape(curve.name), width):<{width}}"
            text += "".join(f"{number:>{_NUMBER}}" for number in numbers)
            colour = "red" if curve.counts[-1] else "green"
            yield f"{text}  {style.paint(draw_curve(curve.counts, room, blocks), colour)}"
            if about := _about(curve):
                yield from wrap(about, style, indent=2)

    def _coverage(self, style: Style) -> Iterator[str]:
        sentence = f"{format_count(self._commits, 'commit')}, {self._first} to {self._last}."
        sentence += f" At the last one {format_count(self._files, 'file')}"
        sentence += f", {self._unread} of them unread." if self._unread else ", all of them read."
        if unjudged := self._commits - self._judged:
            sentence += f" {format_count(unjudged, 'commit')} without a verdict."
        yield from wrap(sentence if self._commits else "No commit is in the sample.", style, indent=0)


def draw_curve(counts: Sequence[int], width: int, blocks: str) -> str:
    """Draw counts as a curve of at most `width` characters, each the highest count of its stretch."""
    size = min(width, len(counts))
    edges = [number * len(counts) // size for number in range(size + 1)]
    values = [max(counts[start:end]) for start, end in pairwise(edges)]
    top = max(values) or 1
    # Only zero has the lowest block.
    return "".join(
        blocks[0] if not value else blocks[1 + (len(blocks) - 2) * value // top if value < top else -1]
        for value in values
    )


def _about(curve: _Curve) -> str:
    remarks = [] if curve.has_verdict else [f"no verdict after {curve.days[-1]}"]
    if since := curve.sealed_since:
        remarks.append(f"sealed since {since}")
    if curve.reintroduced:
        remarks.append(
            f"{format_count(curve.reintroduced, 'time')} a violation came back after it was fixed"
        )
    if curve.unknown:
        remarks.append(f"{curve.unknown} more unknown: their files cannot be read")
    if curve.is_lower_bound:
        remarks.append("a lower bound: files that could not be read may hold more")
    elif curve.lower_bounds:
        points = format_count(len(curve.counts), "count")
        remarks.append(f"{curve.lower_bounds:,} of {points} are lower bounds")
    return "; ".join(remarks)


def _oldest(name: str, violations: OpenViolations, style: Style) -> Iterator[str]:
    if not violations:
        return
    ordered = sorted(violations, key=lambda edge: (violations[edge].introduced_at, edge))
    yield ""
    yield from wrap(f"Open longest in {escape(name)}:", style, indent=0)
    for edge in ordered[:_LISTED]:
        lifecycle = violations[edge]
        again = "  (came back)" if lifecycle.times > 1 else ""
        again += "  (unknown: its file cannot be read)" if lifecycle.unknown else ""
        since = f"since {format_time(lifecycle.introduced_at)[:10]}, {lifecycle.introduced[:10]}"
        pair = f"{escape(edge.importer)} -> {escape(edge.imported)}"
        yield from wrap(pair, style, indent=2, hanging=4)
        yield f"    {style.paint(since, 'cyan')}{again}"
    if len(ordered) > _LISTED:
        yield f"  and {len(ordered) - _LISTED} more"

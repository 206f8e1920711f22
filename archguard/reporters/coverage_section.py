"""The coverage in a text report: what was read, and what was not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.layout import join_parts, wrap
from archguard.reporters.sentences import (
    ALL,
    describe_excluded,
    describe_outside,
    rank_unread,
    split_unread,
)
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.coverage import Coverage
    from archguard.checking.report import Report
    from archguard.graph.model import UnreadFile
    from archguard.reporters.layout import Style

_LISTED_UNREAD = 20
_LISTED_UNDECIDED = 10
_MIN_REASON = 20


def render_coverage(report: Report, style: Style) -> Iterator[str]:
    """Render how many files were read, then those that were not, and those that nobody asked to read."""
    coverage = report.coverage
    remarkable, counts = split_unread(coverage.unread)
    unread = sorted(remarkable, key=rank_unread)
    summary = (
        f"Read {coverage.analysed:,} of {format_count(coverage.files, 'file')}: "
        f"{format_count(report.modules, 'module')}, {format_count(report.imports, 'import')}."
    )
    yield summary + (f" {len(coverage.unread):,} unread:" if coverage.unread else "")
    listed = style.limit(_LISTED_UNREAD)
    for file in unread[:listed]:
        yield from _render_unread(file, style)
    if len(unread) > listed:
        yield f"  ... and {len(unread) - listed:,} more ({ALL})"
    for count in counts:
        yield f"  {count}"
    yield from _render_undecided(coverage, style)
    if coverage.outside.files:
        yield from wrap(describe_outside(coverage.outside), style, indent=0, hanging=2)
    if coverage.excluded.patterns:
        yield from wrap(describe_excluded(coverage.excluded), style, indent=0, hanging=2)


def _render_unread(file: UnreadFile, style: Style) -> Iterator[str]:
    place = escape(file.path) + (f":{file.line}" if file.line else "")
    names = "names a deprecated module" if file.names else ""
    names = "may import anything" if file.unknown else names
    # A reason is cut to the rest of a terminal's line; a place is never cut.
    reason = style.cut(escape(file.reason), max(_MIN_REASON, style.width - 4 - len(place)))
    parts = [(place, "cyan"), (reason, "dim"), (names, "yellow")]
    yield from join_parts(parts, style, indent=2, hanging=4)


def _render_undecided(coverage: Coverage, style: Style) -> Iterator[str]:
    undecided = coverage.undecided
    if undecided:
        count = format_count(len(undecided), "import")
        yield f"{count} may ask for a deprecated module, which nobody can know without running the code:"
    listed = style.limit(_LISTED_UNDECIDED)
    for place in undecided[:listed]:
        parts = [(f"{escape(place.path)}:{place.line}", "cyan"), (escape(place.module),)]
        yield from join_parts(parts, style, indent=2, hanging=4)
    if len(undecided) > listed:
        yield f"  ... and {len(undecided) - listed:,} more ({ALL})"

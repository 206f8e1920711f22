"""The coverage in a text report: what was read, and what was not, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.layout import join_parts
from archguard.reporters.sentences import ALL
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import Coverage, Report
    from archguard.graph.model import UnreadFile
    from archguard.reporters.layout import Style

_LISTED_UNREAD = 20
_LISTED_UNDECIDED = 10
_LISTED_OUTSIDE = 5
_MIN_REASON = 20


def render_coverage(report: Report, style: Style) -> Iterator[str]:
    """Render how many files were read, then those that were not, and those that nobody asked to read."""
    coverage = report.coverage
    unread = sorted(coverage.unread, key=lambda file: (not file.names, file.path))
    summary = (
        f"Read {coverage.analysed:,} of {format_count(coverage.files, 'file')}: "
        f"{format_count(report.modules, 'module')}, {format_count(report.imports, 'import')}."
    )
    yield summary + (f" {len(unread):,} unread:" if unread else "")
    for file in unread[:_LISTED_UNREAD]:
        yield from _render_unread(file, style)
    if len(unread) > _LISTED_UNREAD:
        yield f"  ... and {len(unread) - _LISTED_UNREAD:,} more ({ALL})"
    yield from _render_undecided(coverage, style)
    yield from _render_outside(coverage)
    yield from _render_excluded(coverage)


def _render_unread(file: UnreadFile, style: Style) -> Iterator[str]:
    place = escape(file.path) + (f":{file.line}" if file.line else "")
    names = "names a deprecated module" if file.names else ""
    # A reason is cut to the rest of a terminal's line; a place is never cut.
    reason = style.cut(escape(file.reason), max(_MIN_REASON, style.width - 4 - len(place)))
    parts = [(place, "cyan"), (reason, "dim"), (names, "yellow")]
    yield from join_parts(parts, style, indent=2, hanging=4)


def _render_undecided(coverage: Coverage, style: Style) -> Iterator[str]:
    undecided = coverage.undecided
    if undecided:
        count = format_count(len(undecided), "import")
        yield f"{count} may ask for a deprecated module, which nobody can know without running the code:"
    for place in undecided[:_LISTED_UNDECIDED]:
        parts = [(f"{escape(place.path)}:{place.line}", "cyan"), (escape(place.module),)]
        yield from join_parts(parts, style, indent=2, hanging=4)
    if len(undecided) > _LISTED_UNDECIDED:
        yield f"  ... and {len(undecided) - _LISTED_UNDECIDED:,} more ({ALL})"


def _render_outside(coverage: Coverage) -> Iterator[str]:
    outside = coverage.outside
    if not outside.files:
        return
    verb = "lies" if outside.files == 1 else "lie"
    line = f"{format_count(outside.files, 'Python file')} {verb} under no root"
    if outside.names:
        verb = "names" if len(outside.names) == 1 else "name"
        paths = [escape(file.path) for file in outside.names[:_LISTED_OUTSIDE]]
        paths += ["and more"] if len(outside.names) > _LISTED_OUTSIDE else []
        line += f", {len(outside.names):,} of them {verb} a deprecated module: {', '.join(paths)}"
    yield f"{line}."


def _render_excluded(coverage: Coverage) -> Iterator[str]:
    excluded = coverage.excluded
    if not excluded.files:
        return
    verb = "is" if excluded.files == 1 else "are"
    line = f"{format_count(excluded.files, 'file')} {verb} excluded"
    line += f" ({', '.join(map(escape, excluded.patterns))})" if excluded.patterns else ""
    if excluded.naming:
        verb = "names" if excluded.naming == 1 else "name"
        line += f", {excluded.naming:,} of them {verb} a deprecated module"
    yield f"{line}."

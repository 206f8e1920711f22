"""What a text report says of a comparison: what was fixed, weakened, or can no longer be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.layout import join_parts, wrap
from archguard.reporters.sentences import ALL, describe_fixed, describe_uncounted
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import Report, Weakening
    from archguard.reporters.layout import Style

_LISTED = 20


def render_comparison(report: Report, style: Style) -> Iterator[str]:
    """Render what differs from the base besides new violations; nothing without a base."""
    yield from _render_fixed(report, style)
    yield from _render_weakened(report, style)
    yield from _render_newly_unread(report, style)
    for notice in report.notices:
        yield from wrap(f"note: {escape(notice)}", style, indent=0, hanging=2)


def _render_fixed(report: Report, style: Style) -> Iterator[str]:
    if not report.fixed:
        return
    yield style.paint(f"Fixed, thank you: {format_count(len(report.fixed), 'violation')}", "green")
    listed = style.limit(_LISTED)
    for violation in report.fixed[:listed]:
        text = describe_fixed(escape(violation.importer), escape(violation.imported))
        yield from wrap(text, style, indent=2, hanging=4)
    yield from _count_others(len(report.fixed) - listed)


def _render_weakened(report: Report, style: Style) -> Iterator[str]:
    if not report.weakened:
        return
    title = f"Weakened: {format_count(len(report.weakened), 'change')} of what is counted"
    yield style.paint(title, "yellow")
    listed = style.limit(_LISTED)
    for weakening in report.weakened[:listed]:
        parts = [(_describe(weakening),), (f"({weakening.how})", "dim")]
        yield from join_parts(parts, style, indent=2, hanging=4)
    yield from _count_others(len(report.weakened) - listed)


def _describe(weakening: Weakening) -> str:
    contract = escape(weakening.contract)
    if weakening.importer is None or weakening.imported is None:
        return contract
    sentence = describe_uncounted(escape(weakening.importer), escape(weakening.imported))
    return f"{contract}: {sentence}"


def _render_newly_unread(report: Report, style: Style) -> Iterator[str]:
    if not report.newly_unread:
        return
    count = format_count(len(report.newly_unread), "file")
    yield style.paint(f"No longer readable: {count} that could be read at the base", "red")
    listed = style.limit(_LISTED)
    yield from (f"  {escape(path)}" for path in report.newly_unread[:listed])
    yield from _count_others(len(report.newly_unread) - listed)


def _count_others(number: int) -> Iterator[str]:
    if number > 0:
        yield f"  ... and {number:,} more ({ALL})"

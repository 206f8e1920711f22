"""What a text report says of the added imports that make the new violations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.sentences import ALL, describe_cause, format_step
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import Report
    from archguard.reporters.layout import Style

_LISTED = 20


def render_causes(report: Report, style: Style) -> Iterator[str]:
    """Render each import with the number of violations that it makes; nothing without causes."""
    if report.causes is None:
        return
    listed = style.limit(_LISTED)
    for cause in report.causes.imports[:listed]:
        text = f"{describe_cause(cause)}: {style.paint(format_step(cause), 'bold', 'cyan')}"
        yield f"{text[0].upper()}{text[1:]}"
        yield f"  {escape(cause.importer)} imports {escape(cause.imported)}"
    left = len(report.causes.imports) - listed
    if left > 0:
        yield f"... and {format_count(left, 'more import')} ({ALL})"

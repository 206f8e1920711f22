"""`archguard audit --declared --format markdown`: a table for an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.audit_markdown import quote_cell
from archguard.reporters.declared_text import describe_declared, describe_replacement, order_by_use
from archguard.text import format_count

if TYPE_CHECKING:
    from archguard.consolidation.declared_deprecations import DeclaredReport
    from archguard.reporters.layout import Style


def render(report: DeclaredReport, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a heading and a table of all deprecations."""
    ordered = order_by_use(report.deprecations)
    lines = ["## Declared deprecations", "", describe_declared(ordered)]
    if ordered:
        lines += [
            "",
            "| Deprecated | Where | How it is declared | Importers | Tests among them | Use instead |",
            "|---|---|---|--:|--:|---|",
        ]
    for one in ordered:
        instead = describe_replacement(one)
        cells = (
            quote_cell(one.id),
            quote_cell(f"{one.path}:{one.line}"),
            ", ".join(one.declarations),
            f"{one.importers:,}",
            f"{one.test_importers:,}",
            quote_cell(instead) if instead else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    coverage = report.coverage
    lines += ["", f"{format_count(coverage.files, 'file')}, {len(coverage.unread):,} unread."]
    return "\n".join(lines) + "\n"

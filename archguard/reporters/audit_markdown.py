"""`archguard audit --format markdown`: a table for an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.audit_text import describe_counts, describe_imports
from archguard.reporters.markdown import quote_code
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.consolidation.audit_report import AuditReport, DefinitionReport, Family
    from archguard.reporters.layout import Style

_LISTED_FAMILIES = 10


def render(report: AuditReport, style: Style) -> str:
    """Render a heading, and for each family a table of its members."""
    by_id = {definition.id: definition for definition in report.definitions}
    lines = ["## Definitions with the same job", ""]
    if report.matches:
        patterns = ", ".join(map(quote_code, report.matches))
        lines += [f"{patterns}: {describe_counts(report.counts)}", ""]
    shown = report.families[: style.limit(_LISTED_FAMILIES)]
    for family in shown:
        lines += [*_render_family(family, by_id), ""]
    if len(shown) < len(report.families):
        lines += [f"And {len(report.families) - len(shown):,} smaller ones.", ""]
    for impostor in report.impostors:
        where = ", ".join(map(quote_code, impostor.symbols))
        lines.append(
            f"- {where} leads to {quote_code(impostor.target)}, and the same name elsewhere to "
            f"{quote_code(impostor.expected)}."
        )
    for missing in report.missing:
        count = format_count(len(missing.places), "place")
        lines.append(f"- {quote_code(missing.symbol)} is imported in {count} and does not exist.")
    for proposal in report.mappings:
        lines.append(
            f"- {quote_code(proposal.candidate)} could replace {quote_code(proposal.symbol)}: "
            f"{proposal.reason}."
        )
    if report.imports is not None:
        lines += ["", describe_imports(report.imports)]
    lines += [
        "",
        f"{format_count(report.coverage.files, 'file')}, {len(report.coverage.unread):,} unread.",
    ]
    return "\n".join(lines) + "\n"


def _render_family(family: Family, by_id: dict[str, DefinitionReport]) -> Iterator[str]:
    yield f"### {quote_code(family.name)}"
    yield ""
    yield "| Role | Definition | Where | Importers | Tests among them | Why |"
    yield "|---|---|---|--:|--:|---|"
    for member in family.members:
        definition = by_id[member]
        cells = (
            definition.role.value,
            quote_cell(definition.name),
            quote_cell(f"{definition.path}:{definition.line}"),
            f"{definition.importers:,}",
            f"{definition.test_importers:,}",
            quote_cell(definition.facts[0]) if definition.facts else "",
        )
        yield f"| {' | '.join(cells)} |"


def quote_cell(text: str) -> str:
    """Return a text as a code span that fits a table's cell, where `|` would end the cell."""
    return quote_code(text.replace("|", "/"))

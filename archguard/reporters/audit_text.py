"""`archguard audit --format text`: families of definitions, one after the other, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from archguard.reporters.layout import wrap
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archguard.consolidation.audit_report import (
        AuditCounts,
        AuditCoverage,
        AuditReport,
        DefinitionReport,
        Factory,
        Family,
        ImportHomes,
        Impostor,
        MappingProposal,
        MissingName,
    )
    from archguard.reporters.layout import Style

_Item = TypeVar("_Item")

_LISTED_FAMILIES = 10
_LISTED_MEMBERS = 15
_LISTED_FACTS = 3
_LISTED_PATHS = 5
_LISTED = 20
_ROLE_WIDTH = 11


def render(report: AuditReport, style: Style) -> str:
    """Render what was counted, each family with its members, and what is wrong with the names."""
    by_id = {definition.id: definition for definition in report.definitions}
    lines = [*_render_counts(report, style)]
    shown = report.families[: style.limit(_LISTED_FAMILIES)]
    for family in shown:
        lines += ["", *_render_family(family, by_id, style)]
    if len(shown) < len(report.families):
        more = len(report.families) - len(shown)
        noun = "family" if more == 1 else "families"
        lines += ["", f"And {more:,} smaller {noun}: --verbose lists them, --matches 'NAME' shows one."]
    lines += _render_others(report, style)
    lines += _render_section(
        "Names that lead to different definitions", report.impostors, _render_impostor, style
    )
    inconsistent = [
        definition
        for definition in report.definitions
        if len(definition.paths) > 1 and not definition.is_test
    ]
    lines += _render_section("Definitions imported by several paths", inconsistent, _render_paths, style)
    lines += _render_section("Factories", report.factories, _render_factory, style)
    lines += _render_section("Imported, but not there", report.missing, _render_missing, style)
    lines += _render_section(
        "What could replace names of deprecated modules", report.mappings, _render_mapping, style
    )
    if report.imports is not None:
        lines += ["", *wrap(describe_imports(report.imports), style, indent=0, hanging=2)]
    lines += ["", *render_coverage(report.coverage, style)]
    return "\n".join(lines) + "\n"


def _render_counts(report: AuditReport, style: Style) -> Iterator[str]:
    if not report.matches:
        found = f"{len(report.families):,} famil{'y' if len(report.families) == 1 else 'ies'}"
        yield f"{found} of definitions that look like one job" + (
            ", the largest first." if len(report.families) > 1 else "."
        )
        return
    patterns = ", ".join(report.matches)
    yield from wrap(f"{patterns}: {describe_counts(report.counts)}", style, indent=0, hanging=2)


def describe_counts(counts: AuditCounts) -> str:
    """Say how many definitions match, and where they are."""
    production = (
        f"{counts.production:,} in production code ({format_count(counts.names, 'name')} in "
        f"{format_count(counts.modules, 'module')}"
    )
    if counts.fallbacks:
        production += f"; {counts.fallbacks:,} only where an import fails"
    statements = format_count(counts.statements, "class statement")
    return f"{statements}, {production}) and {counts.tests:,} in tests."


def describe_imports(imports: ImportHomes) -> str:
    """Say how many imports of deprecated modules ask for what is elsewhere, too."""
    by_name = imports.known - imports.re_exported
    return (
        f"{format_count(imports.violations, 'violation')} of contracts that deprecate modules: "
        f"{imports.known:,} import what has another home ({by_name:,} what the replacement has, "
        f"{imports.re_exported:,} what is only re-exported), {imports.unknown:,} import what has none. "
        "`archguard plan` says which can be rewritten."
    )


def _render_others(report: AuditReport, style: Style) -> Iterator[str]:
    """Render the definitions of production code that belong to no family."""
    inside = {member for family in report.families for member in family.members}
    others = [one for one in report.definitions if not one.is_test and one.id not in inside]
    if others:
        yield ""
        yield style.paint(f"In no family: {len(others):,}", "bold")
        for member in others:
            yield from _render_member(member, style)


def _render_family(family: Family, by_id: Mapping[str, DefinitionReport], style: Style) -> Iterator[str]:
    members = [by_id[member] for member in family.members]
    title = f"{family.name}: {format_count(len(members), 'definition')} in production code"
    yield style.paint(escape(title), "bold")
    if family.is_proposed and family.canonical:
        yield from wrap(
            f"Canonical, if you agree: {', '.join(family.canonical)}", style, indent=2, hanging=4
        )
    shown = members[: style.limit(_LISTED_MEMBERS)]
    for member in shown:
        yield from _render_member(member, style)
    if len(shown) < len(members):
        yield f"  and {len(members) - len(shown):,} more: --verbose lists them"


def _render_member(member: DefinitionReport, style: Style) -> Iterator[str]:
    role = style.paint(f"{member.role.value:<{_ROLE_WIDTH}}", *_ROLE_COLORS.get(member.role.value, ()))
    importers = format_count(member.importers, "importer")
    tests = f", {member.test_importers:,} of them tests" if member.test_importers else ""
    yield f"  {role} {style.paint(escape(member.name), 'bold')}  {importers}{tests}"
    indent = " " * (_ROLE_WIDTH + 3)
    yield f"{indent}{style.paint(f'{escape(member.path)}:{member.line}', 'cyan')}"
    for fact in member.facts[: style.limit(_LISTED_FACTS)]:
        yield from wrap(escape(fact), style, indent=len(indent), hanging=len(indent) + 2)


_ROLE_COLORS = {"canonical": ("green",), "clone": ("red",), "fallback": ("dim",)}


def _render_section(
    title: str,
    items: Sequence[_Item],
    render_item: Callable[[_Item, Style], Iterable[str]],
    style: Style,
) -> Iterator[str]:
    """Render a heading and the first items; nothing if there are none."""
    if not items:
        return
    yield ""
    yield style.paint(f"{title}: {len(items):,}", "bold")
    shown = items[: style.limit(_LISTED)]
    for item in shown:
        yield from render_item(item, style)
    if len(shown) < len(items):
        yield f"  and {len(items) - len(shown):,} more: --verbose lists them"


def _render_impostor(impostor: Impostor, style: Style) -> Iterator[str]:
    yield from wrap(f"{impostor.name} leads to {impostor.target}", style, indent=2, hanging=4)
    yield from wrap(f"in {', '.join(impostor.symbols)}", style, indent=4, hanging=6)
    yield from wrap(f"and elsewhere to {impostor.expected}", style, indent=4, hanging=6)


def _render_paths(definition: DefinitionReport, style: Style) -> Iterator[str]:
    yield f"  {escape(definition.id)}"
    ordered = sorted(definition.paths.items(), key=lambda item: (-item[1], item[0]))
    shown = ordered[: style.limit(_LISTED_PATHS)]
    width = max(len(f"{count:,}") for _, count in shown)
    for symbol, count in shown:
        yield f"    {count:>{width},}  {escape(symbol)}"
    if len(shown) < len(ordered):
        yield f"    and {len(ordered) - len(shown):,} more"
    if definition.indirect_importers:
        importers = format_count(definition.indirect_importers, "importer")
        yield f"    by other paths than its own only: {importers}"


def _render_factory(factory: Factory, style: Style) -> Iterator[str]:
    yield f"  {escape(factory.id)}  {style.paint(f'{escape(factory.path)}:{factory.line}', 'cyan')}"
    yield from wrap(f"returns {', '.join(factory.returns)}", style, indent=4, hanging=6)
    if factory.same_returns:
        yield f"    factories that return the same: {len(factory.same_returns):,} more"


def _render_missing(missing: MissingName, style: Style) -> Iterator[str]:
    path, line = missing.places[0]
    more = f" and {len(missing.places) - 1:,} more" if len(missing.places) > 1 else ""
    place = style.paint(f"{escape(path)}:{line}", "cyan")
    yield f"  {escape(missing.symbol)}  {place}{more}"


def _render_mapping(proposal: MappingProposal, style: Style) -> Iterator[str]:
    entry = f'"{proposal.symbol}" = "{proposal.candidate}"'
    yield from wrap(f"{entry}  {proposal.reason}", style, indent=2, hanging=4)


def render_coverage(coverage: AuditCoverage, style: Style) -> Iterator[str]:
    """Say how many files the audit rests on, and list those that could not be read."""
    unread = len(coverage.unread)
    yield f"{format_count(coverage.files, 'file')}, {unread:,} of them unread."
    for file in coverage.unread[: style.limit(_LISTED)]:
        yield f"  unread  {escape(file.path)}  {escape(file.reason)}"
    if unread > (limit := style.limit(_LISTED)):
        yield f"  and {unread - limit:,} more: --verbose lists them"

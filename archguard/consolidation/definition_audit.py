"""Find the definitions that do one job, and say what each of them is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archguard.consolidation.audit_report import (
    AuditCounts,
    AuditCoverage,
    AuditReport,
    BindingReport,
    DefinitionReport,
    Family,
    UnreadFile,
)
from archguard.consolidation.factories import list_factories
from archguard.consolidation.family_names import matches_any
from archguard.consolidation.family_search import FamilySearch
from archguard.consolidation.impostors import find_impostors
from archguard.consolidation.mapping_search import propose_mappings
from archguard.consolidation.missing_names import find_missing_names
from archguard.consolidation.role import Role
from archguard.consolidation.roles import RoleDecision
from archguard.definitions.file_roles import is_test_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archguard.consolidation.audit_request import AuditRequest
    from archguard.consolidation.audited_definition import AuditedDefinition


def audit(request: AuditRequest) -> AuditReport:
    """Audit a tree.

    Raises:
        ConfigurationError: a canonical definition does not exist.
        WorkerError: no child process can be started.
    """
    search = FamilySearch(request)
    families = search.search()
    reported = [one for one in search.audited if one.is_test or one.id in families.roles]
    names = {one.definition.name for one in reported}
    bindings = _list_bindings(reported, search)
    return AuditReport(
        matches=request.tree.matches,
        families=tuple(
            Family(
                group.name,
                tuple(sorted(group.canonical)),
                group.is_proposed,
                tuple(member.id for member in group.members),
            )
            for group in families.groups
        ),
        definitions=tuple(_report_definition(one, search, families.roles) for one in reported),
        bindings=tuple(bindings),
        impostors=tuple(
            find_impostors(
                _list_symbols(reported, bindings, search), search.importers, families.canonical
            )
        ),
        factories=tuple(list_factories(families.returned)),
        missing=tuple(
            find_missing_names(
                request, lambda name: name in names or matches_any(name, request.tree.matches)
            )
        ),
        counts=_count(reported),
        coverage=_describe_coverage(request),
        mappings=tuple(propose_mappings(request)),
    )


def _report_definition(
    audited: AuditedDefinition, search: FamilySearch, roles: Mapping[str, RoleDecision]
) -> DefinitionReport:
    importers = search.paths[audited.id].importers if audited.id in search.paths else ()
    modules = {importer.module for importer in importers}
    direct = {importer.module for importer in importers if importer.path == audited.id}
    by_path = Counter(importer.path for importer in importers)  # each module once for each path
    decided = roles.get(audited.id) or RoleDecision(Role.TEST, ("stands in a test file",))
    return DefinitionReport(
        id=audited.id,
        name=audited.definition.name,
        path=audited.path,
        line=audited.definition.line,
        is_class=audited.definition.is_class,
        is_test=audited.is_test,
        is_fallback=audited.definition.is_fallback,
        role=decided.role,
        facts=decided.facts,
        importers=len(modules),
        test_importers=sum(is_test_path(search.find_path(module)) for module in modules),
        indirect_importers=len(modules - direct),
        paths=dict(sorted(by_path.items())),
    )


def _list_bindings(reported: Sequence[AuditedDefinition], search: FamilySearch) -> list[BindingReport]:
    """Return the other names and homes that production code gives the reported definitions, sorted."""
    bindings = []
    for audited in reported:
        for symbol, resolution in search.paths[audited.id].homes if audited.id in search.paths else ():
            path = search.find_path(symbol.partition(":")[0])
            if is_test_path(path):
                continue
            hop = resolution.hops[0]
            bindings.append(
                BindingReport(
                    symbol, audited.id, hop.kind, path, hop.line, not resolution.needs_type_checking
                )
            )
    return sorted(bindings)


def _list_symbols(
    reported: Sequence[AuditedDefinition], bindings: Sequence[BindingReport], search: FamilySearch
) -> Iterator[tuple[str, str]]:
    """Yield each name in production code that leads to a reported definition, and that definition."""
    for audited in reported:
        if audited.id in search.paths:
            yield audited.definition.id, audited.id
    for binding in bindings:
        yield binding.symbol, binding.target


def _count(reported: Iterable[AuditedDefinition]) -> AuditCounts:
    classes = [one for one in reported if one.definition.is_class]
    production = [one for one in classes if not one.is_test]
    return AuditCounts(
        statements=len(classes),
        production=len(production),
        tests=len(classes) - len(production),
        names=len({one.definition.name for one in production}),
        modules=len({one.definition.module for one in production}),
        fallbacks=sum(one.definition.is_fallback for one in production),
    )


def _describe_coverage(request: AuditRequest) -> AuditCoverage:
    unread = {module.path: module.reason for module in request.scan.unread}
    unread |= {file.path: file.reason for file in request.analysis.unread}
    files = request.analysis.files
    return AuditCoverage(
        files, files - len(unread), tuple(UnreadFile(*item) for item in sorted(unread.items()))
    )

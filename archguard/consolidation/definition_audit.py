"""Find the definitions that do one job, and say what each of them is."""

from __future__ import annotations

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
    return AuditReport(
        matches=request.matches,
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
        bindings=tuple(_list_bindings(reported, search)),
        impostors=tuple(
            find_impostors(_list_symbols(reported, search), search.importers, families.canonical)
        ),
        factories=tuple(list_factories(families.returned)),
        missing=tuple(
            find_missing_names(request, lambda name: name in names or matches_any(name, request.matches))
        ),
        counts=_count(reported),
        coverage=_describe_coverage(request),
    )


def _report_definition(
    one: AuditedDefinition, search: FamilySearch, roles: Mapping[str, RoleDecision]
) -> DefinitionReport:
    importers = search.paths[one.id].importers if one.id in search.paths else ()
    modules = {importer.module: importer.path for importer in importers}
    by_path: dict[str, set[str]] = {}
    for importer in importers:
        by_path.setdefault(importer.path, set()).add(importer.module)
    decided = roles.get(one.id) or RoleDecision(Role.TEST, ("stands in a test file",))
    return DefinitionReport(
        id=one.id,
        name=one.definition.name,
        path=one.path,
        line=one.definition.line,
        is_test=one.is_test,
        is_fallback=one.definition.is_fallback,
        role=decided.role,
        facts=decided.facts,
        importers=len(modules),
        test_importers=sum(is_test_path(search.find_path(module)) for module in modules),
        paths={path: len(by_path[path]) for path in sorted(by_path)},
    )


def _list_bindings(
    reported: Sequence[AuditedDefinition], search: FamilySearch
) -> Iterator[BindingReport]:
    """Yield the other names and homes that production code gives the reported definitions."""
    bindings = []
    for one in reported:
        for symbol, resolution in search.paths[one.id].homes if one.id in search.paths else ():
            path = search.find_path(symbol.partition(":")[0])
            if is_test_path(path):
                continue
            hop = resolution.hops[0]
            bindings.append(
                BindingReport(
                    symbol, one.id, hop.kind, path, hop.line, not resolution.needs_type_checking
                )
            )
    yield from sorted(bindings)


def _list_symbols(
    reported: Sequence[AuditedDefinition], search: FamilySearch
) -> Iterator[tuple[str, str]]:
    """Yield each name in production code that leads to a reported definition, and that definition."""
    for one in reported:
        if one.id in search.paths:
            yield one.definition.id, one.id
    for binding in _list_bindings(reported, search):
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

"""The deprecations that the code of a tree declares itself."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.consolidation.audit_report import AuditCoverage, UnreadFile
from archguard.consolidation.audited_definition import split_modules
from archguard.consolidation.family_names import matches_any
from archguard.consolidation.replacement import ReplacementSearch
from archguard.definitions.deprecation_scan import scan_deprecations
from archguard.definitions.file_roles import is_test_path
from archguard.definitions.importers import FromImports, find_paths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.consolidation.audit_request import AuditRequest
    from archguard.consolidation.replacement import Replacement
    from archguard.definitions.deprecation_reader import DeprecatedName
    from archguard.graph.discovery import Module


class DeclaredDeprecation(NamedTuple):
    """A module, class or function that its own code declares deprecated."""

    id: str
    """`module:Name`, or the module's name."""
    kind: str
    """`module`, `class` or `function`."""
    path: str
    line: int
    declarations: tuple[str, ...]
    """How it is declared: see `Declaration`."""
    text: str
    """What is said about it; empty if nothing is."""
    replacement: Replacement | None
    importers: int
    """The modules that import it, by any path."""
    test_importers: int
    """Those of them that are test files."""


class DeclaredReport(NamedTuple):
    """All that is declared deprecated in production code, sorted."""

    deprecations: tuple[DeclaredDeprecation, ...]
    coverage: AuditCoverage


def find_declared(request: AuditRequest) -> DeclaredReport:
    """Return what the production code of a tree declares deprecated.

    Raises:
        WorkerError: no child process can be started.
    """
    production, _ = split_modules(request.analysis.modules.values())
    scan = scan_deprecations(request.tree.source, production, jobs=request.jobs)
    by_id: defaultdict[str, list[tuple[Module, DeprecatedName]]] = defaultdict(list)
    for module, names in scan.deprecations.items():
        for name in names:
            by_id[f"{module.name}:{name.name}" if name.name else module.name].append((module, name))
    patterns = request.tree.matches
    wanted = {
        one: declared
        for one, declared in by_id.items()
        if not patterns or matches_any(one.replace(":", ".").rpartition(".")[2], patterns)
    }
    importers = _find_importers(request, wanted, [module.name for module in production])
    unread = scan.unread | {file.path: file.reason for file in request.analysis.unread}
    files = request.analysis.files
    search = ReplacementSearch(request.resolver, request.analysis.raw_imports)
    return DeclaredReport(
        tuple(_describe(request, search, one, wanted[one], importers[one]) for one in sorted(wanted)),
        AuditCoverage(
            files, files - len(unread), tuple(UnreadFile(*item) for item in sorted(unread.items()))
        ),
    )


def _describe(
    request: AuditRequest,
    search: ReplacementSearch,
    one: str,
    declared: Sequence[tuple[Module, DeprecatedName]],
    importers: set[str],
) -> DeclaredDeprecation:
    module, first = declared[0]
    texts = [name.text for _, name in declared]
    found = (search.find(text, module.name) for text in texts)
    replacements = [each for each in found if each is not None and each.id != one]
    modules = request.analysis.modules
    return DeclaredDeprecation(
        id=one,
        kind=first.kind,
        path=module.path,
        line=first.line,
        declarations=tuple(dict.fromkeys(name.declaration for _, name in declared)),
        text=next(filter(None, texts), ""),
        replacement=next(iter(replacements), None),
        importers=len(importers),
        test_importers=sum(is_test_path(modules[importer].path) for importer in importers),
    )


def _find_importers(
    request: AuditRequest,
    wanted: Mapping[str, Sequence[tuple[Module, DeprecatedName]]],
    home_modules: Sequence[str],
) -> dict[str, set[str]]:
    raw_imports = request.analysis.raw_imports
    definitions = {one for one in wanted if ":" in one}
    paths = find_paths(
        definitions, FromImports(raw_imports), request.resolver, request.scan, home_modules
    )
    importers = {one: {each.module for each in paths[one].importers} for one in definitions}
    for module in wanted.keys() - definitions:
        importers[module] = set()
    for importer, raw in raw_imports.items():
        for name, *_ in raw:
            parts = name.split(".")
            for length in range(len(parts), 0, -1):
                module = ".".join(parts[:length])
                if module in importers and not f"{importer}.".startswith(f"{module}."):
                    importers[module].add(importer)
    return importers

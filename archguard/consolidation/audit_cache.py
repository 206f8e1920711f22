"""Audits of earlier runs, reused while nothing that they depend on has changed."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from archguard.checking.pipeline import CheckRequest
from archguard.checking.report_cache import list_code_files
from archguard.consolidation.audit_report import (
    AuditCounts,
    AuditCoverage,
    AuditReport,
    BindingReport,
    DefinitionReport,
    Factory,
    Family,
    ImportHomes,
    Impostor,
    MappingProposal,
    MissingName,
    UnreadFile,
)
from archguard.consolidation.audit_request import AuditRequest
from archguard.consolidation.role import Role
from archguard.graph.scanning.cache import make_key
from archguard.graph.tree_state import TreeState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard.configuration import Configuration
    from archguard.consolidation.audit_request import AuditedTree
    from archguard.consolidation.declared_deprecations import DeclaredReport
    from archguard.graph.scanning.cache import Cache


def load_or_audit(
    tree: AuditedTree,
    cache: Cache,
    *,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
) -> AuditReport:
    """Return the cached audit of a commit or an unchanged tree, or audit it and cache the result.

    Where contracts deprecate modules, it counts the violations whose names have another home.

    Args:
        tree: what to audit.
        cache: what earlier runs read and found.
        jobs: child processes at once.
        progress: called with the number of files that were read, and of all files.

    Raises:
        ArchguardError: there is no such root or canonical definition, a contract cannot be judged, or no
            child process can start.
    """
    key = _make_key(tree) if cache.folder is not None else None
    stored = cache.load(key) if key else {}
    is_commit = tree.source.commit is not None  # the key has its id, so nothing else can differ
    if stored and (is_commit or _compute_state(tree) == stored["state"]):
        return decode_audit(stored["audit"])
    # Imported here, not above: a cached audit is found without it.
    from archguard.consolidation.definition_audit import audit  # noqa: PLC0415

    with _open_request(tree, cache, jobs=jobs, progress=progress) as request:
        report = audit(request)
        analysis = request.analysis
    if tree.configuration is not None and tree.options.deprecated:
        report = report._replace(imports=_count_homes(tree, tree.configuration, cache, jobs))
    is_final = is_commit and not any(file.unknown for file in analysis.unread)
    if key and (analysis.state is not None or is_final):
        cache.store(key, {"state": analysis.state, "audit": report._asdict()})
    return report


def _count_homes(
    tree: AuditedTree, configuration: Configuration, cache: Cache, jobs: int
) -> ImportHomes:
    from archguard.consolidation.import_homes import count_homes  # noqa: PLC0415

    return count_homes(CheckRequest(tree.source, configuration, cache, jobs))


def list_declared(
    tree: AuditedTree,
    cache: Cache,
    *,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
) -> DeclaredReport:
    """Return what the code of a tree declares deprecated; the arguments are those of `load_or_audit`.

    Raises:
        ArchguardError: there is no such root, or no child process can start.
    """
    from archguard.consolidation.declared_deprecations import find_declared  # noqa: PLC0415

    with _open_request(tree, cache, jobs=jobs, progress=progress) as request:
        return find_declared(request)


@contextmanager
def _open_request(
    tree: AuditedTree,
    cache: Cache,
    *,
    jobs: int,
    progress: Callable[[int, int], None] | None,
) -> Iterator[AuditRequest]:
    from archguard.definitions.resolver import Resolver  # noqa: PLC0415
    from archguard.definitions.symbol_scan import SymbolScan  # noqa: PLC0415
    from archguard.graph.analysis import analyse  # noqa: PLC0415

    analysis = analyse(tree.source, tree.options, cache=cache, jobs=jobs, progress=progress).result()
    with SymbolScan(tree.source, analysis.modules, cache=cache, jobs=jobs) as scan:
        yield AuditRequest(tree, analysis, scan, Resolver(analysis, scan), jobs)


def decode_audit(document: dict[str, Any]) -> AuditReport:
    """Return the audit that JSON holds as `_asdict` made it; JSON makes tuples lists."""
    coverage = AuditCoverage._make(document["coverage"])
    return AuditReport(
        matches=tuple(document["matches"]),
        families=tuple(_freeze(Family, fields) for fields in document["families"]),
        definitions=tuple(_decode_definition(fields) for fields in document["definitions"]),
        bindings=tuple(_freeze(BindingReport, fields) for fields in document["bindings"]),
        impostors=tuple(_freeze(Impostor, fields) for fields in document["impostors"]),
        factories=tuple(_freeze(Factory, fields) for fields in document["factories"]),
        missing=tuple(
            MissingName(symbol, tuple((path, line) for path, line in places))
            for symbol, places in document["missing"]
        ),
        counts=AuditCounts._make(document["counts"]),
        coverage=coverage._replace(unread=tuple(map(UnreadFile._make, coverage.unread))),
        mappings=tuple(map(MappingProposal._make, document["mappings"])),
        imports=document["imports"] and ImportHomes._make(document["imports"]),
    )


def _decode_definition(fields: Sequence[Any]) -> DefinitionReport:
    definition: DefinitionReport = _freeze(DefinitionReport, fields)
    return definition._replace(role=Role(definition.role))


def _freeze(kind: Any, fields: Sequence[Any]) -> Any:
    return kind._make(tuple(value) if isinstance(value, list) else value for value in fields)


def _compute_state(tree: AuditedTree) -> str | None:
    state = TreeState(tree.source, tree.options)
    return state.compute_state(state.stamps)


def _make_key(tree: AuditedTree) -> str:
    versions = [sys.version, version("libcst"), list_code_files()]
    rules = tree.configuration if tree.options.deprecated else None
    question = [tree.options._asdict(), tree.matches, tree.canonical, rules]
    return make_key(["audit", *versions, tree.source.spec(), *question])

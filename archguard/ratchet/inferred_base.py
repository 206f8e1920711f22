"""The violations of a base, inferred from the tree's report where a change leaves them as they are.

Most changes touch no import of a deprecated module. Then the base has the violations of the tree, and
only the files that differ have to be read to know it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.pipeline import scan_options
from archguard.checking.report_cache import load_violations, store_violations
from archguard.checking.verdict_basis import describe_statements, hash_shape, may_differ
from archguard.errors import ArchguardError
from archguard.graph.discovery import discover
from archguard.graph.incremental.discovery import ModuleVersion
from archguard.graph.module_expressions import make_deprecation
from archguard.sources.git.history import BlobSource
from archguard.sources.git.tree import GitTree
from archguard.sources.git.work_tree import list_differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report
    from archguard.checking.verdict_basis import VerdictBasis
    from archguard.graph.discovery import Discovery, Module
    from archguard.graph.model import AnalysisOptions
    from archguard.ratchet.base import Base
    from archguard.sources.source import ReadableTree

_MAX_FILES = 500
"""Of more files that differ, judging the whole base takes no longer."""


def infer_base_report(
    request: CheckRequest, asked: CheckRequest, base: Base, head: Report
) -> Report | None:
    """Return a report that has the base's violations and unread files; None if it must be judged.

    Nothing else of it can be relied on: lines and exposed modules are those of the tree.

    Args:
        request: the tree.
        asked: the base, with the configuration by which it is to be judged.
        base: the base.
        head: the report of the tree by its own configuration.
    """
    known = load_violations(asked)
    if known is not None:
        return known
    if head.basis is None or head.errors or base.modules or asked.trust_contract_types:
        return None
    try:
        if not _Change(request, base, head, head.basis).leaves_basis():
            return None
    except ArchguardError:
        return None  # judging the base says what is wrong
    report = head._replace(commit=base.source.commit)
    store_violations(asked, report)
    return report


class _Change:
    """A tree and its base, as far as verdicts about deprecated modules are concerned."""

    def __init__(self, request: CheckRequest, base: Base, head: Report, basis: VerdictBasis) -> None:
        self._request = request
        self._base = base
        self._basis = basis
        self._options = scan_options(request.configuration)
        self._unread = {file.module for file in head.coverage.unread}

    def leaves_basis(self) -> bool:
        """Return whether the verdicts on both trees rest on the same."""
        before = now = _discover(self._base.source, self._options)
        if hash_shape(before) != self._basis.shape:
            now = _discover(self._request.source, self._options)
        differing = self._list_differing(before)
        if (now.roots, now.foreign, now.unread) != (before.roots, before.foreign, before.unread):
            return False
        if self._are_asked_for(_list_moved(now, before)):
            return False
        added = now.modules.keys() - before.modules.keys()
        changed = [
            module
            for name, module in before.modules.items()
            if module.path in differing or now.modules.get(name) != module
        ]
        names = added | {module.name for module in changed}
        if len(changed) > _MAX_FILES or names & self._basis.consulted or names & self._unread:
            return False
        return added.isdisjoint(self._basis.statements) and self._say_the_same(changed)

    def _list_differing(self, before: Discovery) -> Set[str]:
        """Return the paths of files of the base that have another content now, or may have."""
        source, base = self._request.source, self._base.source
        paths = [module.path for module in before.modules.values()]
        if isinstance(source, GitTree):
            return {path for path in paths if source.get_blob(path) != base.get_blob(path)}
        differing = list_differences(source.spec()["root"], base.prefix, base.commit or "")
        return differing | base.list_special_paths()  # what a link leads to may differ

    def _are_asked_for(self, names: Iterable[str]) -> bool:
        """Return whether an import of a deprecated module may mean something else with these modules."""
        deprecation = make_deprecation(self._options.deprecated)
        asked = self._basis.list_asked()
        return any(deprecation.covers(name) or name in asked for name in names)

    def _say_the_same(self, modules: Iterable[Module]) -> bool:
        """Return whether the files of some modules say of deprecated modules what they say now."""
        from archguard.graph.incremental.scan import IncrementalScan, version_key  # noqa: PLC0415
        from archguard.graph.scanning.cache import Cache  # noqa: PLC0415

        source = self._base.source
        versions = [ModuleVersion(module, source.get_blob(module.path) or "") for module in modules]
        if not all(version.blob for version in versions):
            return False
        scan = IncrementalScan(
            BlobSource(source.git_dir), self._options, cache=Cache(None), jobs=self._request.jobs
        )
        scan.scan(versions)
        deprecation = make_deprecation(self._options.deprecated)
        for version in versions:
            result = scan.results[version_key(version)]
            statements = describe_statements(
                deprecation.select_concerned(result.imports),
                ((name, kind) for name, _, kind in result.references),
                dict(result.kinds),
                result.comments,
            )
            now = self._basis.statements.get(version.module.name, frozenset())
            if result.reason is not None or may_differ(statements, now):
                return False
        return True


def _discover(source: ReadableTree, options: AnalysisOptions) -> Discovery:
    return discover(source, options.root_packages, options.source_roots, options.exclude)


def _list_moved(now: Discovery, before: Discovery) -> Set[str]:
    """Return the names of modules and namespaces that only one of two trees has, or in another shape."""
    reshaped = {
        name
        for name, module in now.modules.items()
        if name in before.modules and module.is_package != before.modules[name].is_package
    }
    return reshaped | (now.importable_names ^ before.importable_names)

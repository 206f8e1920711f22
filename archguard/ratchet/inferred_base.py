"""The violations of a base, inferred from the tree's report without judging all of the base.

Most changes touch few imports of deprecated modules. Then the base has the violations of the tree, but
for the modules that say something else of them, and only the files that differ have to be read.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from archguard.checking.pipeline import scan_options
from archguard.checking.report_cache import load_violations, store_violations
from archguard.checking.verdict_basis import COMMENT, hash_shape
from archguard.errors import ArchguardError
from archguard.graph.discovery import discover
from archguard.graph.module_expressions import make_deprecation
from archguard.ratchet.base_discovery import discover_base
from archguard.ratchet.base_files import BaseFiles
from archguard.ratchet.direct_violations import judges_imports_alone, list_direct_violations
from archguard.sources.git.tree import GitTree
from archguard.sources.git.work_tree import list_differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Report, Violation
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

    Raises:
        SourceError: git cannot list the files of the base.
    """
    known = load_violations(asked)
    if known is not None:
        return known
    base.source.prepare_listing()
    if head.basis is None or head.errors or base.modules or asked.trust_contract_types:
        return None
    try:
        violations = _Change(request, base, head, head.basis).infer_violations()
    except ArchguardError:
        return None  # judging the base says what is wrong
    if violations is None:
        return None
    report = head._replace(commit=base.source.commit, violations=violations)
    store_violations(asked, report)
    return report


class _Change:
    """A tree and its base, as far as verdicts about deprecated modules are concerned."""

    def __init__(self, request: CheckRequest, base: Base, head: Report, basis: VerdictBasis) -> None:
        self._request = request
        self._base = base
        self._head = head
        self._basis = basis
        self._options = scan_options(request.configuration)
        self._unread = {file.module for file in head.coverage.unread}
        self._deprecation = make_deprecation(self._options.deprecated)

    @property
    def _known(self) -> Discovery | None:
        """The modules of the tree, if they were kept."""
        found = self._request.found
        return None if found is None else found.get(self._request.source, self._options)

    def infer_violations(self) -> tuple[Violation, ...] | None:
        """Return the violations of the base; None if they cannot be inferred."""
        known = self._known
        before = now = discover_base(self._base.source, self._options, known)
        if before is not known and hash_shape(before) != self._basis.shape:
            now = known or _discover(self._request.source, self._options)
        differing = self._list_differing(before)
        if (now.roots, now.foreign, now.unread) != (before.roots, before.foreign, before.unread):
            return None
        if self._are_asked_for(_list_moved(now, before)):
            return None
        added = now.modules.keys() - before.modules.keys()
        changed = [
            module
            for name, module in before.modules.items()
            if module.path in differing or now.modules.get(name) != module
        ]
        names = added | {module.name for module in changed}
        if len(changed) > _MAX_FILES or names & self._basis.consulted or names & self._unread:
            return None
        return self._replace_violations(added, changed, before)

    def _list_differing(self, before: Discovery) -> Set[str]:
        """Return the paths of files of the base that have another content now, or may have."""
        source, base = self._request.source, self._base.source
        paths = [module.path for module in before.modules.values()]
        if isinstance(source, GitTree):
            return {path for path in paths if source.get_blob(path) != base.get_blob(path)}
        differing = self._recall_differences(before)
        if differing is None:
            differing = list_differences(source.spec()["root"], base.prefix, base.commit or "")
        return differing | base.list_special_paths()  # what a link leads to may differ

    def _recall_differences(self, before: Discovery) -> Set[str] | None:
        """Return the differing paths as they were when the base was opened; None if others may differ.

        A file that was written to since then, before the tree was judged, could be among the others.
        """
        found, differences = self._request.found, self._base.differences
        if found is None or differences is None or before is not self._known:
            return None
        return differences.paths if found.were_unchanged_from(differences.time) else None

    def _are_asked_for(self, names: Iterable[str]) -> bool:
        """Return whether an import of a deprecated module may mean something else with these modules."""
        asked = self._basis.list_asked()
        return any(self._deprecation.covers(name) or name in asked for name in names)

    def _replace_violations(
        self, added: Set[str], changed: Iterable[Module], before: Discovery
    ) -> tuple[Violation, ...] | None:
        """Return the tree's violations, those of modules that say something else at the base replaced.

        Args:
            added: the modules that only the tree has.
            changed: the modules of the base whose files differ.
            before: the modules of the base.
        """
        statements, configuration = self._basis.statements, self._request.configuration
        gone = added & statements.keys()
        with closing(BaseFiles(self._request, self._base.source, self._basis)) as files:
            others = files.find_others(changed)
            if others is None or any((COMMENT,) in statements[name] for name in gone):
                return None
            if not gone and not others:
                return self._head.violations
            if not all(map(judges_imports_alone, configuration.contracts)):
                return None
            listed = list_direct_violations(configuration, others, before, files.read_bindings)
            replaced = gone | others.keys()
            left = [one for one in self._head.violations if one.importer not in replaced]
            return tuple(sorted([*left, *listed], key=lambda violation: violation.identity))


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

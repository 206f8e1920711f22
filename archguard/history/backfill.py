"""Judge every commit of a history: the pipeline of `check`, without repeating unchanged work."""

from __future__ import annotations

import datetime
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from archguard.checking.allow_request import has_requests
from archguard.checking.family_paths import FamilyPathCounter
from archguard.checking.hidden_users import find_user_ways
from archguard.checking.judged_contract import judge_contract
from archguard.checking.occurrences import Occurrences
from archguard.checking.pipeline import scan_options
from archguard.checking.report import CheckInputs
from archguard.checking.symbol_imports import find_symbol_ways
from archguard.checking.unknown_modules import find_unknown_modules
from archguard.checking.unread_modules import find_unread_modules
from archguard.checking.violations import (
    list_undecided,
    list_violations,
    make_contract_report,
    make_unjudged_report,
)
from archguard.contract_types.loaded_contract import load_contracts
from archguard.definitions.commit_definitions import CommitDefinitions
from archguard.errors import ContractError
from archguard.graph.incremental.analysis import IncrementalAnalysis
from archguard.graph.incremental.discovery import IncrementalDiscovery
from archguard.graph.incremental.scan import IncrementalScan
from archguard.history.history_lineage import HistoryLineage
from archguard.history.missing_violations import make_dropped_test, make_unknown_test
from archguard.ledger import ContractViolations
from archguard.sources.git.past_paths import PastPaths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from archguard.checking.coverage import Undecided
    from archguard.checking.family_paths import FamilyPath
    from archguard.checking.judged_contract import JudgedContract
    from archguard.checking.report import ContractReport, Violation
    from archguard.configuration import Configuration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.contract_types.verdict import Edge
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.model import Analysis, AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.ledger import LifecycleChanges, ViolationLifecycle
    from archguard.sources.git.history import CommitInfo, History

    Progress = Callable[[str, int, int], None]
    """Called with the name of the stage, the number of items done and the number of all items."""

FINDING, SCANNING, JUDGING = "Finding modules", "Reading versions", "Judging commits"


@dataclass(frozen=True, slots=True)
class ContractPoint:
    """The result of a contract at one commit."""

    report: ContractReport
    changes: LifecycleChanges[Edge, str]


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """The result of one commit."""

    commit: CommitInfo
    contracts: dict[str, ContractPoint]
    """By id; lacks contracts that cannot be judged because a module that they need is missing.

    Empty if the commit has no verdict: it has no configuration, or nothing to judge by it.
    """
    files: int
    unread: int
    violations: tuple[Violation, ...] | None
    """None if they were not asked for."""
    unknown: int = 0
    """The number of unread files whose text is not known either."""
    inputs: CheckInputs | None = None
    """Changes when the iterator advances, so use it before; None if the commit has no verdict."""
    undecided: tuple[Undecided, ...] = ()
    """The imports that may ask for a deprecated module."""
    unjudged: tuple[ContractReport, ...] = ()
    """Of the contracts that cannot be judged, if others can."""
    family_paths: tuple[FamilyPath, ...] | None = None
    """By which paths the families of `canonical` contracts are imported; None if there is no such
    contract, or nobody asked.
    """


class Backfill:
    """Judges the commits of one history by one configuration."""

    def __init__(
        self,
        history: History,
        configuration: Configuration,
        *,
        cache: Cache,
        jobs: int,
        executor: Executor | None = None,
        trust_contract_types: bool = False,
        progress: Progress | None = None,
        options: AnalysisOptions | None = None,
        lineage: HistoryLineage | None = None,
        is_for_upload: bool = False,
    ) -> None:
        """Check the configuration. Reads nothing of the history.

        Args:
            history: the commits and their files.
            configuration: the contracts.
            cache: results of earlier runs.
            jobs: number of child processes.
            executor: runs the scan elsewhere; None to use child processes of this one.
            trust_contract_types: whether the repository's own contract types may run.
            progress: called as work proceeds.
            options: what to look for while scanning, if that is more than the configuration needs.
            lineage: what the commits so far have left to their children; it is continued in place.
            is_for_upload: whether snapshots are made of the results.

        Raises:
            ConfigurationError: a contract is invalid.
        """
        self._history = history
        self._original_configuration = configuration
        self._configuration = _tolerate_unmatched_ignores(configuration)
        self._contracts = load_contracts(self._configuration, trust_contract_types=trust_contract_types)
        self._options = scan_options(self._configuration)._replace(missing_imports=is_for_upload)
        self._progress = progress or (lambda *_: None)
        self._cache = cache
        self._jobs = jobs
        self._scan = IncrementalScan(
            history.objects,
            options or self._options,
            cache=cache,
            jobs=jobs,
            executor=executor,
            progress=lambda done, total: self._progress(SCANNING, done, total),
        )
        self._lineage = lineage
        self.warnings: list[str] = []
        self.mistyped_modules: list[str] = []
        """A sentence for each deprecated module that neither the last tree nor git's history knows."""
        self._files: dict[str, Any] = {}
        self._lost_roots: set[str] = set()

    def run(
        self, commits: Sequence[CommitInfo], *, violations: bool, family_paths: bool = False
    ) -> Iterator[HistoryPoint]:
        """Judge some commits, and yield the result of each in their order.

        Args:
            commits: oldest first.
            violations: whether to list the violations of each commit, not only count them.
            family_paths: whether to count by which paths families are imported at each commit.

        Raises:
            SourceError: git cannot read the tree of a commit.
            WorkerError: no child process can be started.
        """
        if self._lineage is None:
            self._lineage = HistoryLineage(commits)
        changes_by_commit = self._find_modules(commits)
        self._scan.scan(
            version
            for changes in changes_by_commit
            for version in changes.changed.values()
            if version is not None
        )
        analysis = IncrementalAnalysis(self._options, self._scan)
        definitions = CommitDefinitions(
            analysis, self._history.objects, cache=self._cache, jobs=self._jobs
        )
        for contract in self._contracts:
            if contract.rule is not None:
                definitions.read_ahead(contract.rule.matches, changes_by_commit)
        judged_before: dict[str, JudgedContract] = {}
        counter = FamilyPathCounter() if family_paths else None
        with closing(definitions):
            for number, (commit, changes) in enumerate(zip(commits, changes_by_commit, strict=True)):
                analysis.apply(changes)
                definitions.advance(changes)
                has_verdict = self._has_roots(commit, changes, self._lineage)
                judged: list[JudgedContract] | None = None
                unjudged: tuple[ContractReport, ...] = ()
                if has_verdict and analysis.analysis.imports:
                    judged, unjudged = self._judge(
                        analysis, definitions, judged_before, _find_day(commit)
                    )
                judged_before = {one.contract.id: one for one in judged or ()}
                point = self._point(commit, analysis, judged, self._lineage, violations=violations)
                if counter is not None:
                    counter.advance(changes, analysis.analysis)
                    paths = _count_paths(counter, judged or (), analysis.analysis, definitions)
                    point = replace(point, family_paths=paths)
                yield replace(point, unjudged=unjudged)
                self._progress(JUDGING, number + 1, len(commits))
        if judged_before:
            self.mistyped_modules = list(
                self._describe_mistyped_modules(analysis.analysis, judged_before)
            )

    @property
    def open_violations(self) -> dict[str, dict[Edge, ViolationLifecycle[str]]]:
        """The violations that are open after the last commit, by contract."""
        return {} if self._lineage is None else self._lineage.ledger.open_violations

    def _find_modules(self, commits: Sequence[CommitInfo]) -> list[ModuleChanges]:
        options = self._options
        discovery = IncrementalDiscovery(
            self._history.new_tree(), options.root_packages, options.source_roots, options.exclude
        )
        changes_by_commit = []
        for changes in self._history.iter_changes([commit.id for commit in commits]):
            changes_by_commit.append(discovery.advance(changes))
            self._progress(FINDING, len(changes_by_commit), len(commits))
        self.warnings += discovery.ambiguous_roots.values()
        return changes_by_commit

    def _has_roots(self, commit: CommitInfo, changes: ModuleChanges, lineage: HistoryLineage) -> bool:
        """Return whether a commit has its roots: not if one that an ancestor had is gone.

        A root that no ancestor had has no files yet.
        """
        there = changes.found_roots | changes.ambiguous_roots
        roots = {name: name in there for name in self._options.root_packages}
        lost = sorted(lineage.roots.advance(commit.id, roots))
        if lost and lost[0] not in self._lost_roots:
            self._lost_roots.add(lost[0])
            self.warnings.append(
                f"root package {lost[0]!r} is gone at {commit.id[:10]}; there is no verdict at commits "
                "without it. Was it renamed?"
            )
        return bool(changes.found_roots) and not lost and not changes.ambiguous_roots

    def _judge(
        self,
        analysis: IncrementalAnalysis,
        definitions: CommitDefinitions,
        judged_before: dict[str, JudgedContract],
        day: str,
    ) -> tuple[list[JudgedContract], tuple[ContractReport, ...]]:
        """Judge every contract; one that no change concerns keeps the verdict of the commit before.

        Return with them the reports of those that cannot be judged.
        """
        judged, unjudged = [], []
        for contract in self._contracts:
            before = judged_before.get(contract.id)
            if before is not None and not self._may_differ(before, analysis, definitions):
                judged.append(before)
                continue
            try:
                judged.append(
                    judge_contract(contract, analysis.graph, analysis.analysis, day, definitions)
                )
            except ContractError as error:
                self._warn(contract, error)
                unjudged.append(make_unjudged_report(contract, str(error)))
        return judged, tuple(unjudged)

    def _may_differ(
        self, before: JudgedContract, analysis: IncrementalAnalysis, definitions: CommitDefinitions
    ) -> bool:
        """Return whether a contract may have another verdict than at the commit before."""
        if before.family is not None:
            return analysis.changed or before.depends_on_lines
        if analysis.graph_changed or analysis.references_changed:
            return True
        if before.depends_on_lines or has_requests(before.contract.short_ids, analysis.analysis):
            return True
        if not (before.contract.judges_ghosts and analysis.changed):
            return False
        expressions = before.contract.deprecated_modules
        if analysis.analysis.deprecated_imports.resolve(expressions) != before.resolved:
            return True
        tree = (analysis.graph, analysis.analysis, definitions)
        users = find_user_ways(before.contract, before.direct_users, *tree)
        ways = (*find_symbol_ways(before.contract, *tree), users)
        return ways != (*before.symbols.ways, before.user_ways)

    def _warn(self, contract: LoadedContract, error: ContractError) -> None:
        warning = f"{contract.id} is left out where it does not fit: {error}"
        if not any(one.startswith(f"{contract.id} is left out") for one in self.warnings):
            self.warnings.append(warning)

    def _describe_mistyped_modules(
        self, last: Analysis, judged: Mapping[str, JudgedContract]
    ) -> Iterator[str]:
        for contract in self._contracts:
            symbols = judged[contract.id].missing_symbols if contract.id in judged else ()
            unknown = find_unknown_modules(
                contract, last, lambda: PastPaths(self._history.git_dir), symbols
            )
            for sentence in unknown.mistyped:
                yield f"{contract.id}: {sentence}"

    def _point(
        self,
        commit: CommitInfo,
        incremental: IncrementalAnalysis,
        judged: Sequence[JudgedContract] | None,
        lineage: HistoryLineage,
        *,
        violations: bool,
    ) -> HistoryPoint:
        analysis = incremental.analysis
        listed: list[Violation] = []
        if violations and judged is not None:
            occurrences = Occurrences(analysis, self._history.objects, incremental.blobs, self._files)
            listed = [v for one in judged for v in list_violations(one, analysis, occurrences)]
        inputs = CheckInputs(
            self._original_configuration, tuple(one.contract for one in judged or ()), analysis
        )
        return HistoryPoint(
            commit=commit,
            contracts=_compare(commit, analysis, judged, lineage),
            files=analysis.files,
            unread=len(analysis.unread),
            unknown=sum(file.unknown for file in analysis.unread),
            violations=tuple(sorted(listed, key=lambda violation: violation.identity))
            if violations
            else None,
            inputs=None if judged is None else inputs,
            undecided=tuple(one for each in judged or () for one in list_undecided(each, analysis)),
        )


def _count_paths(
    counter: FamilyPathCounter,
    judged: Sequence[JudgedContract],
    analysis: Analysis,
    definitions: CommitDefinitions,
) -> tuple[FamilyPath, ...] | None:
    """Return by which paths the families of all contracts are imported; None if there is no family."""
    families = {one.contract.id: one.family for one in judged if one.family is not None}
    if not families:
        return None
    return tuple(
        path
        for contract, family in families.items()
        for path in counter.count(contract, family, analysis, definitions)
    )


def _find_day(commit: CommitInfo) -> str:
    """Return the day of a commit in ISO format."""
    return datetime.datetime.fromtimestamp(commit.committed_at, datetime.UTC).date().isoformat()


def _compare(
    commit: CommitInfo,
    analysis: Analysis,
    judged: Sequence[JudgedContract] | None,
    lineage: HistoryLineage,
) -> dict[str, ContractPoint]:
    """Compare the contracts of a commit with those of its parents; None if it has no verdict."""
    unread = find_unread_modules(analysis)
    so_far = lineage.advance_unread(commit, None if judged is None else unread.names)
    contracts = {
        one.contract.id: ContractViolations(
            one.edges,
            make_unknown_test(one, analysis, unread, so_far, one.undecided),
            make_dropped_test(one, analysis),
        )
        for one in judged or ()
    }
    changes = lineage.ledger.advance(commit.id, commit.committed_at, contracts)
    points = {}
    for judged_contract in judged or ():
        id_ = judged_contract.contract.id
        report = make_contract_report(judged_contract, analysis)
        report = report._replace(unknown=len(changes[id_].unknown))
        points[id_] = ContractPoint(report, changes[id_])
    return points


def _tolerate_unmatched_ignores(configuration: Configuration) -> Configuration:
    """Return the configuration for a past that may not have had what the contracts name."""
    contracts = tuple(contract.tolerate_missing() for contract in configuration.contracts)
    return configuration._replace(contracts=contracts)

"""Judge every commit of a history: the pipeline of `check`, without repeating unchanged work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archguard.checking.occurrences import Occurrences
from archguard.checking.pipeline import scan_options
from archguard.checking.report import CheckInputs
from archguard.checking.violations import judge_contract, list_violations, make_contract_report
from archguard.contract_types.loaded_contract import load_contracts
from archguard.errors import ContractError
from archguard.graph.incremental.analysis import IncrementalAnalysis
from archguard.graph.incremental.discovery import IncrementalDiscovery
from archguard.graph.incremental.scan import IncrementalScan
from archguard.ledger import ContractLifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from archguard.checking.report import ContractReport, Violation
    from archguard.checking.violations import JudgedContract
    from archguard.configuration import Configuration
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.contract_types.verdict import Edge
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.model import AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.ledger import LifecycleChanges
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
    """By id; lacks contracts that cannot be judged because a module that they need is missing."""
    files: int
    unread: int
    violations: tuple[Violation, ...] | None
    """None if they were not asked for."""
    unknown: int = 0
    """The number of unread files whose text is not known either."""
    inputs: CheckInputs | None = None
    """Changes when the iterator advances, so use it before; None if the commit has no configuration."""


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
        lifecycles: dict[str, ContractLifecycle] | None = None,
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
            lifecycles: the lifecycles so far, by contract; they are continued in place.

        Raises:
            ConfigurationError: a contract is invalid.
        """
        self._history = history
        self._original_configuration = configuration
        self._configuration = _tolerate_unmatched_ignores(configuration)
        self._contracts = load_contracts(self._configuration, trust_contract_types=trust_contract_types)
        self._options = scan_options(self._configuration)
        self._progress = progress or (lambda *_: None)
        self._scan = IncrementalScan(
            history.objects,
            options or self._options,
            cache=cache,
            jobs=jobs,
            executor=executor,
            progress=lambda done, total: self._progress(SCANNING, done, total),
        )
        self.lifecycles = {} if lifecycles is None else lifecycles
        for contract in self._contracts:
            self.lifecycles.setdefault(contract.id, ContractLifecycle())
        self.warnings: list[str] = []
        self._files: dict[str, Any] = {}

    def run(self, commits: Sequence[CommitInfo], *, violations: bool) -> Iterator[HistoryPoint]:
        """Judge some commits, and yield the result of each in their order.

        Args:
            commits: oldest first.
            violations: whether to list the violations of each commit, not only count them.

        Raises:
            SourceError: git cannot read the tree of a commit.
            WorkerError: no child process can be started.
        """
        changes_by_commit = self._find_modules(commits)
        self._scan.scan(
            version
            for changes in changes_by_commit
            for version in changes.changed.values()
            if version is not None
        )
        analysis = IncrementalAnalysis(
            self._options,
            self._scan,
            ghosts=any(contract.judges_ghosts for contract in self._contracts),
            plain=not all(contract.judges_ghosts for contract in self._contracts),
        )
        judged_before: dict[str, JudgedContract] = {}
        for number, (commit, changes) in enumerate(zip(commits, changes_by_commit, strict=True)):
            analysis.apply(changes)
            judged = self._judge(analysis, judged_before)
            judged_before = {one.contract.id: one for one in judged}
            yield self._point(commit, analysis, judged, violations=violations)
            self._progress(JUDGING, number + 1, len(commits))

    def _find_modules(self, commits: Sequence[CommitInfo]) -> list[ModuleChanges]:
        options = self._options
        discovery = IncrementalDiscovery(
            self._history.new_tree(), options.root_packages, options.source_roots
        )
        changes_by_commit = []
        for changes in self._history.iter_changes([commit.id for commit in commits]):
            changes_by_commit.append(discovery.advance(changes))
            self._progress(FINDING, len(changes_by_commit), len(commits))
        self.warnings += discovery.ambiguous_roots.values()
        return changes_by_commit

    def _judge(
        self, analysis: IncrementalAnalysis, judged_before: dict[str, JudgedContract]
    ) -> list[JudgedContract]:
        """Judge every contract; one that no change concerns keeps the verdict of the commit before."""
        judged = []
        for contract in self._contracts:
            with_ghosts = contract.judges_ghosts
            graph = analysis.graph_with_ghosts if with_ghosts else analysis.graph
            changed = analysis.graph_with_ghosts_changed if with_ghosts else analysis.graph_changed
            before = judged_before.get(contract.id)
            if before is not None and not (changed or analysis.references_changed):
                judged.append(before)
            else:
                try:
                    judged.append(judge_contract(contract, graph, analysis.analysis))
                except ContractError as error:
                    self._warn(contract, error)
        return judged

    def _warn(self, contract: LoadedContract, error: ContractError) -> None:
        warning = f"{contract.id} is left out where it does not fit: {error}"
        if not any(one.startswith(f"{contract.id} is left out") for one in self.warnings):
            self.warnings.append(warning)

    def _point(
        self,
        commit: CommitInfo,
        incremental: IncrementalAnalysis,
        judged: Sequence[JudgedContract],
        *,
        violations: bool,
    ) -> HistoryPoint:
        analysis = incremental.analysis
        listed: list[Violation] = []
        if violations:
            occurrences = Occurrences(analysis, self._history.objects, incremental.blobs, self._files)
            listed = [v for one in judged for v in list_violations(one, analysis, occurrences)]
        return HistoryPoint(
            commit=commit,
            contracts={
                one.contract.id: ContractPoint(
                    make_contract_report(one, analysis),
                    self.lifecycles[one.contract.id].advance(commit.id, commit.committed_at, one.edges),
                )
                for one in judged
            },
            files=analysis.files,
            unread=len(analysis.unread),
            unknown=sum(file.unknown for file in analysis.unread),
            violations=tuple(sorted(listed, key=lambda violation: violation.identity))
            if violations
            else None,
            inputs=CheckInputs(
                self._original_configuration, tuple(one.contract for one in judged), analysis
            ),
        )


def _tolerate_unmatched_ignores(configuration: Configuration) -> Configuration:
    """Return the configuration without alerts for ignored imports that the past did not have."""
    contracts = tuple(
        contract._replace(options={**contract.options, "unmatched_ignore_imports_alerting": "none"})
        if "ignore_imports" in contract.options
        else contract
        for contract in configuration.contracts
    )
    return configuration._replace(contracts=contracts)

"""The pipeline of `check` along a history: each version is read once, each change judged once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archguard.checking.occurrences import Occurrences
from archguard.checking.pipeline import load_contracts
from archguard.checking.report import CheckInputs
from archguard.checking.request import options_of
from archguard.checking.violations import contract_report, judge_one, violations_of
from archguard.errors import ContractError
from archguard.graph.incremental.analysis import IncrementalAnalysis
from archguard.graph.incremental.discovery import IncrementalDiscovery
from archguard.graph.incremental.scan import IncrementalScan
from archguard.ledger import ContractLifecycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from archguard.checking.report import ContractReport, Violation
    from archguard.checking.violations import Judged
    from archguard.configuration import Configuration
    from archguard.contract_types.registry import LoadedContract
    from archguard.contract_types.verdict import Edge
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.model import AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.ledger import LifecycleChanges
    from archguard.sources.git.history import CommitInfo, History

    Progress = Callable[[str, int, int], None]
    """What is being done, how much of it is, and of how much."""

FINDING, SCANNING, JUDGING = "Finding modules", "Reading versions", "Judging commits"


@dataclass(frozen=True, slots=True)
class ContractPoint:
    """A contract at one commit."""

    report: ContractReport
    changes: LifecycleChanges[Edge, str]


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """Everything that is known of one commit."""

    commit: CommitInfo
    contracts: dict[str, ContractPoint]
    """By id; without those that do not fit the commit: a module that they need is not there."""
    files: int
    unread: int
    violations: tuple[Violation, ...] | None
    """None where nobody asked for them."""
    material: CheckInputs | None = None
    """True until the next point is asked for; None where no configuration was."""


class Backfill:
    """One history under one configuration."""

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
        """Check the configuration; read nothing yet.

        Args:
            history: the history.
            configuration: what it is judged by.
            cache: results of earlier runs.
            jobs: child processes at once.
            executor: where to scan; None: in children of this process.
            trust_contract_types: whether the repository's own contract types may run.
            progress: told what is done.
            options: what to look for while scanning, if that is more than the configuration asks.
            lifecycles: the story so far, by contract; it is continued.

        Raises:
            ConfigurationError: a contract is wrong.
        """
        self._history = history
        self._given = configuration
        self._configuration = _for_the_past(configuration)
        self._contracts = load_contracts(self._configuration, trust_contract_types=trust_contract_types)
        self._options = options_of(self._configuration)
        self._progress = progress or (lambda *_: None)
        self._versions = IncrementalScan(
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
        """What each commit says, in their order.

        Args:
            commits: the sample, oldest first.
            violations: whether to give each commit's violations, not only their number.

        Raises:
            SourceError: git cannot give a commit's tree.
            WorkerError: no child process can be started.
        """
        steps = self._steps(commits)
        self._versions.scan(
            version for step in steps for version in step.changed.values() if version is not None
        )
        live = IncrementalAnalysis(
            self._options,
            self._versions,
            ghosts=any(contract.judges_ghosts for contract in self._contracts),
            plain=not all(contract.judges_ghosts for contract in self._contracts),
        )
        last: dict[str, Judged] = {}
        for number, (commit, step) in enumerate(zip(commits, steps, strict=True)):
            live.apply(step)
            judged = self._judge(live, last)
            last = {one.contract.id: one for one in judged}
            yield self._point(commit, live, judged, violations=violations)
            self._progress(JUDGING, number + 1, len(commits))

    def _steps(self, commits: Sequence[CommitInfo]) -> list[ModuleChanges]:
        options = self._options
        tracker = IncrementalDiscovery(
            self._history.new_tree(), options.root_packages, options.source_roots
        )
        steps = []
        for changes in self._history.iter_changes([commit.id for commit in commits]):
            steps.append(tracker.advance(changes))
            self._progress(FINDING, len(steps), len(commits))
        self.warnings += tracker.ambiguous_roots.values()
        return steps

    def _judge(self, live: IncrementalAnalysis, last: dict[str, Judged]) -> list[Judged]:
        found = []
        for contract in self._contracts:
            with_ghosts = contract.judges_ghosts
            graph = live.graph_with_ghosts if with_ghosts else live.graph
            changed = live.graph_with_ghosts_changed if with_ghosts else live.graph_changed
            before = last.get(contract.id)
            if before is not None and not (changed or live.references_changed):
                found.append(before)
            else:
                try:
                    found.append(judge_one(contract, graph, live.analysis))
                except ContractError as error:
                    self._warn(contract, error)
        return found

    def _warn(self, contract: LoadedContract, error: ContractError) -> None:
        warning = f"{contract.id} is left out where it does not fit: {error}"
        if not any(one.startswith(f"{contract.id} is left out") for one in self.warnings):
            self.warnings.append(warning)

    def _point(
        self,
        commit: CommitInfo,
        live: IncrementalAnalysis,
        judged: Sequence[Judged],
        *,
        violations: bool,
    ) -> HistoryPoint:
        analysis = live.analysis
        found: list[Violation] = []
        if violations:
            occurrences = Occurrences(analysis, self._history.objects, live.blobs, self._files)
            found = [v for one in judged for v in violations_of(one, analysis, occurrences)]
        return HistoryPoint(
            commit=commit,
            contracts={
                one.contract.id: ContractPoint(
                    contract_report(one, analysis),
                    self.lifecycles[one.contract.id].advance(commit.id, commit.committed_at, one.edges),
                )
                for one in judged
            },
            files=analysis.files,
            unread=len(analysis.unread),
            violations=tuple(sorted(found, key=lambda violation: violation.identity))
            if violations
            else None,
            material=CheckInputs(self._given, tuple(one.contract for one in judged), analysis),
        )


def _for_the_past(configuration: Configuration) -> Configuration:
    """The configuration, but that an ignored import need not have been there yet."""
    contracts = tuple(
        one._replace(options={**one.options, "unmatched_ignore_imports_alerting": "none"})
        if "ignore_imports" in one.options
        else one
        for one in configuration.contracts
    )
    return configuration._replace(contracts=contracts)

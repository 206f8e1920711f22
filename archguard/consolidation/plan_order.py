"""Say what is best done first: which modules can be deleted when, and which imports matter most."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.checking.chain_steps import locate
from archguard.checking.judged_contract import find_judged_imports
from archguard.checking.pipeline import find_day
from archguard.consolidation.contract_cut import find_contract_cut
from archguard.consolidation.deletion_order import order_deletions
from archguard.consolidation.freed_exposure import count_freed
from archguard.consolidation.migration_plan import (
    ContractCut,
    CutImport,
    DeletionStep,
    ImporterGain,
    PlanOrder,
)
from archguard.contract_types.verdict import Edge
from archguard.graph.import_graph import build_graph, graph_for_contract
from archguard.graph.model import ContractImports
from archguard.graph.module_expressions import is_within, make_deprecation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult
    from archguard.consolidation.deletion_order import DeletableGroup
    from archguard.consolidation.migration_plan import PlannedViolation
    from archguard.consolidation.own_tests import OwnTests
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.model import Analysis


def make_order(
    request: CheckRequest,
    result: CheckResult,
    violations: Sequence[PlannedViolation],
    own_tests: OwnTests,
) -> PlanOrder:
    """Return the order of a plan.

    Args:
        request: the tree.
        result: its verdict.
        violations: the planned violations, with the numbers of their batches.
        own_tests: knows the tests that leave with a module.
    """
    deletions = _DeletionPlan(result, violations, own_tests)
    gains = [
        gain for one in result.inputs.contracts for gain in _rank_importers(one, result, violations)
    ]
    return PlanOrder(
        tuple(deletions.list_steps()),
        tuple(sorted(gains, key=lambda gain: (-gain.frees, gain))),
        tuple(_find_cuts(request, result)),
    )


class _DeletionPlan:
    """Says after which batch each deprecated module can be deleted."""

    def __init__(
        self, result: CheckResult, violations: Sequence[PlannedViolation], own_tests: OwnTests
    ) -> None:
        self._analysis = result.inputs.analysis
        self._own_tests = own_tests
        self._by_importer: defaultdict[str, list[PlannedViolation]] = defaultdict(list)
        for one in violations:
            self._by_importer[one.importer].append(one)
        expressions = {
            expression
            for contract in result.inputs.contracts
            for expression in contract.deprecated_modules
        }
        self._deprecation = make_deprecation(tuple(sorted(expressions)))
        self._after_batch: dict[str, int | None] = {}

    def list_steps(self) -> Iterator[DeletionStep]:
        """Yield all deprecated modules that exist, in an order in which they can be deleted."""
        imports = (
            (importer, [one.imported for one in several])
            for importer, several in self._analysis.imports.items()
        )
        for group in order_deletions(self._analysis.importable_names, imports, self._identify):
            step = self._make_step(group)
            self._after_batch |= dict.fromkeys(group.modules, step.after_batch)
            yield step

    def _identify(self, name: str) -> str | None:
        return self._deprecation.identify(name) if self._deprecation.covers(name) else None

    def _make_step(self, group: DeletableGroup) -> DeletionStep:
        batches = [self._after_batch[module] for module in group.after]
        staying, own_tests = set(), set()
        for importer, module in group.importers:
            batch = self._find_batch(importer, module)
            if batch is not None:
                batches.append(batch)
            elif self._own_tests.is_own_test(importer, module):
                own_tests.add(self._analysis.modules[importer].path)
            else:
                staying.add(importer)
        numbers = [batch for batch in batches if batch is not None]
        is_possible = not staying and len(numbers) == len(batches)
        return DeletionStep(
            group.modules,
            group.after,
            max(numbers, default=0) if is_possible else None,
            tuple(sorted(staying)),
            tuple(sorted(own_tests)),
        )

    def _find_batch(self, importer: str, module: str) -> int | None:
        """Return the batch that takes the imports of a module away; None if none does."""
        batches = [
            one.batch
            for one in self._by_importer[importer]
            if is_within(module, one.imported) or is_within(one.imported, module)
        ]
        numbers = [batch for batch in batches if batch is not None]
        return max(numbers) if numbers and len(numbers) == len(batches) else None


def _rank_importers(
    contract: LoadedContract, result: CheckResult, violations: Sequence[PlannedViolation]
) -> Iterator[ImporterGain]:
    """Yield what the change of each importer frees of what one contract deprecates."""
    by_importer: defaultdict[str, list[PlannedViolation]] = defaultdict(list)
    for one in violations:
        if one.contract == contract.id:
            by_importer[one.importer].append(one)
    if not by_importer:
        return
    all_importers = {one.importer for one in result.report.violations if one.contract == contract.id}
    freed = count_freed(
        all_importers,
        _list_importers(result.inputs.analysis),
        make_deprecation(contract.deprecated_modules).covers,
    )
    for importer, own in by_importer.items():
        if freed[importer]:
            batches = {one.batch for one in own if one.batch is not None}
            is_ready = all(one.code is None for one in own)
            yield ImporterGain(
                contract.id, importer, own[0].path, freed[importer], tuple(sorted(batches)), is_ready
            )


def _list_importers(analysis: Analysis) -> dict[str, set[str]]:
    importers_of: defaultdict[str, set[str]] = defaultdict(set)
    for importer, imports in analysis.imports.items():
        for one in imports:
            importers_of[one.imported].add(importer)
    return importers_of


def _find_cuts(request: CheckRequest, result: CheckResult) -> Iterator[ContractCut]:
    """Yield the fewest imports to remove for each contract with violations that have chains."""
    analysis = result.inputs.analysis
    broken: defaultdict[str, set[Edge]] = defaultdict(set)
    for one in result.report.violations:
        if one.source is not None:
            broken[one.contract].add(Edge(one.importer, one.imported))
    contracts = [one for one in result.inputs.contracts if one.forbids_chains and one.id in broken]
    if not contracts:
        return
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))
    for loaded in sorted(contracts, key=lambda one: one.id):
        contract, imports = find_judged_imports(loaded, analysis, find_day(request).isoformat())
        with graph_for_contract(graph, analysis.imports, imports.changed) as judged_graph:
            cut = find_contract_cut(
                contract.find_passages(judged_graph), imports.list_edges(), broken[contract.id]
            )
        if cut is None:
            yield ContractCut(contract.id, (), unique=False, smallest=False)
            continue
        located = ContractImports(imports.changed, ())
        steps = [locate(edge, analysis, {}, located) for edge in sorted(cut.edges)]
        yield ContractCut(
            contract.id, tuple(map(CutImport._make, steps)), unique=cut.unique, smallest=cut.smallest
        )

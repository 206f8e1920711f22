"""Answer what a plan would be if something were changed, without touching a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.pipeline import find_day
from archguard.consolidation.planner import Planner
from archguard.consolidation.supposed_change import SupposedChange
from archguard.errors import ConfigurationError
from archguard.sources.code_owners import CodeOwners
from archguard.sources.reduced_tree import ReducedTree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult, Identity, Report
    from archguard.consolidation.hypothesis import Hypothesis
    from archguard.consolidation.migration_plan import MigrationPlan, PlannedViolation, PlanOptions


class ContractCounts(NamedTuple):
    """What one contract counts, as things are and as is supposed."""

    contract: str
    before: int
    after: int
    before_batches: int
    """What would be left after all batches of the plan as things are."""
    after_batches: int
    """The same as is supposed."""


class GhostImport(NamedTuple):
    """An import of a module that would no longer exist."""

    importer: str
    imported: str
    path: str
    line: int


class WhatIfAnswer(NamedTuple):
    """How a plan differs from the one that there would be."""

    supposed: tuple[str, ...]
    """The expressions, as they were given."""
    counts: tuple[ContractCounts, ...]
    """Of every contract, sorted."""
    ready: tuple[PlannedViolation, ...]
    """Those that become ready, sorted."""
    blocked: tuple[PlannedViolation, ...]
    """Those that become blocked, sorted."""
    gone: tuple[Identity, ...]
    """The violations of all contracts that would not be there, sorted."""
    new: tuple[Identity, ...]
    """Those that would be new, sorted."""
    ghosts: tuple[GhostImport, ...]
    """The imports of deleted modules by files that stay, sorted."""
    freed: Mapping[str, tuple[str, ...]]
    """Contract id -> the modules that would no longer reach what it forbids, sorted; none if empty."""


def answer(
    request: CheckRequest, options: PlanOptions, hypotheses: Sequence[Hypothesis]
) -> WhatIfAnswer:
    """Plan twice, as things are and as is supposed, and compare.

    Raises:
        ConfigurationError: something is supposed of what does not exist; the nearest name is given.
        ArchguardError: there is no verdict on one of the trees; the message says why.
    """
    owners = CodeOwners.read(request.source)
    request = request._replace(today=find_day(request), list_exposed=True)
    before, result = Planner(request, options, owners).plan_with_verdict()
    change = SupposedChange(request, result, before)
    for hypothesis in hypotheses:
        change.suppose(hypothesis)
    supposed = request._replace(configuration=change.configuration)
    if change.deleted:
        paths = [result.inputs.analysis.modules[module].path for module in change.deleted]
        source = ReducedTree(request.source, paths)
        supposed = supposed._replace(source=source, cache=request.cache.as_read_only())
    try:
        after, supposed_result = Planner(supposed, options, owners).plan_with_verdict()
    except ConfigurationError as error:
        text = ", ".join(hypothesis.text for hypothesis in hypotheses)
        raise ConfigurationError(f"--what-if {text!r}: {error}") from error
    return WhatIfAnswer(
        tuple(hypothesis.text for hypothesis in hypotheses),
        _compare_counts(before, after),
        _list_changed(after, before, is_ready=True),
        _list_changed(after, before, is_ready=False),
        _list_added(supposed_result.report, result.report),
        _list_added(result.report, supposed_result.report),
        _list_ghosts(result, change.deleted),
        _list_freed(result.report, supposed_result.report, change.deleted),
    )


def _compare_counts(before: MigrationPlan, after: MigrationPlan) -> tuple[ContractCounts, ...]:
    left_before, left_after = (
        plan.batches[-1].predicted if plan.batches else plan.counts for plan in (before, after)
    )
    return tuple(
        ContractCounts(
            contract, count, after.counts[contract], left_before[contract], left_after[contract]
        )
        for contract, count in sorted(before.counts.items())
    )


def _list_changed(
    after: MigrationPlan, before: MigrationPlan, *, is_ready: bool
) -> tuple[PlannedViolation, ...]:
    """Return the violations that are ready, or blocked, in one plan only; not those that are gone."""
    known = {one.identity: one.code is None for one in before.violations}
    return tuple(
        one
        for one in after.violations
        if (one.code is None) is is_ready and known.get(one.identity) is not is_ready
    )


def _list_added(before: Report, after: Report) -> tuple[Identity, ...]:
    known = {violation.identity for violation in before.violations}
    return tuple(sorted(one.identity for one in after.violations if one.identity not in known))


def _list_ghosts(result: CheckResult, deleted: Set[str]) -> tuple[GhostImport, ...]:
    analysis = result.inputs.analysis
    return tuple(
        sorted(
            {
                GhostImport(importer, one.imported, analysis.modules[importer].path, one.line)
                for importer, imports in analysis.imports.items()
                if importer not in deleted
                for one in imports
                if one.imported in deleted
            }
        )
    )


def _list_freed(before: Report, after: Report, deleted: Set[str]) -> dict[str, tuple[str, ...]]:
    left = {contract.id: contract.exposed for contract in after.contracts}
    freed = {
        one.id: tuple(sorted(set(one.exposed).difference(left[one.id], deleted)))
        for one in before.contracts
    }
    return {contract: modules for contract, modules in sorted(freed.items()) if modules}

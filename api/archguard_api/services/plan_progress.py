"""How much of a plan is done, in numbers and in sentences."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard_api import models
from archguard_api.services.deletion_progress import measure_deletions
from archguard_api.services.sentence import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from archguard_api.models import Plan, PlannedBatch, PlannedViolation, StoredPlan

    Identity = tuple[str, str, str]


def measure_plan(
    stored: StoredPlan, still_open: Collection[Identity] | None, contract: str | None = None
) -> models.PlanProgress:
    """Return a plan with what is left of it.

    Args:
        stored: the plan.
        still_open: the violations that are open or unknown at the tip of its branch; None: the branch
            has no snapshot.
        contract: the contract whose violations and batches are returned; None for all of them.
    """
    plan = stored.plan
    violations = [one for one in plan.violations if contract in (None, one.contract)]
    by_batch, blocked = _divide(violations)
    items = tuple(
        _measure_batch(batch, by_batch[batch.id], before, still_open)
        for batch, before in _pair_with_earlier(plan)
        if contract is None or by_batch[batch.id]
    )
    ready = [one for several in by_batch.values() for one in several]
    done = None if still_open is None else sum(not batch.left for batch in items)
    ready_left, blocked_left = _count_open(ready, still_open), _count_open(blocked, still_open)
    unplanned = _count_unplanned(violations, still_open)
    return models.PlanProgress(
        id=stored.id,
        branch=stored.branch,
        received_at=stored.received_at,
        ready=len(ready),
        blocked=len(blocked),
        ready_left=ready_left,
        blocked_left=blocked_left,
        unplanned=unplanned,
        batches=len(items),
        batches_done=done,
        sentence=_compose_sentence(len(items), done, ready_left, blocked_left, unplanned),
        contracts=tuple(sorted({one.contract for one in plan.violations})),
        items=items,
        codes=_count_codes(blocked, still_open),
        reasons=_group_by_reason(blocked, still_open),
        deletions=tuple(measure_deletions(plan, still_open)),
    )


def count_by_contract(
    stored: StoredPlan, still_open: Collection[Identity]
) -> Mapping[str, models.ContractPlan]:
    """Return what a plan says of the open violations of each contract that it is about."""
    by_contract: defaultdict[str, list[PlannedViolation]] = defaultdict(list)
    for one in stored.plan.violations:
        by_contract[one.contract].append(one)
    return {
        contract: models.ContractPlan(
            stored.id,
            stored.received_at,
            ready=len(_list_open([one for one in several if one.status == "ready"], still_open)),
            blocked=len(_list_open([one for one in several if one.status == "blocked"], still_open)),
            unplanned=_count_unplanned(several, still_open) or 0,
        )
        for contract, several in by_contract.items()
    }


def get_identity(violation: PlannedViolation) -> Identity:
    """Return what identifies a planned violation across commits."""
    return (violation.contract, violation.importer, violation.imported)


def _divide(
    violations: Iterable[PlannedViolation],
) -> tuple[defaultdict[int | None, list[PlannedViolation]], list[PlannedViolation]]:
    """Return those that are ready by batch, and those that are blocked."""
    by_batch: defaultdict[int | None, list[PlannedViolation]] = defaultdict(list)
    blocked = []
    for one in violations:
        if one.status == "ready":
            by_batch[one.batch].append(one)
        else:
            blocked.append(one)
    return by_batch, blocked


def _pair_with_earlier(plan: Plan) -> Iterator[tuple[PlannedBatch, Mapping[str, int]]]:
    """Yield each batch with what the contracts count before it."""
    before: Mapping[str, int] = plan.counts.contracts
    for batch in plan.batches:
        yield batch, before
        before = batch.predicted


def _measure_batch(
    batch: PlannedBatch,
    violations: list[PlannedViolation],
    before: Mapping[str, int],
    still_open: Collection[Identity] | None,
) -> models.BatchProgress:
    left = _list_open(violations, still_open)
    is_known = still_open is not None and all(one.path for one in violations)
    paths = {one.path for one in left}
    return models.BatchProgress(
        id=batch.id,
        owner=batch.owner,
        package=batch.package,
        paths=tuple(batch.paths),
        open_paths=tuple(path for path in batch.paths if path in paths) if is_known else None,
        violations=len(violations),
        left=None if still_open is None else len(left),
        predicted=batch.predicted,
        changes=tuple(
            models.PredictedCount(contract, before.get(contract), batch.predicted[contract])
            for contract in sorted({one.contract for one in violations} & batch.predicted.keys())
        ),
    )


def _count_codes(
    blocked: Iterable[PlannedViolation], still_open: Collection[Identity] | None
) -> tuple[models.BlockedCode, ...]:
    codes: defaultdict[str, list[PlannedViolation]] = defaultdict(list)
    for one in blocked:
        codes[one.code or ""].append(one)
    return tuple(
        models.BlockedCode(code, len(several), _count_open(several, still_open))
        for code, several in sorted(codes.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    )


def _group_by_reason(
    blocked: Iterable[PlannedViolation], still_open: Collection[Identity] | None
) -> tuple[models.BlockedReason, ...]:
    groups: defaultdict[tuple[str, str], list[PlannedViolation]] = defaultdict(list)
    for one in blocked:
        groups[one.code or "", one.reason].append(one)
    reasons = [
        models.BlockedReason(
            code,
            reason,
            len(several),
            _count_open(several, still_open),
            tuple(map(_make_import, _list_open(several, still_open))),
        )
        for (code, reason), several in groups.items()
    ]
    return tuple(sorted(reasons, key=lambda one: (-len(one.imports), one.code, one.reason)))


def _make_import(one: PlannedViolation) -> models.BlockedImport:
    return models.BlockedImport(
        one.contract, one.importer, one.imported, one.path, one.line, one.leaves_with
    )


def _list_open(
    violations: Iterable[PlannedViolation], still_open: Collection[Identity] | None
) -> list[PlannedViolation]:
    """Return those that are open, or all if nobody knows."""
    return [one for one in violations if still_open is None or get_identity(one) in still_open]


def _count_open(
    violations: Collection[PlannedViolation], still_open: Collection[Identity] | None
) -> int | None:
    return None if still_open is None else len(_list_open(violations, still_open))


def _count_unplanned(
    violations: Collection[PlannedViolation], still_open: Collection[Identity] | None
) -> int | None:
    """Return how many open violations of the same contracts are not among some violations."""
    if still_open is None:
        return None
    contracts = {one.contract for one in violations}
    planned = {get_identity(one) for one in violations}
    return sum(one[0] in contracts and one not in planned for one in still_open)


def _compose_sentence(
    batches: int,
    done: int | None,
    ready_left: int | None,
    blocked_left: int | None,
    unplanned: int | None,
) -> str:
    noun = "batch" if batches == 1 else "batches"
    if done is None or ready_left is None or blocked_left is None:
        return f"The plan has {batches:,} {noun}; its branch has no snapshot yet."
    verb = "is" if done == 1 else "are"
    progress = f"{done:,} of {batches:,} {noun} {verb} done; "
    later = f"{count(unplanned, 'violation')} came after it" if unplanned else ""
    if not ready_left + blocked_left:
        return progress + (f"nothing of it is left, but {later}." if later else "nothing is left.")
    ready = f"{count(ready_left, 'violation')} ready, {blocked_left:,} blocked"
    return f"{progress}{ready}; {later}." if later else f"{progress}{ready}."

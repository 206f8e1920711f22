"""When each deprecated module of a plan can be deleted, as far as a branch's newest snapshot tells."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard_api import models
from archguard_api.services.sentence import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from archguard_api.models import Plan, PlannedDeletion, PlannedViolation

    Identity = tuple[str, str, str]


def measure_deletions(
    plan: Plan, still_open: Collection[Identity] | None
) -> Iterator[models.DeletionProgress]:
    """Yield the deprecated modules of a plan, in its order, with what still imports them.

    Args:
        plan: the plan.
        still_open: the violations that are open or unknown; None if nobody knows, then all of the plan
            are taken as open.
    """
    planned = {(one.contract, one.importer, one.imported): one for one in plan.violations}
    by_imported: defaultdict[str, list[Identity]] = defaultdict(list)
    for identity in planned.keys() if still_open is None else still_open:
        by_imported[identity[2]].append(identity)
    importers: defaultdict[str, set[str]] = defaultdict(set)
    for one in plan.violations:
        importers[one.imported].add(one.importer)
    for step in plan.delete_order:
        left = [
            identity
            for imported in sorted(by_imported)
            if _is_about(imported, step.modules)
            for identity in by_imported[imported]
            if identity not in planned or not planned[identity].leaves_with
        ]
        others = set(step.importers).difference(
            *(importers[imported] for imported in importers if _is_about(imported, step.modules))
        )
        yield models.DeletionProgress(
            tuple(step.modules),
            tuple(step.after),
            tuple(step.own_tests),
            None if still_open is None else len(left),
            _compose_sentence(step, [planned.get(one) for one in left], len(others)),
        )


def _is_about(imported: str, modules: Sequence[str]) -> bool:
    """Whether what a violation imports is one of some modules, or one is below the other."""
    name = imported.partition(":")[0]
    return any(
        name == module or name.startswith(f"{module}.") or module.startswith(f"{name}.")
        for module in modules
    )


def _compose_sentence(
    step: PlannedDeletion, left: Sequence[PlannedViolation | None], others: int
) -> str:
    """Say when modules can be deleted.

    Args:
        step: the modules.
        left: the violations that import them; None for each that the plan does not have.
        others: how many importers no violation stands for, as of the plan.
    """
    batches = [one.batch for one in left if one is not None and one.batch is not None]
    staying = len(left) - len(batches) + others
    if staying:
        return f"Not yet: {count(staying, 'import')} would be left after all batches."
    conditions = [f"batch {max(batches)}"] if batches else []
    conditions += step.after
    if conditions:
        return f"After {', '.join(conditions)}."
    return f"Now: nothing imports {'it' if len(step.modules) == 1 else 'them'} any more."

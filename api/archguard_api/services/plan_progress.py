"""How much of a plan is done, in numbers and in a sentence."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard_api import models

if TYPE_CHECKING:
    from collections.abc import Collection

    from archguard_api.models import StoredPlan

    Identity = tuple[str, str, str]


def measure_plan(stored: StoredPlan, still_open: Collection[Identity] | None) -> models.PlanProgress:
    """Return a plan with what is left of it.

    Args:
        stored: the plan.
        still_open: the violations that are open or unknown at the tip of its branch; None: the branch
            has no snapshot.
    """
    by_batch: defaultdict[int | None, list[Identity]] = defaultdict(list)
    codes: defaultdict[str, list[Identity]] = defaultdict(list)
    for one in stored.plan.violations:
        identity = (one.contract, one.importer, one.imported)
        if one.status == "ready":
            by_batch[one.batch].append(identity)
        else:
            codes[one.code or ""].append(identity)
    items = tuple(
        models.BatchProgress(
            id=batch.id,
            owner=batch.owner,
            package=batch.package,
            paths=tuple(batch.paths),
            violations=len(by_batch[batch.id]),
            left=_count_open(by_batch[batch.id], still_open),
            predicted=batch.predicted,
        )
        for batch in stored.plan.batches
    )
    ready = [identity for several in by_batch.values() for identity in several]
    blocked = [identity for several in codes.values() for identity in several]
    done = None if still_open is None else sum(not batch.left for batch in items)
    ready_left, blocked_left = _count_open(ready, still_open), _count_open(blocked, still_open)
    return models.PlanProgress(
        id=stored.id,
        branch=stored.branch,
        received_at=stored.received_at,
        ready=len(ready),
        blocked=len(blocked),
        ready_left=ready_left,
        blocked_left=blocked_left,
        batches=len(items),
        batches_done=done,
        sentence=_compose_sentence(len(items), done, ready_left, blocked_left),
        items=items,
        codes=tuple(
            models.BlockedCode(code, len(several), _count_open(several, still_open))
            for code, several in sorted(codes.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ),
    )


def _count_open(identities: list[Identity], still_open: Collection[Identity] | None) -> int | None:
    return None if still_open is None else sum(one in still_open for one in identities)


def _compose_sentence(
    batches: int, done: int | None, ready_left: int | None, blocked_left: int | None
) -> str:
    noun = "batch" if batches == 1 else "batches"
    if done is None or ready_left is None or blocked_left is None:
        return f"The plan has {batches:,} {noun}; its branch has no snapshot yet."
    verb = "is" if done == 1 else "are"
    if not ready_left + blocked_left:
        return f"{done:,} of {batches:,} {noun} {verb} done; nothing is left."
    violations = "violation" if ready_left == 1 else "violations"
    ready = f"{ready_left:,} {violations} ready"
    return f"{done:,} of {batches:,} {noun} {verb} done; {ready}, {blocked_left:,} blocked."

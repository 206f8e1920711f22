"""`archguard plan --format json`: the whole plan, for scripts.

History of `format_version`: 1 is the first. Keys may be added to a version, but never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.consolidation.migration_plan import (
        Batch,
        ContractCut,
        MigrationPlan,
        PlannedViolation,
    )
    from archguard.reporters.layout import Style

FORMAT_VERSION = 1


def render(plan: MigrationPlan, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a plan as one JSON document, in ASCII, with sorted lists."""
    return format_json(make_document(plan))


def make_document(plan: MigrationPlan) -> dict[str, Any]:
    """Return a plan as values that JSON can hold."""
    return {
        "format_version": FORMAT_VERSION,
        "counts": {
            "ready": len(plan.list_ready()),
            "blocked": len(plan.violations) - len(plan.list_ready()),
            "contracts": dict(plan.counts),
        },
        "violations": [_make_violation(violation) for violation in plan.violations],
        "batches": [_make_batch(batch) for batch in plan.batches],
        "delete_order": [
            {**step._asdict(), "own_tests": [escape(path) for path in step.own_tests]}
            for step in plan.order.deletions
        ],
        "importers": [{**gain._asdict(), "path": escape(gain.path)} for gain in plan.order.importers],
        "cuts": [_make_cut(cut) for cut in plan.order.cuts],
    }


def _make_violation(violation: PlannedViolation) -> dict[str, Any]:
    return {
        "contract": violation.contract,
        "importer": violation.importer,
        "imported": violation.imported,
        "path": escape(violation.path),
        "line": violation.line,
        "status": violation.status,
        "code": violation.code and violation.code.value,
        "reason": violation.reason,
        "symbols": list(violation.symbols),
        "batch": violation.batch,
        "leaves_with": violation.leaves_with or None,
    }


def _make_batch(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.number,
        "owner": batch.owner,
        "notes": list(batch.notes),
        "package": escape(batch.package),
        "paths": [escape(path) for path in batch.paths],
        "violations": len(batch.violations),
        "predicted": dict(batch.predicted),
    }


def _make_cut(cut: ContractCut) -> dict[str, Any]:
    imports = [{**one._asdict(), "path": escape(one.path)} for one in cut.imports]
    return {**cut._asdict(), "imports": imports}

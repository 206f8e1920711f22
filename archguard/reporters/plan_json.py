"""`archguard plan --format json`: the whole plan, for scripts.

History of `format_version`: 1 is the first. Keys may be added to a version, but never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.consolidation.migration_plan import Batch, MigrationPlan, PlannedViolation
    from archguard.reporters.layout import Style

FORMAT_VERSION = 1


def render(plan: MigrationPlan, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a plan as one JSON document, in ASCII, with sorted lists."""
    return format_json(
        {
            "format_version": FORMAT_VERSION,
            "counts": {
                "ready": len(plan.list_ready()),
                "blocked": len(plan.violations) - len(plan.list_ready()),
                "contracts": dict(plan.counts),
            },
            "violations": [_make_violation(violation) for violation in plan.violations],
            "batches": [_make_batch(batch) for batch in plan.batches],
        }
    )


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
    }


def _make_batch(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.number,
        "owner": batch.owner,
        "package": escape(batch.package),
        "paths": [escape(path) for path in batch.paths],
        "violations": len(batch.violations),
        "predicted": dict(batch.predicted),
    }

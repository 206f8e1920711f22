"""Add to a report what rewrites each of its violations, as a plan has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.source_edit import RefusedEdit

if TYPE_CHECKING:
    from archguard.checking.report import Report, Violation
    from archguard.checking.source_edit import SourceEdit
    from archguard.consolidation.migration_plan import MigrationPlan, PlannedViolation

NOT_PLANNED = "not-planned"
"""The code of a violation of a contract that deprecates no module: nobody knows what would mend it."""


def add_edits(report: Report, plan: MigrationPlan) -> Report:
    """Return the report with the edits, or the refusal, of every violation."""
    planned = {one.identity: one for one in plan.violations}
    return report._replace(
        violations=tuple(
            violation._replace(
                edits=_describe(planned[violation.identity])
                if violation.identity in planned
                else _refuse(violation)
            )
            for violation in report.violations
        )
    )


def _describe(planned: PlannedViolation) -> tuple[SourceEdit, ...] | RefusedEdit:
    if planned.code is None:
        return planned.edits
    return RefusedEdit(planned.code.value, planned.path, planned.line)


def _refuse(violation: Violation) -> RefusedEdit:
    places = [(place.path, place.line) for place in violation.occurrences]
    places += [(step.path, step.line) for step in violation.chain]
    path, line = min(places, default=("", 1))
    return RefusedEdit(NOT_PLANNED, path, line)

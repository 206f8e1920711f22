"""The last line of a text report: what to do now."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from archguard.reporters.contract_outcomes import list_failing
from archguard.reporters.culprits import group_by_culprit
from archguard.reporters.sentences import (
    describe_cause,
    describe_ends,
    format_step,
    is_undeclared,
    rank_unread,
)
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from archguard.checking.coverage import Coverage
    from archguard.checking.report import Cause, ContractReport, Report, Violation


def describe_next_step(report: Report) -> str:
    """Say what brings the work forward most easily, in one line."""
    return f"Next: {_find_step(report)}"


def describe_adoption(report: Report) -> list[str]:
    """Name the command that passes today although there are many violations, in one line or none."""
    if not report.adoption:
        return []
    return [f"To pass today, and fail on new violations only: {escape(report.adoption)}"]


def _find_step(report: Report) -> str:
    for contract in report.contracts:
        if contract.error is not None:
            return f"mend the contract {escape(contract.id)}: it could not be judged."
    for contract in report.contracts:
        if not contract.passed:
            return _mend_contract(contract, list_failing(contract, report))
    if report.newly_unread:
        return f"mend {escape(report.newly_unread[0])}, which could be read at the base."
    if report.base is not None and report.violations:
        return "nothing to do for this change; the violations that are left are known."
    step = _mend_coverage(report.coverage) if any(c.lower_bound for c in report.contracts) else None
    return step or _look_further(report)


def _mend_contract(contract: ContractReport, violations: list[Violation]) -> str:
    with_chains = [violation for violation in violations if violation.source is not None]
    if with_chains:
        return _break_chains(with_chains)
    if not violations:
        return f"see what the contract {escape(contract.id)} says above."
    by_module = [
        list(group)
        for _, group in groupby(
            sorted(violations, key=lambda v: (v.imported, v.importer)), key=lambda v: v.imported
        )
    ]
    fewest = min(by_module, key=len)
    violation = fewest[0]
    importer, imported = escape(violation.importer), escape(violation.imported)
    if is_undeclared(violation):
        return f"list {importer} in the contract {escape(contract.id)}, or in its exhaustive_ignores."
    verb = "import" if violation.definition is None else "use"
    new = f"{verb} {escape(violation.replacement)} instead of " if violation.replacement else "remove "
    place = _format_first_place(violation)
    has_others = len(by_module) > 1 and violation.definition is None
    others = f" ({format_count(len(fewest), 'importer')} left)" if has_others else ""
    return f"in {place}, {new}{imported}{others}."


def _break_chains(violations: list[Violation]) -> str:
    causes = sorted({cause for violation in violations for cause in violation.causes}, key=_rank_cause)
    if causes:
        return f"look at {format_step(causes[0])}: {describe_cause(causes[0])}."
    culprit = group_by_culprit(violations)[0]
    count, first = len(culprit.violations), culprit.violations[0]
    step = culprit.steps[0]
    if count > 1:
        return (
            f"look at {format_step(step)}, where {escape(step.importer)} imports "
            f"{escape(step.imported)}: {format_count(count, 'violation')} begin there."
        )
    if len(first.chain) == 1:
        return f"remove the import in {format_step(step)}: {describe_ends(first)}."
    last = first.chain[-1]
    return (
        f"remove one import of the chain from {format_step(step)} to {format_step(last)}: "
        f"{describe_ends(first)}."
    )


def _rank_cause(cause: Cause) -> tuple[int, Cause]:
    return (-cause.violations, cause)


def _format_first_place(violation: Violation) -> str:
    if not violation.occurrences:
        return escape(violation.importer)
    place = violation.occurrences[0]
    return f"{escape(place.path)}:{place.line}"


def _mend_coverage(coverage: Coverage) -> str | None:
    """Say which file or import to look at first, so that a count is no longer a lower bound."""
    unread = sorted(coverage.unread, key=rank_unread)
    if unread:
        place = escape(unread[0].path) + (f":{unread[0].line}" if unread[0].line else "")
        return f"mend or exclude {place}, which could not be read: until then no zero is certain."
    if coverage.undecided:
        place = f"{escape(coverage.undecided[0].path)}:{coverage.undecided[0].line}"
        return f"look at {place}, which may import {escape(coverage.undecided[0].module)}."
    return None


def _look_further(report: Report) -> str:
    """Say what is left when every contract is kept."""
    if report.coverage.outside.names:
        file = report.coverage.outside.names[0]
        return (
            f"look at {escape(file.path)}, which lies under no root and names "
            f"{', '.join(map(escape, file.names))}."
        )
    if report.references:
        first = report.references[0]
        return f"look at {escape(first.path)}:{first.line}, which names {escape(first.module)}."
    if any(contract.warnings for contract in report.contracts):
        return "see the warnings above; every contract is kept."
    return "nothing to do, every contract is kept."

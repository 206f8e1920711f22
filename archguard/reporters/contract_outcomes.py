"""What makes each contract fail, and what it lists besides: for reports that show a test for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.reporters.sentences import NEW, describe, name_base
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.checking.report import ContractReport, Report, Violation


class ContractOutcome(NamedTuple):
    """A contract as a test."""

    contract: ContractReport
    failure: str | None
    """Why it fails, in a few words; None if it does not."""
    failure_lines: tuple[str, ...] = ()
    others: tuple[Violation, ...] = ()
    """The violations that do not make it fail."""
    failed: tuple[Violation, ...] = ()
    """The violations that make it fail."""

    @property
    def name(self) -> str:
        """The contract's name and id, escaped: `One cart [one-cart]`."""
        return f"{escape(self.contract.name)} [{escape(self.contract.id)}]"


def list_outcomes(report: Report) -> list[ContractOutcome]:
    """Return the outcome of each contract, in the order of the report."""
    violations: dict[str, list[Violation]] = {contract.id: [] for contract in report.contracts}
    for violation in report.violations:
        violations[violation.contract].append(violation)
    return [_find_outcome(contract, violations[contract.id], report) for contract in report.contracts]


def list_failing(contract: ContractReport, report: Report) -> list[Violation]:
    """Return the violations that make a contract fail: the new ones, or all of them if none is new.

    If none is new and the contract was weakened although that is forbidden, that makes it fail.
    """
    violations = [violation for violation in report.violations if violation.contract == contract.id]
    new = [violation for violation in violations if violation.status == NEW]
    is_weakened = report.forbids_weakening and bool(contract.weakened)
    return new if new or is_weakened else violations


def list_places(violations: Iterable[Violation]) -> list[str]:
    """Return a line for each place of each violation; a chain has its places in its sentence."""
    lines = []
    for violation in violations:
        sentence = describe(violation)
        places = sorted({(place.path, place.line) for place in violation.occurrences})
        if violation.source is not None or not places:
            lines.append(sentence)
        else:
            lines += [f"{escape(path)}:{line}: {sentence}" for path, line in places]
    return lines


def count_statuses(violations: Sequence[Violation]) -> str:
    """Say how many violations there are of each status: `2 existing violations and 1 new violation`."""
    statuses = sorted({violation.status for violation in violations})
    return " and ".join(
        format_count(sum(v.status == status for v in violations), f"{status} violation")
        for status in statuses
    )


def _find_outcome(
    contract: ContractReport, violations: Sequence[Violation], report: Report
) -> ContractOutcome:
    if contract.error is not None:
        return ContractOutcome(contract, "could not be judged", (escape(contract.error),))
    if contract.passed:
        return ContractOutcome(contract, None, others=tuple(violations))
    new = [violation for violation in violations if violation.status == NEW]
    failed = new or violations
    others = tuple(violation for violation in violations if violation.status != NEW) if new else ()
    texts = (contract.text if not failed else "", contract.guidance)
    remarks = [escape(line) for text in texts for line in text.splitlines() if line.strip()]
    return ContractOutcome(
        contract, _count_failed(failed, report), (*list_places(failed), *remarks), others, tuple(failed)
    )


def _count_failed(violations: Sequence[Violation], report: Report) -> str:
    if not violations:
        return "broken"
    since = f" since {name_base(report.base)}" if report.base and violations[0].status == NEW else ""
    return f"{count_statuses(violations)}{since}"

"""How many violations of each contract are new, existing, fixed and weakened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archguard.checking.report import ContractReport, Report


def add_counts(report: Report) -> Report:
    """Return a report that was compared with a base, with the counts of each contract."""
    return report._replace(contracts=tuple(_count(contract, report) for contract in report.contracts))


def _count(contract: ContractReport, report: Report) -> ContractReport:
    statuses = [v.status for v in report.violations if v.contract == contract.id]
    return contract._replace(
        new=statuses.count("new"),
        existing=statuses.count("existing"),
        fixed=sum(violation.contract == contract.id for violation in report.fixed),
        weakened=sum(weakening.contract == contract.id for weakening in report.weakened),
    )

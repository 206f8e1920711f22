"""Whether a check passes: the verdicts of the contracts, and how strict each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import Weakening
from archguard.configuration.enforcement import Enforcement, find_enforcement
from archguard.ratchet.weakenings import ENFORCEMENT_LOWERED

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from archguard.checking.report import ContractReport, Report
    from archguard.configuration import Configuration


def judge_report(
    report: Report,
    configuration: Configuration,
    base: Configuration | None,
    today: datetime.date,
    *,
    forbid_weakening: bool,
) -> Report:
    """Return the report in which each contract says whether it lets the check pass.

    The stricter of the base's and the tree's `enforce` decides. A contract that does not say how strict
    it is fails on every violation, or with a base on new ones only.

    Args:
        report: the report; compared with the base if there is one.
        configuration: the tree's.
        base: the base's; None if there is no base, or it has no configuration.
        today: the day on which deadlines are judged.
        forbid_weakening: whether a contract fails that counts less than the base's.
    """
    own = _find_all(configuration, today)
    old = _find_all(base, today) if base else {}
    default = Enforcement.RATCHET if report.base else Enforcement.STRICT
    lowered = [
        Weakening(name, None, None, ENFORCEMENT_LOWERED)
        for name in own
        if name in old and (old[name] or default).rank > (own[name] or default).rank
    ]
    weakened = tuple(sorted((*report.weakened, *lowered), key=_order))
    names = {weakening.contract for weakening in weakened}
    contracts = []
    for contract in report.contracts:
        enforcement = max(
            own.get(contract.id) or default, old.get(contract.id) or default, key=lambda e: e.rank
        )
        passed = _passes(contract, report, enforcement)
        if passed and forbid_weakening and contract.id in names:
            passed = False
        contracts.append(
            contract._replace(
                passed=passed,
                weakened=None
                if report.base is None
                else sum(weakening.contract == contract.id for weakening in weakened),
            )
        )
    return report._replace(
        contracts=tuple(contracts), weakened=weakened, forbids_weakening=forbid_weakening
    )


def _passes(contract: ContractReport, report: Report, enforcement: Enforcement) -> bool | None:
    if contract.error is not None:
        return None
    if enforcement is Enforcement.REPORT:
        return True
    lists_nothing = not contract.kept and not contract.violations  # what is new of it, nobody knows
    if enforcement is Enforcement.STRICT or report.base is None or lists_nothing:
        return bool(contract.kept) and not contract.new
    return not contract.new


def _find_all(configuration: Configuration, today: datetime.date) -> Mapping[str, Enforcement | None]:
    return {contract.id: find_enforcement(contract, today) for contract in configuration.contracts}


def _order(weakening: Weakening) -> tuple[str, str, str, str]:
    return (weakening.contract, weakening.importer or "", weakening.imported or "", weakening.how)

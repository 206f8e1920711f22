"""Whether a check passes: the verdicts of the contracts, and how strict each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import ComingStage, Weakening
from archguard.configuration.calendar import Enforcement, read_calendar

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Iterator, Sequence

    from archguard.checking.report import ContractReport, Report
    from archguard.configuration import Configuration
    from archguard.configuration.calendar import Calendar


def judge_report(
    report: Report,
    configuration: Configuration,
    base: Configuration | None,
    today: datetime.date,
    *,
    forbid_weakening: bool,
) -> Report:
    """Return the report in which each contract says whether it lets the check pass.

    The stricter of the base's and the tree's calendars decides. A contract that does not say how strict
    it is fails on every violation, or with a base on new ones only.

    Args:
        report: the report; compared with the base if there is one.
        configuration: the tree's.
        base: the base's; None if there is no base, or it has no configuration.
        today: the day on which the calendars are read.
        forbid_weakening: whether a contract fails that counts less than the base's.
    """
    default = Enforcement.RATCHET if report.base else Enforcement.STRICT
    own = {contract.id: read_calendar(contract) for contract in configuration.contracts}
    earlier = _read_earlier_calendars(configuration, base) if base else {}
    lowered = [
        name
        for name, calendar in own.items()
        if any(_is_lowered(old, calendar, today, default) for old in earlier.get(name, ()))
    ]
    weakened = tuple(sorted((*report.weakened, *_list_weakenings(lowered)), key=_order))
    names = {weakening.contract for weakening in weakened}
    contracts = []
    for contract in report.contracts:
        calendars = [own[contract.id], *earlier.get(contract.id, ())]
        passed = _passes(contract, report, _find_strictest(calendars, today, default))
        if passed and forbid_weakening and contract.id in names:
            passed = False
        contracts.append(
            contract._replace(
                passed=passed,
                deadline=own[contract.id].deadline,
                stages=tuple(_list_coming(contract, own[contract.id], today, default)),
                weakened=None
                if report.base is None
                else sum(weakening.contract == contract.id for weakening in weakened),
            )
        )
    return report._replace(
        contracts=tuple(contracts), weakened=weakened, forbids_weakening=forbid_weakening, today=today
    )


def _read_earlier_calendars(
    configuration: Configuration, base: Configuration
) -> dict[str, list[Calendar]]:
    """Return the calendars that the base has for each contract of the tree that goes on from it."""
    from archguard.ratchet.contract_line import ContractLine  # noqa: PLC0415 (needed with a base only)

    groups = ContractLine(configuration).group(base)
    return {name: [*map(read_calendar, contracts)] for name, contracts in groups.items()}


def _list_weakenings(lowered: Sequence[str]) -> Iterator[Weakening]:
    """Yield what says of each contract that it is less strict than it was."""
    if lowered:
        from archguard.ratchet.weakenings import ENFORCEMENT_LOWERED  # noqa: PLC0415 (rarely needed)

        yield from (Weakening(name, None, None, ENFORCEMENT_LOWERED) for name in lowered)


def _find_strictest(
    calendars: Iterable[Calendar], day: datetime.date, default: Enforcement
) -> Enforcement:
    return max((one.find_enforcement(day) or default for one in calendars), key=lambda e: e.rank)


def _is_lowered(old: Calendar, new: Calendar, today: datetime.date, default: Enforcement) -> bool:
    """Return whether a contract is less strict than it was, today or on a day to come."""
    days = [today, *(day for day in (*old.list_days(), *new.list_days()) if day > today)]
    if any(
        _find_strictest([old], day, default).rank > _find_strictest([new], day, default).rank
        for day in days
    ):
        return True
    return old.deadline is not None and (new.deadline is None or new.deadline > old.deadline)


def _list_coming(
    contract: ContractReport, calendar: Calendar, today: datetime.date, default: Enforcement
) -> Iterator[ComingStage]:
    """Yield the days to come on which it changes what fails, if the tree stays as it is."""
    before = calendar.find_enforcement(today) or default
    for day in calendar.list_days():
        enforcement = calendar.find_enforcement(day) or default
        if day > today and enforcement is not before:
            fails = {Enforcement.STRICT: contract.violations, Enforcement.RATCHET: contract.new or 0}
            yield ComingStage(day, str(enforcement), fails.get(enforcement, 0))
            before = enforcement


def _passes(contract: ContractReport, report: Report, enforcement: Enforcement) -> bool | None:
    if contract.error is not None:
        return None
    if enforcement is Enforcement.REPORT:
        return True
    lists_nothing = not contract.kept and not contract.violations  # what is new of it, nobody knows
    if enforcement is Enforcement.STRICT or report.base is None or lists_nothing:
        return bool(contract.kept) and not contract.new
    return not contract.new


def _order(weakening: Weakening) -> tuple[str, str, str, str]:
    return (weakening.contract, weakening.importer or "", weakening.imported or "", weakening.how)

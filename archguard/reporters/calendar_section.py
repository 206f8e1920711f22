"""What a text report says of dates: deadlines that have passed, and what each coming day will break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.layout import wrap
from archguard.text import escape, format_count

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from archguard.checking.report import ComingStage, ContractReport, Report
    from archguard.reporters.layout import Style

_MEANINGS = {
    "strict": "every violation fails",
    "ratchet": "only new violations fail",
    "report": "nothing fails",
}


def render_calendar(report: Report, style: Style) -> Iterator[str]:
    """Render the day that the report is of, and what it means; nothing if no contract has a date."""
    if report.today is None or not any(c.deadline or c.stages for c in report.contracts):
        return
    yield f"As of {report.today.isoformat()}:"
    for contract in report.contracts:
        if contract.deadline is not None:
            deadline = _describe_deadline(contract, contract.deadline, report.today)
            is_late = contract.deadline < report.today and contract.violations
            for line in wrap(deadline, style, indent=2, hanging=4):
                yield style.paint(line, "red") if is_late else line
        for stage in contract.stages:
            yield from wrap(_describe_stage(contract, stage, report.today), style, indent=2, hanging=4)


def _describe_deadline(contract: ContractReport, deadline: datetime.date, today: datetime.date) -> str:
    days = (deadline - today).days
    left = format_count(contract.violations, "violation") if contract.violations else "no violations"
    if days < 0:
        when = f"passed {format_count(-days, 'day')} ago"
    else:
        when = f"is in {format_count(days, 'day')}" if days else "is today"
    verb = "is" if contract.violations == 1 else "are"
    return (
        f"{escape(contract.name)}: the deadline, {deadline.isoformat()}, {when}, and {left} {verb} left."
    )


def _describe_stage(contract: ContractReport, stage: ComingStage, today: datetime.date) -> str:
    days = format_count((stage.day - today).days, "day")
    breaks = format_count(stage.fails, "violation") if stage.fails else "none"
    meaning = f"{_MEANINGS[stage.enforce]} ({stage.enforce})"
    return (
        f"{escape(contract.name)}: from {stage.day.isoformat()} on, in {days}, {meaning}: {breaks} of "
        "today's would."
    )

"""`--format text`: a report for people, in a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.calendar_section import render_calendar
from archguard.reporters.causes_section import render_causes
from archguard.reporters.comparison_section import render_comparison
from archguard.reporters.contract_outcomes import list_failing
from archguard.reporters.contract_section import list_counts, render_broken, render_unjudged
from archguard.reporters.coverage_section import render_coverage
from archguard.reporters.exposed_section import render_exposed
from archguard.reporters.layout import wrap
from archguard.reporters.next_step import describe_adoption, describe_next_step
from archguard.reporters.remarks import render_references, render_warnings, render_wildcards
from archguard.reporters.sentences import summarize
from archguard.reporters.statistics_section import render_statistics
from archguard.text import escape, escape_log_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.checking.report import ContractReport, Report
    from archguard.reporters.layout import Style


def render(report: Report, style: Style) -> str:
    """Render the verdict, violations, remarks, coverage, a line for each contract, and the next step."""
    if style.quiet:
        return _join([[_paint_verdict(report, style), *_render_verdicts(report, style)]])
    sections = [
        [_paint_verdict(report, style)],
        [*render_causes(report, style)],
        *([*_render_contract(contract, report, style)] for contract in report.contracts),
        [*render_comparison(report, style)],
        [*render_exposed(report)],
        [*(render_statistics(report) if style.statistics else ())],
        [
            *render_warnings(report, style),
            *render_wildcards(report, style),
            *render_references(report, style),
        ],
        [*render_coverage(report, style)],
        [*_render_verdicts(report, style)],
        [*render_calendar(report, style)],
        [describe_next_step(report), *describe_adoption(report)],
    ]
    return _join(sections)


def describe_verdict(contract: ContractReport) -> str:
    """Return the words of a contract's line at the end of the report: verdict, name and counts."""
    verdict, *_ = _choose_verdict(contract)
    counts = ", ".join(list_counts(contract))
    return f"{verdict} {escape(contract.name)}{': ' if counts else ''}{counts}"


def _join(sections: Iterable[list[str]]) -> str:
    lines = [line for section in sections if section for line in (*section, "")][:-1]
    return "\n".join(escape_log_line(line.rstrip()) for line in lines) + "\n"


def _paint_verdict(report: Report, style: Style) -> str:
    """Put the verdict into the first line: logs are cut."""
    verdict, stop, counts = summarize(report).partition(".")
    return style.paint(verdict + stop, "bold", "green" if _passes(report) else "red") + counts


def _render_contract(contract: ContractReport, report: Report, style: Style) -> Iterator[str]:
    if contract.error is not None:
        yield from render_unjudged(contract, style)
    elif contract.passed is not True or (report.base is None and not contract.kept):
        violations = [v for v in report.violations if v.contract == contract.id]
        shown = violations if style.verbose else list_failing(contract, report)
        yield from render_broken(contract, shown, style)


def _render_verdicts(report: Report, style: Style) -> Iterator[str]:
    for contract in report.contracts:
        verdict, *colors = _choose_verdict(contract)
        first, *others = wrap(describe_verdict(contract), style, indent=0, hanging=len(verdict) + 1)
        yield style.paint(verdict, *colors) + first[len(verdict) :]
        yield from others


def _choose_verdict(contract: ContractReport) -> tuple[str, ...]:
    if contract.error is not None:
        return ("ERROR ", "bold", "red")
    if contract.passed:
        return ("kept  ", "green") if contract.kept else ("passed", "green")
    return ("FAILED" if contract.kept else "BROKEN", "bold", "red")


def _passes(report: Report) -> bool:
    return report.passed and not report.errors

"""`--format junit`: a test for each contract, for whatever reads JUnit's XML: Jenkins, GitLab, Azure.

There is no standard. The elements are those of Jenkins' schema, which the other services read, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from archguard.reporters.actions import list_refusals
from archguard.reporters.contract_outcomes import count_statuses, list_outcomes, list_places
from archguard.text import escape, escape_log_line, format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.checking.report import ContractReport, Report, Violation
    from archguard.reporters.contract_outcomes import ContractOutcome
    from archguard.reporters.layout import Style

_CLASS = "archguard.contracts"
"""Services tell tests apart by class and name, and group them by the package of the class."""


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a test for each contract, and one for each other reason why the check fails."""
    tests = [*map(_make_test, list_outcomes(report)), *_list_other_failures(report)]
    counts = {
        "tests": str(len(tests)),
        "failures": str(sum(test.find("failure") is not None for test in tests)),
        "errors": str(sum(test.find("error") is not None for test in tests)),
    }
    suites = ET.Element("testsuites", {"name": "archguard", **counts})
    suite = ET.SubElement(suites, "testsuite", {"name": "archguard", **counts, "skipped": "0"})
    suite.extend(tests)
    ET.indent(suites)
    text: bytes = ET.tostring(suites, encoding="us-ascii", xml_declaration=True)
    return text.decode("ascii") + "\n"


def _make_test(outcome: ContractOutcome) -> ET.Element:
    contract = outcome.contract
    test = ET.Element("testcase", {"classname": _CLASS, "name": outcome.name})
    if outcome.failure is not None:
        tag = "failure" if contract.error is None else "error"
        lines = [*outcome.failure_lines, *list_refusals(outcome.failed)]
        _add(test, tag, contract.type, outcome.failure, lines)
    if lines := [*_describe_others(outcome.others), *_describe_allowed(contract)]:
        output = ET.SubElement(test, "system-out")
        output.text = _join(lines)
    return test


def _describe_others(violations: Sequence[Violation]) -> list[str]:
    return [f"{count_statuses(violations)}:", *list_places(violations)] if violations else []


def _describe_allowed(contract: ContractReport) -> list[str]:
    if not contract.allowed:
        return []
    return [f"{format_count(contract.allowed, 'more violation')} allowed by exceptions."]


def _list_other_failures(report: Report) -> list[ET.Element]:
    """Return tests of what no contract says: files became unreadable, or a contract was weakened."""
    tests = []
    if report.newly_unread:
        test = ET.Element("testcase", {"classname": _CLASS, "name": "Files can still be read"})
        message = f"{format_count(len(report.newly_unread), 'file')} could be read at the base"
        _add(test, "failure", "unread", message, [escape(path) for path in report.newly_unread])
        tests.append(test)
    if report.forbids_weakening and report.weakened:
        test = ET.Element("testcase", {"classname": _CLASS, "name": "Nothing is weakened"})
        lines = [
            escape(" ".join([w.contract, *filter(None, (w.importer, w.imported)), f"({w.how})"]))
            for w in report.weakened
        ]
        message = f"{format_count(len(lines), 'change')} of what is counted"
        _add(test, "failure", "weakened", message, lines)
        tests.append(test)
    return tests


def _add(test: ET.Element, tag: str, kind: str, message: str, lines: Iterable[str]) -> None:
    element = ET.SubElement(test, tag, {"type": escape(kind), "message": message})
    element.text = _join(lines)


def _join(lines: Iterable[str]) -> str:
    """Join lines of which none is a command to a service in whose log they are printed."""
    return "\n".join(map(escape_log_line, lines))

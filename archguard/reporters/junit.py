"""`--format junit`: a test for each contract, for whatever reads JUnit's XML: Jenkins, GitLab, Azure.

There is no standard. The elements are those of Jenkins' schema, which the other services read, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from archguard.reporters.sentences import NEW, describe, name_base
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.checking.report import ContractReport, Report, Violation
    from archguard.reporters.layout import Style

_CLASS = "archguard.contracts"
"""Services tell tests apart by class and name, and group them by the package of the class."""


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a test for each contract, and one for each other reason why the check fails."""
    by_contract: dict[str, list[Violation]] = {contract.id: [] for contract in report.contracts}
    for violation in report.violations:
        by_contract[violation.contract].append(violation)
    tests = [_make_test(contract, by_contract[contract.id], report) for contract in report.contracts]
    tests += _list_other_failures(report)
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


def _make_test(contract: ContractReport, violations: Sequence[Violation], report: Report) -> ET.Element:
    name = f"{escape(contract.name)} [{escape(contract.id)}]"
    test = ET.Element("testcase", {"classname": _CLASS, "name": name})
    if contract.error is not None:
        _add(test, "error", contract.type, "could not be judged", [escape(contract.error)])
        return test
    others = list(violations)
    if not contract.passed:
        new = [violation for violation in violations if violation.status == NEW]
        failed = new or others
        others = [violation for violation in violations if violation not in failed] if new else []
        _add(test, "failure", contract.type, _count(failed, report), _describe_failure(contract, failed))
    if others:
        output = ET.SubElement(test, "system-out")
        output.text = "\n".join([f"{_count_statuses(others)}:", *_describe_all(others)])
    return test


def _describe_failure(contract: ContractReport, violations: Sequence[Violation]) -> list[str]:
    texts = (contract.text if not violations else "", contract.guidance)
    remarks = [escape(line) for text in texts for line in text.splitlines() if line.strip()]
    return [*_describe_all(violations), *remarks]


def _describe_all(violations: Iterable[Violation]) -> list[str]:
    """Return a line for each place of each violation; a chain has its places in its sentence."""
    lines = []
    for violation in violations:
        sentence = describe(violation)
        places = sorted({(place.path, place.line) for place in violation.occurrences})
        if violation.source is not None or not places:
            lines.append(sentence)
        lines += (
            [f"{escape(path)}:{line}: {sentence}" for path, line in places]
            if violation.source is None
            else []
        )
    return lines


def _count(violations: Sequence[Violation], report: Report) -> str:
    """Say how many violations fail a test, and since when."""
    if not violations:
        return "broken"
    since = f" since {name_base(report.base)}" if report.base and violations[0].status == NEW else ""
    return f"{_count_statuses(violations)}{since}"


def _count_statuses(violations: Sequence[Violation]) -> str:
    statuses = sorted({violation.status for violation in violations})
    return " and ".join(
        format_count(sum(v.status == status for v in violations), f"{status} violation")
        for status in statuses
    )


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
    element.text = "\n".join(lines)

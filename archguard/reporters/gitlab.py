"""`--format gitlab`: a Code Quality report, which GitLab shows in a merge request.

GitLab compares the report with that of the target branch by the fingerprints of its entries. A
fingerprint is made of a violation's identity, so a moved line is the same entry.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.reporters.actions import list_refusals
from archguard.reporters.sarif import list_places, make_fingerprint
from archguard.reporters.sentences import EXISTING, describe
from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.checking.report import ContractReport, Report, Violation
    from archguard.reporters.layout import Style

_NO_FILE = ("pyproject.toml", 1)
"""Where an entry without a place stands: GitLab ignores a report in which one has none."""
_FAILING, _KNOWN, _UNJUDGED = "major", "minor", "blocker"


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render an entry for each violation, and for each contract that is broken without listing any."""
    listed = {violation.contract for violation in report.violations}
    opaque = [
        contract for contract in report.contracts if contract.id not in listed and not contract.passed
    ]
    entries = [_describe_violation(violation) for violation in report.violations]
    entries += [_describe_contract(contract) for contract in opaque]
    entries += [_describe_unread(path) for path in report.newly_unread]
    return format_json(entries)


def _describe_violation(violation: Violation) -> dict[str, Any]:
    places = list_places(violation)
    entry = _make_entry(
        violation.contract,
        " ".join([_end(describe(violation)), *list_refusals([violation])]),
        make_fingerprint(*violation.identity),
        _KNOWN if violation.status == EXISTING else _FAILING,
        places[0] if places else _NO_FILE,
    )
    if places[1:]:
        entry["other_locations"] = [_locate(*place) for place in places[1:]]
    return entry


def _end(sentence: str) -> str:
    return sentence if sentence.endswith(".") else f"{sentence}."


def _describe_contract(contract: ContractReport) -> dict[str, Any]:
    name = escape(contract.name)
    if contract.error is not None:
        text = f"{name} could not be judged: {escape(contract.error)}"
        return _make_entry(contract.id, text, make_fingerprint(contract.id, "", ""), _UNJUDGED, _NO_FILE)
    text = f"{name} is broken."
    return _make_entry(contract.id, text, make_fingerprint(contract.id, "", ""), _FAILING, _NO_FILE)


def _describe_unread(path: str) -> dict[str, Any]:
    text = f"{escape(path)} could be read at the base, and cannot now."
    return _make_entry(
        "unread-file", text, make_fingerprint("unread-file", path, ""), _FAILING, (path, 1)
    )


def _make_entry(
    check: str, description: str, fingerprint: str, severity: str, place: tuple[str, int]
) -> dict[str, Any]:
    return {
        "type": "issue",
        "check_name": escape(check),
        "description": description,
        "categories": ["Clarity"],
        "severity": severity,
        "fingerprint": fingerprint,
        "location": _locate(*place),
    }


def _locate(path: str, line: int) -> dict[str, Any]:
    return {"path": escape(path), "lines": {"begin": line, "end": line}}

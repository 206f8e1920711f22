"""`--format sarif`: SARIF 2.1.0, for GitHub code scanning and other viewers.

One rule for each contract, one result for each violation. The standard asks for more than its
schema: what a message quotes must be escaped, or it is a link or a placeholder.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archguard import __version__
from archguard.reporters.sentences import NEW, sentences
from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.checking.report import ContractReport, Report, Violation
    from archguard.graph.model import UnreadFile
    from archguard.reporters.style import Style

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_UNREAD = "unread-file"
_QUOTED = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """The report as one SARIF log with one run."""
    return format_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]})


def fingerprint(contract: str, importer: str, imported: str) -> str:
    """A violation's identity in one word; it outlives every move of lines, files aside."""
    identity = "\0".join((contract, importer, imported))
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()


def _run(report: Report) -> dict[str, Any]:
    contracts = sorted(report.contracts, key=lambda contract: contract.id)
    rules = {contract.id: index for index, contract in enumerate(contracts)}
    return {
        "tool": {"driver": _driver(contracts, report)},
        "originalUriBaseIds": {_ROOT: {"description": _message("The folder that --root names.")}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(contracts, report)],
        "results": _results(contracts, rules, report),
        "properties": _properties(contracts, report),
    }


def _driver(contracts: list[ContractReport], report: Report) -> dict[str, Any]:
    return {
        "name": "archguard",
        "version": __version__,
        "rules": [_rule(contract, report) for contract in contracts],
        "notifications": [
            {"id": _UNREAD, "shortDescription": _message("A file that is not in the import graph.")}
        ],
    }


def _rule(contract: ContractReport, report: Report) -> dict[str, Any]:
    return {
        "id": contract.id,
        "name": escape(contract.name),
        "shortDescription": _message(escape(contract.name)),
        "fullDescription": _message(f"{escape(contract.name)} ({escape(contract.type)})"),
        "help": _message("\n".join(_help(contract, report))),
        "defaultConfiguration": {"level": "error"},
    }


def _help(contract: ContractReport, report: Report) -> list[str]:
    """What to do; GitHub shows it beside each result."""
    replacements = {
        (escape(violation.imported), escape(violation.replacement))
        for violation in report.violations
        if violation.contract == contract.id and violation.replacement
    }
    new_names = {new for _, new in replacements}
    if len(new_names) == 1:
        lines = [f"Import {new_names.pop()} instead."]
    else:
        lines = [f"Instead of {old} import {new}." for old, new in sorted(replacements)]
    lines += [escape(line) for line in contract.guidance.splitlines()]
    lines += [f"Owner: {escape(contract.owner)}."] if contract.owner else []
    lines += [f"Deadline: {contract.deadline.isoformat()}."] if contract.deadline else []
    return lines or [f"A contract of type {escape(contract.type)}."]


def _results(
    contracts: list[ContractReport], rules: dict[str, int], report: Report
) -> list[dict[str, Any]]:
    violations = sorted(report.violations, key=lambda v: (v.contract, v.importer, v.imported))
    results = [_result(violation, rules[violation.contract]) for violation in violations]
    listed = {violation.contract for violation in violations}
    broken = (one for one in contracts if not one.kept and one.id not in listed)
    return [*results, *(_broken_as_a_whole(contract, rules[contract.id]) for contract in broken)]


def _result(violation: Violation, rule: int) -> dict[str, Any]:
    places = [_place(*where) for where in sorted({(o.path, o.line) for o in violation.occurrences})]
    # A violation is one edge, so one result; GitHub reads the first location and no other.
    others = {"relatedLocations": places[1:]} if places[1:] else {}
    return {
        "ruleId": violation.contract,
        "ruleIndex": rule,
        "level": "error",
        "message": _message(sentences(violation)),
        "locations": places[:1] or [_nowhere()],
        **others,
        "partialFingerprints": {
            "archguardViolation/v1": fingerprint(
                violation.contract, violation.importer, violation.imported
            )
        },
        # The standard wants it on every result or on none.
        "baselineState": "new" if violation.status == NEW else "unchanged",
        "properties": {
            "importer": violation.importer,
            "imported": violation.imported,
            "ghost": violation.ghost,
            "kinds": sorted({one.kind.value for one in violation.occurrences}),
        },
    }


def _broken_as_a_whole(contract: ContractReport, rule: int) -> dict[str, Any]:
    """A third-party contract: only itself knows which imports break it."""
    lines = [f"{contract.name} is broken.", *contract.text.splitlines()]
    return {
        "ruleId": contract.id,
        "ruleIndex": rule,
        "level": "error",
        "message": _message("\n".join(map(escape, lines))),
        "locations": [_nowhere()],
        "partialFingerprints": {"archguardViolation/v1": fingerprint(contract.id, "", "")},
        "baselineState": "new",
    }


def _invocation(contracts: list[ContractReport], report: Report) -> dict[str, Any]:
    unread = sorted(report.coverage.unread, key=lambda file: file.path)
    return {
        "executionSuccessful": True,
        "toolExecutionNotifications": [_notification(file) for file in unread],
        "toolConfigurationNotifications": [
            {
                "associatedRule": {"id": contract.id, "index": index},
                "level": "warning",
                "message": _message(escape(warning)),
            }
            for index, contract in enumerate(contracts)
            for warning in contract.warnings
        ],
    }


def _notification(file: UnreadFile) -> dict[str, Any]:
    said = f"Not in the import graph: {escape(file.reason)}."
    if file.names:
        said += f" Its text names {', '.join(map(escape, file.names))}."
    return {
        "descriptor": {"id": _UNREAD},
        "level": "warning" if file.names else "note",
        "message": _message(said),
        "locations": [_place(file.path, file.line)],
    }


def _properties(contracts: list[ContractReport], report: Report) -> dict[str, Any]:
    """What makes the results a measurement; the standard has no place for it."""
    commit = {"commit": report.commit} if report.commit else {}
    return {
        **commit,
        "coverage": {"files": report.coverage.files, "analysed": report.coverage.analysed},
        "contracts": [
            {
                "id": contract.id,
                "kept": contract.kept,
                "violations": contract.violations,
                "lowerBound": contract.lower_bound,
            }
            for contract in contracts
        ],
    }


def _place(path: str, line: int | None) -> dict[str, Any]:
    region = {"region": {"startLine": line}} if line else {}
    artifact = {"uri": _uri(path), "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": artifact, **region}}


def _nowhere() -> dict[str, Any]:
    """The root: over one result without file and line GitHub refuses the whole log."""
    return _place(".", 1)


def _uri(path: str) -> str:
    """A relative reference: no character of a path is left to have a meaning but `/`."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # a lone surrogate that is no escaped byte: a name on Windows
        return quote(path.encode("utf-8", "surrogatepass"))


def _message(text: str) -> dict[str, str]:
    return {"text": text.translate(_QUOTED)}

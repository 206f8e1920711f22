"""`--format sarif`: SARIF 2.1.0, for GitHub code scanning and other viewers.

Each contract is a rule, and each violation a result. The standard requires more than its schema:
brackets and braces in messages must be escaped, or they are links or placeholders.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from archguard import __version__
from archguard.checking.source_edit import RefusedEdit
from archguard.reporters.actions import list_actions
from archguard.reporters.sentences import (
    EXISTING,
    NEW,
    describe,
    describe_cause,
    describe_undecided,
    format_step,
    list_ways,
)
from archguard.reporters.surroundings import quote_path
from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.checking.coverage import Undecided
    from archguard.checking.report import ContractReport, Report, Violation
    from archguard.graph.model import UnreadFile
    from archguard.reporters.layout import Style

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_UNREAD = "unread-file"
_UNDECIDED = "undecided-import"
_STATES = {NEW: "new", EXISTING: "unchanged"}
_QUOTED = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a report as a SARIF log with one run."""
    return format_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]})


def make_fingerprint(contract: str, importer: str, imported: str) -> str:
    """Return a hash of a violation's identity, which does not change with files or lines."""
    identity = "\0".join((contract, importer, imported))
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()


def _run(report: Report) -> dict[str, Any]:
    contracts = sorted(report.contracts, key=lambda contract: contract.id)
    rules = {contract.id: index for index, contract in enumerate(contracts)}
    return {
        "tool": {"driver": _driver(contracts, report)},
        **({"automationDetails": {"id": _name_category(report)}} if report.is_selection else {}),
        "originalUriBaseIds": {_ROOT: {"description": _message("The folder that --root names.")}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(contracts, rules, report)],
        "results": _results(contracts, rules, report),
        "properties": _properties(contracts, report),
    }


def _name_category(report: Report) -> str:
    """Return the category of a run with --contract: GitHub replaces only what has the same category.

    A run of all contracts is the branch's full state, and has the category that the upload gives it.
    """
    names = sorted(quote(escape(contract.id), safe="") for contract in report.contracts)
    return f"archguard/{'+'.join(names)}/"


def _driver(contracts: list[ContractReport], report: Report) -> dict[str, Any]:
    return {
        "name": "archguard",
        "version": __version__,
        "rules": [_rule(contract, report) for contract in contracts],
        "notifications": [
            {"id": _UNREAD, "shortDescription": _message("A file that is not in the import graph.")},
            {"id": _UNDECIDED, "shortDescription": _message("An import that cannot be decided.")},
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
    """Say what to do; GitHub shows it beside each result."""
    replacements = {
        (escape(violation.imported), escape(violation.replacement))
        for violation in report.violations
        if violation.contract == contract.id and violation.replacement
    }
    new_names = {new for _, new in replacements}
    if len(new_names) == 1:
        verb = "Import" if contract.canonical_missing is None else "Use"
        lines = [f"{verb} {new_names.pop()} instead."]
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
    opaque = [
        contract
        for contract in contracts
        if not contract.kept and contract.error is None and contract.id not in listed
    ]
    results += [_third_party_result(contract, rules[contract.id]) for contract in opaque]
    if report.base is None:
        return results
    # The standard requires a state on all results or on none.
    states = [_STATES[violation.status] for violation in violations] + [_STATES[NEW] for _ in opaque]
    return [{**result, "baselineState": state} for result, state in zip(results, states, strict=True)]


def _result(violation: Violation, rule: int) -> dict[str, Any]:
    places = [_location(path, line) for path, line in list_places(violation)]
    # A violation is one result, of which GitHub reads only the first location.
    others = {"relatedLocations": places[1:]} if places[1:] else {}
    return {
        "ruleId": violation.contract,
        "ruleIndex": rule,
        "level": "error",
        "message": _message(_describe(violation)),
        "locations": places[:1] or [_root_location()],
        **others,
        **({"codeFlows": [_code_flow(violation)]} if violation.source is not None else {}),
        **_fix(violation),
        "partialFingerprints": {"archguardViolation/v1": make_fingerprint(*violation.identity)},
        "properties": {
            "importer": violation.importer,
            "imported": violation.imported,
            "ghost": violation.ghost,
            **({"ways": ways} if (ways := list_ways(violation)) else {}),
            "kinds": sorted({occurrence.kind.value for occurrence in violation.occurrences}),
            "actions": [action.text for action in list_actions(violation)],
        },
    }


def _describe(violation: Violation) -> str:
    """Say what is wrong, and which added import makes it."""
    causes = "; ".join(f"{format_step(cause)}: {describe_cause(cause)}" for cause in violation.causes)
    return f"{describe(violation)}\n{causes}." if causes else describe(violation)


def list_places(violation: Violation) -> list[tuple[str, int]]:
    """Return where causes, the chain's steps, or else the import stand, and where it stands again."""
    causes = [(cause.path, cause.line) for cause in violation.causes]
    steps = [(step.path, step.line) for step in violation.chain]
    occurrences = sorted({(place.path, place.line) for place in violation.occurrences})
    return list(dict.fromkeys([*causes, *steps, *occurrences]))


def _code_flow(violation: Violation) -> dict[str, Any]:
    """Return the chain as the way that a viewer can walk, step by step."""
    steps = [
        {
            "location": {
                **_location(step.path, step.line),
                "message": _message(f"{escape(step.importer)} imports {escape(step.imported)}"),
            }
        }
        for step in violation.chain
    ]
    return {"threadFlows": [{"locations": steps}]}


def _fix(violation: Violation) -> dict[str, Any]:
    """Return the edits that rewrite a violation, if some were asked for and there are any."""
    edits = violation.edits
    if not edits or isinstance(edits, RefusedEdit):
        return {}
    by_path: dict[str, list[dict[str, Any]]] = {}
    for edit in edits:
        region = {"byteOffset": edit.start, "byteLength": edit.end - edit.start}
        replacement = {"deletedRegion": region, "insertedContent": {"text": edit.text}}
        by_path.setdefault(edit.path, []).append(replacement)
    changes = [
        {"artifactLocation": {"uri": quote_path(path), "uriBaseId": _ROOT}, "replacements": replacements}
        for path, replacements in by_path.items()
    ]
    text = "; ".join(action.text for action in list_actions(violation))
    return {"fixes": [{"description": _message(text), "artifactChanges": changes}]}


def _third_party_result(contract: ContractReport, rule: int) -> dict[str, Any]:
    """Return one result for a broken third-party contract, whose imports are unknown."""
    lines = [f"{contract.name} is broken.", *contract.text.splitlines()]
    return {
        "ruleId": contract.id,
        "ruleIndex": rule,
        "level": "error",
        "message": _message("\n".join(map(escape, lines))),
        "locations": [_root_location()],
        "partialFingerprints": {"archguardViolation/v1": make_fingerprint(contract.id, "", "")},
    }


def _invocation(
    contracts: list[ContractReport], rules: dict[str, int], report: Report
) -> dict[str, Any]:
    unread = sorted(report.coverage.unread, key=lambda file: file.path)
    undecided = sorted(report.coverage.undecided)
    return {
        "executionSuccessful": all(contract.error is None for contract in contracts),
        "toolExecutionNotifications": [
            *map(_unread_notification, unread),
            *(_undecided_notification(place, rules[place.contract]) for place in undecided),
        ],
        "toolConfigurationNotifications": [
            {
                "associatedRule": {"id": contract.id, "index": index},
                "level": level,
                "message": _message(escape(text)),
            }
            for index, contract in enumerate(contracts)
            for level, text in _list_remarks(contract)
        ]
        + [{"level": "note", "message": _message(escape(notice))} for notice in report.notices],
    }


def _list_remarks(contract: ContractReport) -> list[tuple[str, str]]:
    """Return why a contract could not be judged, and its warnings, each with its level."""
    errors = [("error", contract.error)] if contract.error is not None else []
    return [*errors, *(("warning", warning) for warning in contract.warnings)]


def _unread_notification(file: UnreadFile) -> dict[str, Any]:
    message = f"Not in the import graph: {escape(file.reason)}."
    if file.names:
        message += f" Its text names {', '.join(map(escape, file.names))}."
    elif file.unknown:
        message += " Its text is not known, so it may import anything."
    return {
        "descriptor": {"id": _UNREAD},
        "level": "warning" if file.names or file.unknown else "note",
        "message": _message(message),
        "locations": [_location(file.path, file.line)],
    }


def _undecided_notification(undecided: Undecided, rule: int) -> dict[str, Any]:
    return {
        "descriptor": {"id": _UNDECIDED},
        "associatedRule": {"id": undecided.contract, "index": rule},
        "level": "warning",
        "message": _message(escape(describe_undecided(undecided))),
        "locations": [_location(undecided.path, undecided.line)],
    }


def _properties(contracts: list[ContractReport], report: Report) -> dict[str, Any]:
    """Return coverage and counts, for which the standard has no field."""
    commit = {"commit": report.commit} if report.commit else {}
    return {
        **commit,
        "coverage": {"files": report.coverage.files, "analysed": report.coverage.analysed},
        "contracts": [
            {
                "id": contract.id,
                "kept": None if contract.error is not None else contract.kept,
                "violations": contract.violations,
                "lowerBound": contract.lower_bound,
                "unknown": contract.unknown,
                **({"new": contract.new, "fixed": contract.fixed} if contract.new is not None else {}),
            }
            for contract in contracts
        ],
    }


def _location(path: str, line: int | None) -> dict[str, Any]:
    region = {"region": {"startLine": line}} if line else {}
    artifact = {"uri": quote_path(path), "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": artifact, **region}}


def _root_location() -> dict[str, Any]:
    """Return the root folder as a location: GitHub refuses a log with a result that has none."""
    return _location(".", 1)


def _message(text: str) -> dict[str, str]:
    return {"text": text.translate(_QUOTED)}

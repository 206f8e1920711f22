"""`--format json`: the whole report, for scripts.

History of `format_version`: 1 is the first. Keys may be added to a version, but never change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard import __version__
from archguard.checking.source_edit import RefusedEdit
from archguard.reporters.actions import list_actions
from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.checking.report import (
        Action,
        Cause,
        Causes,
        ContractReport,
        ExceptionReport,
        Report,
        Violation,
    )
    from archguard.checking.source_edit import SourceEdit
    from archguard.graph.model import UnreadFile
    from archguard.reporters.layout import Style

FORMAT_VERSION = 1


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render a report as one JSON document, in ASCII, with sorted lists."""
    return format_json(make_document(report))


def make_document(report: Report) -> dict[str, Any]:
    """Return a report as values that JSON can hold."""
    return {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "archguard", "version": __version__},
        "commit": report.commit,
        "contracts": [_contract(contract) for contract in report.contracts],
        "violations": [make_violation_document(violation) for violation in report.violations],
        "references": [
            {
                "contract": reference.contract,
                "module": reference.module,
                "path": escape(reference.path),
                "line": reference.line,
                "kind": reference.kind,
                "text": escape(reference.text),
            }
            for reference in report.references
        ],
        "coverage": {
            "files": report.coverage.files,
            "analysed": report.coverage.analysed,
            "unread": [_unread(file) for file in report.coverage.unread],
            "outside": {
                "files": report.coverage.outside.files,
                "names": [
                    {"path": escape(file.path), "names": list(file.names)}
                    for file in report.coverage.outside.names
                ],
            },
            "excluded": {
                "files": report.coverage.excluded.files,
                "patterns": list(report.coverage.excluded.patterns),
                "naming": report.coverage.excluded.naming,
            },
            "undecided": [
                {**undecided._asdict(), "path": escape(undecided.path)}
                for undecided in report.coverage.undecided
            ],
        },
        "graph": {"modules": report.modules, "imports": report.imports},
        **(_comparison(report) if report.base else {}),
        "today": report.today and report.today.isoformat(),
        "notices": list(report.notices),
    }


def _comparison(report: Report) -> dict[str, Any]:
    return {
        "base": report.base and report.base._asdict(),
        "fixed": [violation._asdict() for violation in report.fixed],
        "weakened": [weakening._asdict() for weakening in report.weakened],
        "newly_unread": [escape(path) for path in report.newly_unread],
        **({"causes": _causes(report.causes)} if report.causes else {}),
    }


def _causes(causes: Causes) -> dict[str, Any]:
    return {**causes._asdict(), "imports": [_cause(cause) for cause in causes.imports]}


def _cause(cause: Cause) -> dict[str, Any]:
    return {**cause._asdict(), "path": escape(cause.path), "contracts": list(cause.contracts)}


def _contract(contract: ContractReport) -> dict[str, Any]:
    return {
        "id": contract.id,
        "name": contract.name,
        "type": contract.type,
        "kept": None if contract.error is not None else contract.kept,
        "violations": contract.violations,
        "new": contract.new,
        "passed": contract.passed,
        **(_counts(contract) if contract.new is not None else {}),
        "allowed": contract.allowed,
        "lower_bound": contract.lower_bound,
        "exposure": contract.exposure,
        **(_users(contract) if contract.users is not None else {}),
        "ignored": contract.ignored,
        "owner": contract.owner,
        "deadline": contract.deadline.isoformat() if contract.deadline else None,
        "stages": [
            {"from": stage.day.isoformat(), "enforce": stage.enforce, "fails": stage.fails}
            for stage in contract.stages
        ],
        "warnings": list(contract.warnings),
        "text": contract.text,
        "guidance": contract.guidance,
        "unknown": contract.unknown,
        **(
            {"kinds": list(contract.kinds), "other_kinds": contract.other_kinds}
            if contract.kinds
            else {}
        ),
        "exceptions": [_exception(exception) for exception in contract.exceptions],
        **(
            {}
            if contract.canonical_missing is None
            else {"canonical_missing": contract.canonical_missing}
        ),
        **({"error": contract.error} if contract.error is not None else {}),
        **({"exposed": list(contract.exposed)} if contract.exposed else {}),
    }


def _users(contract: ContractReport) -> dict[str, Any]:
    return {
        "users": contract.users,
        "hidden_users": [
            {**user._asdict(), "path": escape(user.path), "way": list(user.way)}
            for user in contract.hidden_users
        ],
    }


def _exception(exception: ExceptionReport) -> dict[str, Any]:
    place = {} if exception.path is None else {"path": escape(exception.path), "line": exception.line}
    fields = exception._asdict()
    del fields["path"], fields["line"]
    return {
        **fields,
        "reason": escape(exception.reason),
        "owner": exception.owner or None,
        "until": exception.until or None,
        **place,
    }


def _counts(contract: ContractReport) -> dict[str, Any]:
    return {
        "existing": contract.existing,
        "fixed": contract.fixed,
        "weakened": contract.weakened,
    }


def make_violation_document(violation: Violation) -> dict[str, Any]:
    """Return a violation as values that JSON can hold."""
    return {
        "contract": violation.contract,
        "importer": violation.importer,
        "imported": violation.imported,
        "ghost": violation.ghost,
        **({"foreign": True} if violation.foreign else {}),
        **({"definition": violation.definition} if violation.definition is not None else {}),
        **({"role": violation.role} if violation.role is not None else {}),
        "status": violation.status,
        "occurrences": [
            {
                "path": escape(place.path),
                "line": place.line,
                "column": place.column,
                "kind": place.kind.value,
                "statement": escape(place.statement),
                "names": list(place.names),
                **({"ways": [list(way) for way in place.ways]} if place.ways else {}),
            }
            for place in violation.occurrences
        ],
        **(_chain(violation) if violation.chain else {}),
        **({"causes": [_cause(cause) for cause in violation.causes]} if violation.causes else {}),
        "replacement": violation.replacement,
        "actions": [_action(action) for action in list_actions(violation)]
        if violation.edits is None
        else _list_edits(violation.edits),
        **(
            {}
            if violation.on_changed_lines is None
            else {"on_changed_lines": violation.on_changed_lines}
        ),
    }


def _list_edits(edits: tuple[SourceEdit, ...] | RefusedEdit) -> list[dict[str, Any]]:
    """Return what rewrites a violation, or why nothing does."""
    if isinstance(edits, RefusedEdit):
        return [{"refused": edits.code, "path": escape(edits.path), "line": edits.line}]
    return [{**edit._asdict(), "path": escape(edit.path)} for edit in edits]


def _action(action: Action) -> dict[str, Any]:
    names = {} if action.new is None else {"old": action.old, "new": action.new}
    return {"kind": action.kind, "text": action.text, **names}


def _chain(violation: Violation) -> dict[str, Any]:
    ends = {} if violation.source is None else {"source": violation.source, "target": violation.target}
    return {
        **ends,
        "chain": [{**step._asdict(), "path": escape(step.path)} for step in violation.chain],
    }


def _unread(file: UnreadFile) -> dict[str, Any]:
    line = {} if file.line is None else {"line": file.line}
    return {
        "path": escape(file.path),
        "reason": file.reason,
        **line,
        "names": list(file.names),
        **({"unknown": True} if file.unknown else {}),
    }

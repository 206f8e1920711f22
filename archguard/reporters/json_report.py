"""`--format json`: everything a check found, for scripts.

`format_version` history: 1, the first. Keys may be added to a version; none is ever changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard import __version__
from archguard.text import escape, format_json

if TYPE_CHECKING:
    from archguard.checking.report import ContractReport, Report, Violation
    from archguard.graph.model import UnreadFile
    from archguard.reporters.style import Style

FORMAT_VERSION = 1


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """The report as one JSON document, in ASCII, its lists sorted."""
    return format_json(document(report))


def document(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "archguard", "version": __version__},
        "commit": report.commit,
        "contracts": [_contract(contract) for contract in report.contracts],
        "violations": [violation_document(violation) for violation in report.violations],
        "references": [
            {
                "contract": reference.contract,
                "module": reference.module,
                "path": escape(reference.path),
                "line": reference.line,
            }
            for reference in report.references
        ],
        "coverage": {
            "files": report.coverage.files,
            "analysed": report.coverage.analysed,
            "unread": [_unread(file) for file in report.coverage.unread],
        },
        "graph": {"modules": report.modules, "imports": report.imports},
    }


def _contract(contract: ContractReport) -> dict[str, Any]:
    return {
        "id": contract.id,
        "name": contract.name,
        "type": contract.type,
        "kept": contract.kept,
        "violations": contract.violations,
        "new": contract.new,
        "lower_bound": contract.lower_bound,
        "exposure": contract.exposure,
        "ignored": contract.ignored,
        "owner": contract.owner,
        "deadline": contract.deadline.isoformat() if contract.deadline else None,
        "warnings": list(contract.warnings),
        "text": contract.text,
        "guidance": contract.guidance,
    }


def violation_document(violation: Violation) -> dict[str, Any]:
    """One violation as plain values."""
    return {
        "contract": violation.contract,
        "importer": violation.importer,
        "imported": violation.imported,
        "ghost": violation.ghost,
        "status": violation.status,
        "occurrences": [
            {"path": escape(one.path), "line": one.line, "kind": one.kind.value}
            for one in violation.occurrences
        ],
        "replacement": violation.replacement,
    }


def _unread(file: UnreadFile) -> dict[str, Any]:
    line = {} if file.line is None else {"line": file.line}
    return {
        "path": escape(file.path),
        "reason": file.reason,
        **line,
        "names": list(file.names),
    }

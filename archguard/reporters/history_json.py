"""A history as JSON lines, for scripts: one commit a line, oldest first."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

from archguard.reporters.json_report import make_violation_document
from archguard.text import format_json_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.history import ContractPoint, HistoryPoint


def format_point(point: HistoryPoint) -> str:
    """Format a commit as a line of JSON, in ASCII, with its line end."""
    return format_json_line(make_document(point))


def make_document(point: HistoryPoint) -> dict[str, Any]:
    """Return a commit as values that JSON can hold."""
    document: dict[str, Any] = {
        "commit": point.commit.id,
        "committed_at": format_time(point.commit.committed_at),
        "contracts": {name: _contract(contract) for name, contract in point.contracts.items()},
        "coverage": {
            "files": point.files,
            "analysed": point.files - point.unread,
            "unread": point.unread,
        },
    }
    if point.violations is not None:
        document["violations"] = [make_violation_document(violation) for violation in point.violations]
        document["changes"] = {name: _changes(contract) for name, contract in point.contracts.items()}
    return document


def parse_commit(text: bytes) -> str | None:
    """Return the commit id of a line; None if it is not a line of a history."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    commit = document.get("commit") if isinstance(document, dict) else None
    return commit if isinstance(commit, str) else None


def format_time(seconds: int) -> str:
    """Format a Unix time as ISO 8601, in UTC."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _contract(point: ContractPoint) -> Mapping[str, Any]:
    return {
        "kept": point.report.kept,
        "violations": point.report.violations,
        "allowed": point.report.allowed,
        "exposure": point.report.exposure,
        **({} if point.report.users is None else {"users": point.report.users}),
        "lower_bound": point.report.lower_bound,
        "added": len(point.changes.added),
        "fixed": len(point.changes.fixed),
        "reintroduced": len(point.changes.reintroduced),
        "unknown": len(point.changes.unknown),
        "dropped": len(point.changes.dropped),
        **(
            {}
            if point.report.canonical_missing is None
            else {"canonical_missing": point.report.canonical_missing}
        ),
    }


def _changes(point: ContractPoint) -> dict[str, list[list[str]]]:
    changes = {
        "added": point.changes.added,
        "fixed": point.changes.fixed,
        "reintroduced": point.changes.reintroduced,
        "unknown": point.changes.unknown,
        "dropped": point.changes.dropped,
    }
    return {name: [list(edge) for edge in sorted(edges)] for name, edges in changes.items()}

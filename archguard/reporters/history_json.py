"""A history as JSON lines: one commit a line, oldest first, for scripts."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

from archguard.reporters.escaping import json_line
from archguard.reporters.json_report import violation_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.history import ContractPoint, HistoryPoint


def line(point: HistoryPoint) -> str:
    """One commit, in ASCII, with its line end."""
    return json_line(document(point))


def document(point: HistoryPoint) -> dict[str, Any]:
    """One commit as plain values."""
    said: dict[str, Any] = {
        "commit": point.commit.id,
        "committed_at": moment(point.commit.committed_at),
        "contracts": {name: _contract(one) for name, one in point.contracts.items()},
        "coverage": {
            "files": point.files,
            "analysed": point.files - point.unread,
            "unread": point.unread,
        },
    }
    if point.violations is not None:
        said["violations"] = [violation_document(violation) for violation in point.violations]
        said["changes"] = {name: _changes(one) for name, one in point.contracts.items()}
    return said


def commit_of(text: bytes) -> str | None:
    """The commit that a line is about; None if it is no line of a history."""
    try:
        read = json.loads(text)
    except ValueError:
        return None
    commit = read.get("commit") if isinstance(read, dict) else None
    return commit if isinstance(commit, str) else None


def moment(seconds: int) -> str:
    """A point in time, in UTC, as ISO 8601 has it."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _contract(one: ContractPoint) -> Mapping[str, Any]:
    return {
        "kept": one.report.kept,
        "violations": one.report.violations,
        "exposure": one.report.exposure,
        "lower_bound": one.report.lower_bound,
        "added": len(one.changes.added),
        "fixed": len(one.changes.fixed),
        "reintroduced": len(one.changes.reintroduced),
    }


def _changes(one: ContractPoint) -> dict[str, list[list[str]]]:
    changes = {
        "added": one.changes.added,
        "fixed": one.changes.fixed,
        "reintroduced": one.changes.reintroduced,
    }
    return {name: [list(edge) for edge in sorted(edges)] for name, edges in changes.items()}

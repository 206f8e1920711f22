"""A report as plain values, and back: JSON makes a list of a tuple, and knows no dates."""

from __future__ import annotations

import datetime
from typing import Any

from archguard.checking.report import (
    ContractReport,
    Coverage,
    Occurrence,
    ReferenceReport,
    Report,
    Violation,
)
from archguard.graph.model import UnreadFile
from archguard.graph.parsing.import_kinds import ImportKind


def plain(report: Report) -> dict[str, Any]:
    """What JSON can hold."""
    return {**report._asdict(), "contracts": [_plain(one) for one in report.contracts]}


def report_of(said: dict[str, Any]) -> Report:
    """The report that `plain` was given, read back from JSON."""
    files, unread = said["coverage"]
    return Report(
        **{
            **said,
            "contracts": tuple(_contract(**one) for one in said["contracts"]),
            "violations": tuple(_violation(*one) for one in said["violations"]),
            "references": tuple(ReferenceReport(*one) for one in said["references"]),
            "coverage": Coverage(files, tuple(_unread(*one) for one in unread)),
        }
    )


def _plain(contract: ContractReport) -> dict[str, Any]:
    deadline = contract.deadline
    return {**contract._asdict(), "deadline": deadline and deadline.isoformat()}


def _contract(deadline: str | None, warnings: list[str], **others: Any) -> ContractReport:
    day = None if deadline is None else datetime.date.fromisoformat(deadline)
    return ContractReport(deadline=day, warnings=tuple(warnings), **others)


def _violation(
    contract: str,
    importer: str,
    imported: str,
    ghost: bool,
    status: str,
    occurrences: list[list[Any]],
    replacement: str | None,
) -> Violation:
    places = (Occurrence(path, line, ImportKind(kind), text) for path, line, kind, text in occurrences)
    return Violation(contract, importer, imported, ghost, status, tuple(places), replacement)


def _unread(
    path: str, reason: str, line: int | None, names: list[str], module: str | None
) -> UnreadFile:
    return UnreadFile(path, reason, line, tuple(names), module)

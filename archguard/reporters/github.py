"""`--format github`: annotations, as GitHub's workflow commands.

A line is `::error file=...,line=...,title=...::message`. GitHub shows ten errors and ten warnings of
a step and drops the others without a word, so what is beyond ten is counted in a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.sentences import NEW, sentences
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import ContractReport, Occurrence, Report, Violation
    from archguard.reporters.style import Style

_SHOWN = 10
_WHY = f"GitHub shows {_SHOWN} of a step; --format text and json list all."


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Errors for what breaks a contract, warnings for what may be missing, and one plain line."""
    lines = [*_errors(report), *_warnings(report), _summary(report)]
    return "\n".join(lines) + "\n"


def _errors(report: Report) -> Iterator[str]:
    whole, places = _broken_as_a_whole(report), _places(report)
    room = max(0, _SHOWN - len(whole))
    names = {contract.id: contract.name for contract in report.contracts}
    for contract in whole[:_SHOWN]:
        yield _command("error", _own_words(contract), title=contract.name)
    for violation, where in places[:room]:
        place = {"file": where.path, "line": str(where.line)} if where else {}
        yield _command("error", sentences(violation), **place, title=names[violation.contract])
    left = len(places[room:]) + len(whole[_SHOWN:])
    if left:
        shown = {_edge(violation) for violation, _ in places[:room]}
        unseen = {_edge(violation) for violation, _ in places} - shown
        more = format_count(len(unseen) + len(whole[_SHOWN:]), "more violation")
        yield _command("notice", f"+{more} ({format_count(left, 'place')}) not annotated: {_WHY}")


def _broken_as_a_whole(report: Report) -> list[ContractReport]:
    """The broken contracts of third-party types: only they themselves know why."""
    listed = {violation.contract for violation in report.violations}
    return [one for one in report.contracts if not one.kept and one.id not in listed]


def _own_words(contract: ContractReport) -> str:
    lines = [f"{contract.name} is broken.", *contract.text.splitlines()]
    return "\n".join(escape(line) for line in lines)


def _places(report: Report) -> list[tuple[Violation, Occurrence | None]]:
    """New violations first; the first place of each before the second place of any."""
    broken = {contract.id for contract in report.contracts if not contract.kept}
    ranked = [
        ((violation.status != NEW, rank, *_edge(violation)), violation, occurrence)
        for violation in report.violations
        if violation.contract in broken
        for rank, occurrence in enumerate(violation.occurrences or (None,))
    ]
    return [(violation, where) for _, violation, where in sorted(ranked, key=lambda one: one[0])]


def _edge(violation: Violation) -> tuple[str, str, str]:
    return violation.contract, violation.importer, violation.imported


def _warnings(report: Report) -> Iterator[str]:
    warnings = []
    for file in report.coverage.unread:
        if file.names:
            line = {"line": str(file.line)} if file.line else {}
            names = ", ".join(map(escape, file.names))
            message = f"This file could not be read: {escape(file.reason)}. It names {names}."
            warnings.append(_command("warning", message, file=file.path, **line, title="Unread file"))
    for contract in report.contracts:
        warnings += [
            _command("warning", escape(warning), title=contract.name) for warning in contract.warnings
        ]
    yield from warnings[:_SHOWN]
    left = len(warnings) - _SHOWN
    if left > 0:
        yield _command("notice", f"+{format_count(left, 'more warning')}: {_WHY}")


def _summary(report: Report) -> str:
    kept = sum(contract.kept for contract in report.contracts)
    at_least = "at least " if any(contract.lower_bound for contract in report.contracts) else ""
    new = sum(contract.new for contract in report.contracts)
    return (
        f"archguard: {kept} kept, {len(report.contracts) - kept} broken; "
        f"{at_least}{format_count(len(report.violations), 'violation')}, {new:,} new; "
        f"read {report.coverage.analysed:,} of {format_count(report.coverage.files, 'file')}."
    )


def _command(name: str, message: str, **properties: str) -> str:
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' * bool(given)}{given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(escape(text)).replace(":", "%3A").replace(",", "%2C")

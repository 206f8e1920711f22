"""`--format github`: annotations, written as GitHub's workflow commands.

An annotation is a line `::error file=...,line=...,title=...::message`. GitHub shows at most ten errors
and ten warnings of a step and silently drops the rest, which is counted in a notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.sentences import NEW, describe
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import ContractReport, Occurrence, Report, Violation
    from archguard.reporters.layout import Style

_SHOWN = 10
_WHY = f"GitHub shows {_SHOWN} of a step; --format text and json list all."


def render(report: Report, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render errors for broken contracts, warnings for unread files, and a summary line."""
    lines = [*_errors(report), *_warnings(report), _summary(report)]
    return "\n".join(lines) + "\n"


def _errors(report: Report) -> Iterator[str]:
    opaque, places = _opaque_contracts(report), _rank_places(report)
    room = max(0, _SHOWN - len(opaque))
    names = {contract.id: contract.name for contract in report.contracts}
    for contract in opaque[:_SHOWN]:
        yield _command("error", _third_party_text(contract), title=contract.name)
    for violation, occurrence in places[:room]:
        place = {"file": occurrence.path, "line": str(occurrence.line)} if occurrence else {}
        yield _command("error", describe(violation), **place, title=names[violation.contract])
    left = len(places[room:]) + len(opaque[_SHOWN:])
    if left:
        shown = {violation.identity for violation, _ in places[:room]}
        unseen = {violation.identity for violation, _ in places} - shown
        more = format_count(len(unseen) + len(opaque[_SHOWN:]), "more violation")
        yield _command("notice", f"+{more} ({format_count(left, 'place')}) not annotated: {_WHY}")


def _opaque_contracts(report: Report) -> list[ContractReport]:
    """Return the broken contracts without violations: those of third-party types."""
    listed = {violation.contract for violation in report.violations}
    return [contract for contract in report.contracts if not contract.kept and contract.id not in listed]


def _third_party_text(contract: ContractReport) -> str:
    lines = [f"{contract.name} is broken.", *contract.text.splitlines()]
    return "\n".join(escape(line) for line in lines)


def _rank_places(report: Report) -> list[tuple[Violation, Occurrence | None]]:
    """Order new violations first, and the first place of each violation before the second of any."""
    broken = {contract.id for contract in report.contracts if not contract.kept}
    ranked = [
        ((violation.status != NEW, rank, *violation.identity), violation, occurrence)
        for violation in report.violations
        if violation.contract in broken
        for rank, occurrence in enumerate(violation.occurrences or (None,))
    ]
    return [(violation, place) for _, violation, place in sorted(ranked, key=lambda item: item[0])]


def _warnings(report: Report) -> Iterator[str]:
    warnings = []
    for file in report.coverage.unread:
        if file.names or file.unknown:
            line = {"line": str(file.line)} if file.line else {}
            effect = (
                f"names {', '.join(map(escape, file.names))}" if file.names else "may import anything"
            )
            message = f"This file could not be read: {escape(file.reason)}. It {effect}."
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
    written = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' * bool(written)}{written}::{_escape_message(message)}"


def _escape_message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_message(escape(text)).replace(":", "%3A").replace(",", "%2C")

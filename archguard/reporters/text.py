"""`--format text`: a report for people, in a terminal or a log."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from archguard.graph.parsing.import_kinds import ImportKind
from archguard.reporters.layout import join_parts, shorten, wrap
from archguard.reporters.sentences import NEW, is_undeclared, split_unread
from archguard.text import escape, escape_log_line, format_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.checking.report import ContractReport, Occurrence, Report, Violation
    from archguard.reporters.layout import Style

_LISTED_VIOLATIONS = 200
_LISTED_UNREAD = 20
_MIN_REASON = 20
_UNREMARKABLE = (ImportKind.TOP_LEVEL, ImportKind.UNDECLARED)
_ALL = "all of them in --format json"


def render(report: Report, style: Style) -> str:
    """Render broken contracts with every statement, then coverage, then a line for each contract."""
    lines: list[str] = []
    for contract in report.contracts:
        if not contract.kept:
            lines += [*_broken(contract, report, style), ""]
    if remarks := [*_warnings(report, style), *_references(report, style)]:
        lines += [*remarks, ""]
    lines += [*_coverage(report, style), "", *_summary(report, style)]
    return "\n".join(escape_log_line(line.rstrip()) for line in lines) + "\n"


def _broken(contract: ContractReport, report: Report, style: Style) -> Iterator[str]:
    # A contract's name states what should be true, so say first that it is not.
    title = f"BROKEN {escape(contract.name)} [{escape(contract.id)}]"
    yield from (style.paint(line, "bold", "red") for line in wrap(title, style, indent=0, hanging=7))
    details = [*_counts(contract)]
    details += [f"owner {escape(contract.owner)}"] if contract.owner else []
    details += [f"deadline {contract.deadline.isoformat()}"] if contract.deadline else []
    if details:
        yield from wrap(", ".join(details), style, indent=2)
    yield from _violations([v for v in report.violations if v.contract == contract.id], style)
    for text in (contract.text, contract.guidance):
        if text.strip():
            yield ""
        for line in text.rstrip().splitlines():
            yield from wrap(escape(line), style, indent=2)


def _violations(violations: list[Violation], style: Style) -> Iterator[str]:
    """List new violations first, grouped by imported module."""
    ordered = sorted(violations, key=lambda v: (v.status != NEW, v.imported, v.importer))
    mixed = len({violation.status == NEW for violation in ordered}) > 1
    listed = 0
    for (known, _), group in groupby(ordered, key=lambda v: (v.status != NEW, v.imported)):
        violations_of_module = list(group)
        shown = violations_of_module[: _LISTED_VIOLATIONS - listed]
        if not shown:
            break
        listed += len(shown)
        yield ""
        yield from _heading(violations_of_module, ("known" if known else NEW) if mixed else "", style)
        for violation in shown:
            yield from _violation(violation, style)
    if len(ordered) > listed:
        yield ""
        yield f"  ... and {format_count(len(ordered) - listed, 'more violation')} ({_ALL})"


def _heading(violations: list[Violation], status: str, style: Style) -> Iterator[str]:
    """Name the imported module, its importers, and its replacement."""
    violation = violations[0]
    undeclared = sum(map(is_undeclared, violations))
    importers = len(violations) - undeclared
    parts = [
        format_count(importers, f"{status} importer".lstrip()) if importers else "",
        f"{format_count(undeclared, f'{status} module'.lstrip())} not listed" if undeclared else "",
    ]
    count = ", ".join(filter(None, parts))
    note = "ghost: the module does not exist" if violation.ghost else ""
    note = "not Python source" if violation.foreign else note
    heading = [(escape(violation.imported), "bold"), (count,), (note, "yellow")]
    yield from join_parts(heading, style, indent=2, hanging=4)
    if violation.replacement:
        yield f"    use {style.paint(escape(violation.replacement), 'green')}"


def _violation(violation: Violation, style: Style) -> Iterator[str]:
    if not violation.occurrences:
        yield f"    {escape(violation.importer)}"
    for statement, group in groupby(violation.occurrences, key=lambda occurrence: occurrence.statement):
        yield from _places(list(group), _list_wordings(statement, violation), style)


def _places(places: list[Occurrence], wordings: list[str], style: Style) -> Iterator[str]:
    """List the places of a statement; it stands beside a single place if it fits, or else below."""
    beside = ""
    for occurrence in places:
        place = f"{escape(occurrence.path)}:{occurrence.line}"
        note = "" if occurrence.kind in _UNREMARKABLE else f"({occurrence.kind.value})"
        if len(places) == 1:
            room = style.width - len(f"    {place}  ") - len(f"  {note}" if note else "")
            beside = _first_fitting(wordings[:2], room)
        parts = [(place, "cyan"), (beside,), (note, "dim")]
        yield "    " + "  ".join(style.paint(*part) for part in parts if part[0])
    if wordings and not beside:
        room = style.width - 6
        yield f"      {_first_fitting(wordings, room) or shorten(wordings[-1], room)}"


def _list_wordings(statement: str, violation: Violation) -> list[str]:
    """Return the statement, then shorter versions without what the heading says about the module."""
    _, word, names = statement.partition(" import ")
    top, last = violation.imported.partition(".")[0], violation.imported.rpartition(".")[2]
    brief = statement.replace(violation.imported, f"{top}...{last}") if top != last else ""
    return [
        escape(wording) for wording in (statement, brief, f"...{word}{names}" if word else "") if wording
    ]


def _first_fitting(wordings: list[str], room: int) -> str:
    return next((wording for wording in wordings if len(wording) <= room), "")


def _warnings(report: Report, style: Style) -> Iterator[str]:
    for contract in report.contracts:
        for warning in contract.warnings:
            remark = f"warning: {escape(contract.id)}: {escape(warning)}"
            yield from _remark(remark, "yellow", style)


def _references(report: Report, style: Style) -> Iterator[str]:
    """List strings that name a deprecated module, unless they are listed as violations."""
    counted_as_violations = {
        violation.contract
        for violation in report.violations
        if any(occurrence.kind == "reference" for occurrence in violation.occurrences)
    }
    for contract, group in groupby(report.references, key=lambda reference: reference.contract):
        if contract in counted_as_violations:
            continue
        strings = list(group)
        verb = "names" if len(strings) == 1 else "name"
        count = format_count(len(strings), "string")
        remark = f"note: {escape(contract)}: {count} {verb} a deprecated module; not counted."
        yield from _remark(remark, "cyan", style)
        place = f"{escape(strings[0].path)}:{strings[0].line}"
        more = f"... and {len(strings) - 1:,} more ({_ALL})" if len(strings) > 1 else ""
        yield from join_parts([(place, "cyan"), (more,)], style, indent=2, hanging=2)


def _remark(text: str, color: str, style: Style) -> Iterator[str]:
    """Yield a line whose first word is coloured."""
    for number, line in enumerate(wrap(text, style, indent=0, hanging=2)):
        word, colon, rest = line.partition(":")
        yield line if number else f"{style.paint(word, color)}{colon}{rest}"


def _coverage(report: Report, style: Style) -> Iterator[str]:
    coverage = report.coverage
    listed, counts = split_unread(coverage.unread)
    summary = (
        f"Read {coverage.analysed:,} of {format_count(coverage.files, 'file')}: "
        f"{format_count(report.modules, 'module')}, {format_count(report.imports, 'import')}."
    )
    yield summary + (f" {len(coverage.unread):,} unread:" if coverage.unread else "")
    unread = sorted(listed, key=lambda file: (not file.names, not file.unknown, file.path))
    for file in unread[:_LISTED_UNREAD]:
        place = escape(file.path) + (f":{file.line}" if file.line else "")
        names = "names a deprecated module" if file.names else ""
        names = "may import anything" if file.unknown else names
        # A reason is cut to the rest of the line; a place is never cut.
        reason = shorten(escape(file.reason), max(_MIN_REASON, style.width - 4 - len(place)))
        parts = [(place, "cyan"), (reason, "dim"), (names, "yellow")]
        yield from join_parts(parts, style, indent=2, hanging=4)
    if len(unread) > _LISTED_UNREAD:
        yield f"  ... and {len(unread) - _LISTED_UNREAD:,} more ({_ALL})"
    for count in counts:
        yield f"  {count}"


def _summary(report: Report, style: Style) -> Iterator[str]:
    for contract in report.contracts:
        verdict, *colors = ("kept  ", "green") if contract.kept else ("BROKEN", "bold", "red")
        counts = ", ".join(_counts(contract))
        text = f"{verdict} {escape(contract.name)}{': ' if counts else ''}{counts}"
        first, *others = wrap(text, style, indent=0, hanging=len(verdict) + 1)
        yield style.paint(verdict, *colors) + first[len(verdict) :]
        yield from others
    kept = sum(contract.kept for contract in report.contracts)
    yield f"{kept} kept, {len(report.contracts) - kept} broken."


def _counts(contract: ContractReport) -> Iterable[str]:
    if contract.violations:
        at_least = "at least " if contract.lower_bound else ""
        new = f" ({contract.new:,} new)" if contract.new != contract.violations else ""
        yield f"{at_least}{format_count(contract.violations, 'violation')}{new}"
    elif contract.lower_bound:
        yield "as far as could be read"
    if contract.exposure:
        yield f"{format_count(contract.exposure, 'module')} exposed"
    if contract.ignored:
        yield f"{format_count(contract.ignored, 'import')} ignored"

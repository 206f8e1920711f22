"""`--format text`: what a person wants first, in a terminal or a log."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from archguard.graph.parsing.import_kinds import ImportKind
from archguard.reporters.escaping import escape, log_line
from archguard.reporters.layout import flow, prose, shortened
from archguard.reporters.sentences import NEW, counted, is_undeclared

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.checking.report import ContractReport, Occurrence, Report, Violation
    from archguard.reporters.style import Style

_LISTED_VIOLATIONS = 200
_LISTED_UNREAD = 20
_MIN_REASON = 20
_UNREMARKABLE = (ImportKind.TOP_LEVEL, ImportKind.UNDECLARED)
_ALL = "all of them in --format json"


def render(report: Report, style: Style) -> str:
    """Broken contracts with every statement, then coverage, then a line for each contract."""
    lines: list[str] = []
    for contract in report.contracts:
        if not contract.kept:
            lines += [*_broken(contract, report, style), ""]
    if remarks := [*_warnings(report, style), *_references(report, style)]:
        lines += [*remarks, ""]
    lines += [*_coverage(report, style), "", *_summary(report, style)]
    return "\n".join(log_line(line.rstrip()) for line in lines) + "\n"


def _broken(contract: ContractReport, report: Report, style: Style) -> Iterator[str]:
    # A contract's name says what should be true, so without the word it reads as if it were.
    title = f"BROKEN {escape(contract.name)} [{escape(contract.id)}]"
    yield from (style.paint(line, "bold", "red") for line in prose(title, style, indent=0, hanging=7))
    about = [*_counts(contract)]
    about += [f"owner {escape(contract.owner)}"] if contract.owner else []
    about += [f"deadline {contract.deadline.isoformat()}"] if contract.deadline else []
    if about:
        yield from prose(", ".join(about), style, indent=2)
    yield from _violations([v for v in report.violations if v.contract == contract.id], style)
    for own_words in (contract.text, contract.guidance):
        if own_words.strip():
            yield ""
        for line in own_words.rstrip().splitlines():
            yield from prose(escape(line), style, indent=2)


def _violations(violations: list[Violation], style: Style) -> Iterator[str]:
    """New ones first, those of one module together."""
    ordered = sorted(violations, key=lambda v: (v.status != NEW, v.imported, v.importer))
    mixed = len({violation.status == NEW for violation in ordered}) > 1
    listed = 0
    for (known, _), group in groupby(ordered, key=lambda v: (v.status != NEW, v.imported)):
        together = list(group)
        shown = together[: _LISTED_VIOLATIONS - listed]
        if not shown:
            break
        listed += len(shown)
        yield ""
        yield from _heading(together, ("known" if known else NEW) if mixed else "", style)
        for violation in shown:
            yield from _violation(violation, style)
    if len(ordered) > listed:
        yield ""
        yield f"  ... and {counted(len(ordered) - listed, 'more violation')} ({_ALL})"


def _heading(together: list[Violation], status: str, style: Style) -> Iterator[str]:
    """The module, who imports it, and what to import instead."""
    violation = together[0]
    undeclared = sum(map(is_undeclared, together))
    importers = len(together) - undeclared
    parts = [
        counted(importers, f"{status} importer".lstrip()) if importers else "",
        f"{counted(undeclared, f'{status} module'.lstrip())} not listed" if undeclared else "",
    ]
    count = ", ".join(filter(None, parts))
    ghost = "ghost: the module does not exist" if violation.ghost else ""
    heading = [(escape(violation.imported), "bold"), (count,), (ghost, "yellow")]
    yield from flow(heading, style, indent=2, hanging=4)
    if violation.replacement:
        yield f"    use {style.paint(escape(violation.replacement), 'green')}"


def _violation(violation: Violation, style: Style) -> Iterator[str]:
    if not violation.occurrences:
        yield f"    {escape(violation.importer)}"
    for statement, group in groupby(violation.occurrences, key=lambda one: one.statement):
        yield from _places(list(group), _wordings(statement, violation), style)


def _places(places: list[Occurrence], wordings: list[str], style: Style) -> Iterator[str]:
    """The places of one statement, which stands beside the only one if it fits, else below the last."""
    beside = ""
    for occurrence in places:
        place = f"{escape(occurrence.path)}:{occurrence.line}"
        note = "" if occurrence.kind in _UNREMARKABLE else f"({occurrence.kind.value})"
        if len(places) == 1:
            room = style.width - len(f"    {place}  ") - len(f"  {note}" if note else "")
            beside = _fitting(wordings[:2], room)
        parts = [(place, "cyan"), (beside,), (note, "dim")]
        yield "    " + "  ".join(style.paint(*part) for part in parts if part[0])
    if wordings and not beside:
        room = style.width - 6
        yield f"      {_fitting(wordings, room) or shortened(wordings[-1], room)}"


def _wordings(statement: str, violation: Violation) -> list[str]:
    """The statement, then shorter ones: without what the heading says of the module anyway."""
    _, word, names = statement.partition(" import ")
    top, last = violation.imported.partition(".")[0], violation.imported.rpartition(".")[2]
    brief = statement.replace(violation.imported, f"{top}...{last}") if top != last else ""
    return [escape(one) for one in (statement, brief, f"...{word}{names}" if word else "") if one]


def _fitting(wordings: list[str], room: int) -> str:
    return next((wording for wording in wordings if len(wording) <= room), "")


def _warnings(report: Report, style: Style) -> Iterator[str]:
    for contract in report.contracts:
        for warning in contract.warnings:
            said = f"warning: {escape(contract.id)}: {escape(warning)}"
            yield from _remark(said, "yellow", style)


def _references(report: Report, style: Style) -> Iterator[str]:
    """Strings that name a deprecated module, where they are not listed as violations."""
    counted_as_violations = {
        violation.contract
        for violation in report.violations
        if any(one.kind == "reference" for one in violation.occurrences)
    }
    for contract, group in groupby(report.references, key=lambda one: one.contract):
        if contract in counted_as_violations:
            continue
        named = list(group)
        verb = "names" if len(named) == 1 else "name"
        said = f"note: {escape(contract)}: {counted(len(named), 'string')} {verb} a deprecated module"
        yield from _remark(f"{said}; not counted.", "cyan", style)
        place = f"{escape(named[0].path)}:{named[0].line}"
        more = f"... and {len(named) - 1:,} more ({_ALL})" if len(named) > 1 else ""
        yield from flow([(place, "cyan"), (more,)], style, indent=2, hanging=2)


def _remark(said: str, color: str, style: Style) -> Iterator[str]:
    """A line whose first word has a colour."""
    for number, line in enumerate(prose(said, style, indent=0, hanging=2)):
        word, colon, rest = line.partition(":")
        yield line if number else f"{style.paint(word, color)}{colon}{rest}"


def _coverage(report: Report, style: Style) -> Iterator[str]:
    coverage = report.coverage
    read = (
        f"Read {coverage.analysed:,} of {counted(coverage.files, 'file')}: "
        f"{counted(report.modules, 'module')}, {counted(report.imports, 'import')}."
    )
    unread = sorted(coverage.unread, key=lambda file: (not file.names, file.path))
    yield read + (f" {len(unread):,} unread:" if unread else "")
    for file in unread[:_LISTED_UNREAD]:
        place = escape(file.path) + (f":{file.line}" if file.line else "")
        names = "names a deprecated module" if file.names else ""
        # Of a reason a line's rest is enough; a place is never cut.
        reason = shortened(escape(file.reason), max(_MIN_REASON, style.width - 4 - len(place)))
        parts = [(place, "cyan"), (reason, "dim"), (names, "yellow")]
        yield from flow(parts, style, indent=2, hanging=4)
    if len(unread) > _LISTED_UNREAD:
        yield f"  ... and {len(unread) - _LISTED_UNREAD:,} more ({_ALL})"


def _summary(report: Report, style: Style) -> Iterator[str]:
    for contract in report.contracts:
        verdict, *colors = ("kept  ", "green") if contract.kept else ("BROKEN", "bold", "red")
        counts = ", ".join(_counts(contract))
        said = f"{escape(contract.name)}{': ' if counts else ''}{counts}"
        first, *others = prose(f"{verdict} {said}", style, indent=0, hanging=len(verdict) + 1)
        yield style.paint(verdict, *colors) + first[len(verdict) :]
        yield from others
    kept = sum(contract.kept for contract in report.contracts)
    yield f"{kept} kept, {len(report.contracts) - kept} broken."


def _counts(contract: ContractReport) -> Iterable[str]:
    if contract.violations:
        at_least = "at least " if contract.lower_bound else ""
        new = f" ({contract.new:,} new)" if contract.new != contract.violations else ""
        yield f"{at_least}{counted(contract.violations, 'violation')}{new}"
    elif contract.lower_bound:
        yield "as far as could be read"
    if contract.exposure:
        yield f"{counted(contract.exposure, 'module')} exposed"
    if contract.ignored:
        yield f"{counted(contract.ignored, 'import')} ignored"

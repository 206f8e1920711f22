"""`--format text`: what a person wants first, in a terminal or a log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.escaping import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking import ContractReport, Occurrence, Report, Violation
    from archguard.reporters.style import Style

_LISTED_UNREAD = 20


def render(report: Report, style: Style) -> str:
    """Broken contracts with every statement, then coverage, then a line for each contract."""
    lines = []
    for contract in report.contracts:
        if not contract.kept:
            lines += [*_broken(contract, report, style), ""]
    lines += [*_warnings(report, style), *_coverage(report, style)]
    lines += ["", *_summary(report, style)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _broken(contract: ContractReport, report: Report, style: Style) -> Iterator[str]:
    yield style.paint(f"{visible(contract.name)} [{visible(contract.id)}]", "bold", "red")
    about = [f"owner {visible(contract.owner)}"] if contract.owner else []
    about += [f"deadline {contract.deadline.isoformat()}"] if contract.deadline else []
    if about:
        yield f"  {', '.join(about)}"
    violations = [v for v in report.violations if v.contract == contract.id]
    previous = None
    for violation in sorted(violations, key=lambda v: (v.status != "new", v.imported, v.importer)):
        if violation.imported != previous:
            yield ""
            yield f"  {_heading(violation, violations, style)}"
            previous = violation.imported
        for occurrence in violation.occurrences:
            yield from _occurrence(occurrence, violation, style)
        if not violation.occurrences:
            yield f"    {visible(violation.importer)}"
    yield from (f"  {visible(line)}" for line in contract.text.splitlines())
    if contract.guidance:
        yield ""
        yield from (f"  {visible(line)}" for line in contract.guidance.splitlines())


def _heading(violation: Violation, violations: list[Violation], style: Style) -> str:
    count = sum(1 for one in violations if one.imported == violation.imported)
    importers = f"{count} importer{'s' * (count != 1)}"
    heading = f"{style.paint(visible(violation.imported), 'bold')}  {importers}"
    if violation.ghost:
        heading += style.paint("  ghost: the module does not exist", "yellow")
    if violation.replacement:
        heading += f"\n    use {style.paint(visible(violation.replacement), 'green')}"
    return heading


def _occurrence(occurrence: Occurrence, violation: Violation, style: Style) -> Iterator[str]:
    place = f"{visible(occurrence.path)}:{occurrence.line}"
    note = "" if occurrence.kind == "top-level" else f"  ({occurrence.kind.value})"
    if occurrence.kind == "undeclared":
        note = f"  (not listed in {violation.imported})"
    statement = visible(occurrence.statement)
    one_line = f"    {place}  {statement}{note}"
    if len(one_line) <= style.width:
        yield f"    {style.paint(place, 'cyan')}  {statement}{style.paint(note, 'dim')}"
        return
    yield f"    {style.paint(place, 'cyan')}{style.paint(note, 'dim')}"
    if statement:
        room = style.width - 6
        yield f"      {statement if len(statement) <= room else statement[: room - 3] + '...'}"


def _warnings(report: Report, style: Style) -> Iterator[str]:
    warned = False
    for contract in report.contracts:
        for warning in contract.warnings:
            yield f"{style.paint('warning', 'yellow')} {contract.id}: {visible(warning)}"
            warned = True
    counted = {reference.contract for reference in report.references}
    for contract in sorted(counted):
        named = [one for one in report.references if one.contract == contract]
        yield (
            f"{style.paint('note', 'cyan')} {contract}: {len(named)} "
            f"string{'s' * (len(named) != 1)} name{'s' * (len(named) == 1)} a deprecated module"
            f" ({visible(named[0].path)}:{named[0].line}{', ...' * (len(named) > 1)})"
        )
        warned = True
    if warned:
        yield ""


def _coverage(report: Report, style: Style) -> Iterator[str]:
    coverage = report.coverage
    line = (
        f"Read {coverage.analysed:,} of {coverage.files:,} files: {report.modules:,} modules, "
        f"{report.imports:,} imports."
    )
    yield line + (f" {len(coverage.unread):,} unread:" if coverage.unread else "")
    for file in coverage.unread[:_LISTED_UNREAD]:
        place = visible(file.path) + (f":{file.line}" if file.line else "")
        names = style.paint("  names a deprecated module", "yellow") if file.names else ""
        yield f"  {place}  {style.paint(file.reason, 'dim')}{names}"
    more = len(coverage.unread) - _LISTED_UNREAD
    if more > 0:
        yield f"  ... and {more:,} more (all of them in --format json)"


def _summary(report: Report, style: Style) -> Iterator[str]:
    for contract in report.contracts:
        verdict = (
            style.paint("kept  ", "green") if contract.kept else style.paint("BROKEN", "bold", "red")
        )
        yield f"{verdict} {visible(contract.name)}{_counts(contract)}"
    kept = sum(contract.kept for contract in report.contracts)
    yield f"{kept} kept, {len(report.contracts) - kept} broken."


def _counts(contract: ContractReport) -> str:
    counts = []
    if contract.violations:
        at_least = "at least " if contract.lower_bound else ""
        plural = "s" * (contract.violations != 1)
        counts.append(f"{at_least}{contract.violations} violation{plural}")
    elif contract.lower_bound:
        counts.append("as far as could be read")
    if contract.exposure:
        counts.append(f"{contract.exposure} modules exposed")
    if contract.ignored:
        counts.append(f"{contract.ignored} ignored")
    return f": {', '.join(counts)}" if counts else ""

"""Sentences about a violation that several formats share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archguard.graph.model import ImportKind
from archguard.sources.source import CYTHON, NOTEBOOK, SCRIPT, STUB
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.coverage import Excluded, Outside, Undecided
    from archguard.checking.report import BaseReport, Cause, ChainStep, Report, Violation
    from archguard.graph.model import UnreadFile

NEW, EXISTING = "new", "existing"
_LISTED_PATHS = 3
ALL = "all of them in --format json"
"""Where to find what a report leaves out."""
_KINDS = {STUB: "type stub", CYTHON: "Cython file", NOTEBOOK: "notebook", SCRIPT: "script"}


def summarize(report: Report) -> str:
    """Say the verdict, then how many violations there are and in how many files they were looked for."""
    if report.base is not None:
        return f"{_compare(report)}. {_summarize_violations(report)}"
    return f"{count_verdicts(report)}. {_summarize_violations(report)}"


def name_base(base: BaseReport) -> str:
    """Return the base's name and its commit, escaped: `main (1234567890)`."""
    name = escape(base.name)
    return f"{name} ({base.commit[:10]})" if base.commit and base.commit != base.name else name


def _compare(report: Report) -> str:
    new = sum(contract.new or 0 for contract in report.contracts)
    verdict = "Passed" if report.passed else "Failed"
    violations = format_count(new, "new violation") if new else "no new violations"
    base = name_base(report.base) if report.base else ""
    return f"{verdict}: {violations} since {base}"


def count_verdicts(report: Report) -> str:
    """Say how many contracts are kept, broken, and could not be judged."""
    unjudged = sum(contract.error is not None for contract in report.contracts)
    kept = sum(bool(contract.kept) and contract.error is None for contract in report.contracts)
    verdicts = f"{kept:,} kept, {len(report.contracts) - kept - unjudged:,} broken"
    return f"{verdicts}, {unjudged:,} not judged" if unjudged else verdicts


def _summarize_violations(report: Report) -> str:
    coverage, count = report.coverage, len(report.violations)
    at_least = any(contract.lower_bound for contract in report.contracts)
    violations = format_count(count, "violation") if count else "no violations"
    violations = f"at least {violations}" if at_least and count else violations
    files = (
        f"{coverage.analysed:,} of {format_count(coverage.files, 'file')}"
        if coverage.unread
        else format_count(coverage.files, "file")
    )
    as_far = ", as far as could be read" if at_least and not count else ""
    return f"{violations[0].upper()}{violations[1:]} in {files}{as_far}."


def describe_undecided(undecided: Undecided) -> str:
    """Say which import may or may not break a contract."""
    return (
        f"{undecided.importer} may ask for {undecided.module}, "
        "which nobody can know without running the code."
    )


def split_unread(unread: Sequence[UnreadFile]) -> tuple[list[UnreadFile], list[str]]:
    """Return the unread files to list, and a line for each kind of the others that counts them.

    Stubs, notebooks and the like are many and expected; one matters if it names a deprecated module.
    """
    numbers = Counter(file.reason for file in unread if _is_expected(file))
    counts = [
        f"{format_count(numbers[reason], noun)} not analysed; "
        f"{'it names' if numbers[reason] == 1 else 'they name'} no deprecated module"
        for reason, noun in _KINDS.items()
        if numbers[reason]
    ]
    return [file for file in unread if not _is_expected(file)], counts


def rank_unread(file: UnreadFile) -> tuple[bool, bool, bool, str]:
    """Return what to sort unread files by, those first that may hide most."""
    return (not file.names, not file.unknown, file.reason == STUB, file.path)


def _is_expected(file: UnreadFile) -> bool:
    return file.reason in _KINDS and not file.names and not file.unknown


def is_undeclared(violation: Violation) -> bool:
    """Return whether the violation is a module missing from an exhaustive contract, not an import."""
    if not violation.occurrences:  # a namespace package has no file
        return violation.imported == violation.importer.rpartition(".")[0]
    return all(occurrence.kind == ImportKind.UNDECLARED for occurrence in violation.occurrences)


def describe_outside(outside: Outside) -> str:
    """Say how many Python files lie below no root, and which name a deprecated module, escaped."""
    count, verb = format_count(outside.files, "Python file"), "lies" if outside.files == 1 else "lie"
    sentence = f"{count} {verb} under no root"
    if not outside.names:
        return f"{sentence}."
    paths = [escape(file.path) for file in outside.names]
    listed = ", ".join(paths[:_LISTED_PATHS]) + (", ..." if len(paths) > _LISTED_PATHS else "")
    return f"{sentence}, {_count_naming(len(paths))} a deprecated module: {listed}"


def describe_excluded(excluded: Excluded) -> str:
    """Say how many files are excluded, by which patterns, and whether deprecated modules are named."""
    patterns = ", ".join(map(escape, excluded.patterns))
    verb = "is" if excluded.files == 1 else "are"
    sentence = f"{format_count(excluded.files, 'Python file')} {verb} excluded ({patterns})"
    naming = f", {_count_naming(excluded.naming)} a deprecated module" if excluded.naming else ""
    return f"{sentence}{naming}."


def _count_naming(number: int) -> str:
    return f"{number:,} of them {'names' if number == 1 else 'name'}"


def describe(violation: Violation) -> str:
    """Say what is wrong and what to do about it, escaped."""
    if violation.source is not None:
        return f"{describe_ends(violation)}: {' -> '.join(map(format_step, violation.chain))}"
    importer, imported = escape(violation.importer), escape(violation.imported)
    if is_undeclared(violation):
        return f"{importer} is not listed in {imported}."
    if violation.definition is not None:
        return _describe_class(violation)
    kinds = {occurrence.kind for occurrence in violation.occurrences}
    verb = "name" if kinds == {ImportKind.REFERENCE} else "import"
    sentence = f"{importer} must not {verb} {imported}"
    note = ", which does not exist" if violation.ghost else ""
    note = ", which is not Python source" if violation.foreign else note
    ways = list_ways(violation)
    by_way = f", as it does by way of {ways[0]}" if ways else ""
    sentence += f"{note}{by_way}."
    return f"{sentence} Use {escape(violation.replacement)}." if violation.replacement else sentence


def _describe_class(violation: Violation) -> str:
    imported, definition = escape(violation.imported), escape(violation.definition or "")
    sentence = f"{imported} is not the canonical class."
    if imported != definition:
        sentence = f"{imported} is another name of {definition}."
    return f"{sentence} Use {escape(violation.replacement)}." if violation.replacement else sentence


def describe_fixed(importer: str, imported: str) -> str:
    """Say what of a violation is gone, given names as they are to be shown."""
    if names_class(importer, imported):
        return f"{imported} is gone"
    return f"{importer} no longer imports {imported}"


def describe_uncounted(importer: str, imported: str) -> str:
    """Say what is no longer counted, given names as they are to be shown."""
    if names_class(importer, imported):
        return f"{imported} exists"
    return f"{importer} imports {imported}"


def names_class(importer: str, imported: str) -> bool:
    """Return whether a violation is a class, or another name of one: `module:Name` of the module itself.

    A deprecated symbol has such a name, too, and its own module never violates anything by it. Both
    names may stand in backquotes.
    """
    module, colon, _ = imported.strip("`").partition(":")
    return bool(colon) and module == importer.strip("`")


def list_ways(violation: Violation) -> list[str]:
    """Return the ways by which a deprecated symbol is imported from elsewhere, each once, escaped."""
    ways = [way for place in violation.occurrences for way in place.ways if len(way) > 1]
    return [format_way(way) for way in dict.fromkeys(ways)]


def format_way(way: Sequence[str]) -> str:
    """Return the names that an import passes, escaped: `shop:Engine -> shop.engine:Engine`."""
    return " -> ".join(map(escape, way))


def describe_ends(violation: Violation) -> str:
    """Say which module that the contract names reaches which, escaped."""
    source, target = escape(violation.source or ""), escape(violation.target or "")
    return f"{source} reaches {'itself' if source == target else target}"


def describe_cause(cause: Cause) -> str:
    """Say how much an added import makes: `this import makes 46 violations in 3 contracts`."""
    violations = format_count(cause.violations, "violation")
    contracts = len(cause.contracts)
    return f"this import makes {violations}" + (f" in {contracts:,} contracts" if contracts > 1 else "")


def format_step(step: ChainStep | Cause) -> str:
    """Return where a step of a chain stands, escaped."""
    return f"{escape(step.path)}:{step.line}"

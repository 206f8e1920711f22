"""Sentences about a violation that several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.parsing.import_kinds import ImportKind
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from archguard.checking.report import Excluded, Outside, Violation

NEW = "new"
_LISTED_PATHS = 3


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
    importer, imported = escape(violation.importer), escape(violation.imported)
    if is_undeclared(violation):
        return f"{importer} is not listed in {imported}."
    kinds = {occurrence.kind for occurrence in violation.occurrences}
    verb = "name" if kinds == {ImportKind.REFERENCE} else "import"
    sentence = f"{importer} must not {verb} {imported}"
    sentence += ", which does not exist." if violation.ghost else "."
    return f"{sentence} Use {escape(violation.replacement)}." if violation.replacement else sentence

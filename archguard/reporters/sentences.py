"""Sentences about a violation that several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.parsing.import_kinds import ImportKind
from archguard.text import escape

if TYPE_CHECKING:
    from archguard.checking.report import Violation

NEW = "new"


def is_undeclared(violation: Violation) -> bool:
    """Return whether the violation is a module missing from an exhaustive contract, not an import."""
    if not violation.occurrences:  # a namespace package has no file
        return violation.imported == violation.importer.rpartition(".")[0]
    return all(occurrence.kind == ImportKind.UNDECLARED for occurrence in violation.occurrences)


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

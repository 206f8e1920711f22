"""Sentences about a violation that several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.text import escape

if TYPE_CHECKING:
    from archguard.checking.report import Violation

NEW = "new"
_REFERENCE = "reference"
_UNDECLARED = "undeclared"


def is_undeclared(violation: Violation) -> bool:
    """Return whether the violation is a module missing from an exhaustive contract, not an import."""
    if not violation.occurrences:  # a namespace package has no file
        return violation.imported == violation.importer.rpartition(".")[0]
    return all(occurrence.kind == _UNDECLARED for occurrence in violation.occurrences)


def describe(violation: Violation) -> str:
    """Say what is wrong and what to do about it, escaped."""
    importer, imported = escape(violation.importer), escape(violation.imported)
    if is_undeclared(violation):
        return f"{importer} is not listed in {imported}."
    only_named = violation.occurrences and all(o.kind == _REFERENCE for o in violation.occurrences)
    sentence = f"{importer} must not {'name' if only_named else 'import'} {imported}"
    sentence += ", which does not exist." if violation.ghost else "."
    return f"{sentence} Use {escape(violation.replacement)}." if violation.replacement else sentence

"""What the formats that people read say in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.parsing.import_kinds import ImportKind
from archguard.reporters.escaping import escape

if TYPE_CHECKING:
    from archguard.checking.report import Violation

NEW = "new"


def counted(number: int, noun: str) -> str:
    """The number with its noun, whose plural is regular: 1 file, 8,063 files."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def is_undeclared(violation: Violation) -> bool:
    """Whether it is a module that an exhaustive contract does not list, and no import."""
    if not violation.occurrences:  # a namespace has no file
        return violation.imported == violation.importer.rpartition(".")[0]
    return all(one.kind == ImportKind.UNDECLARED for one in violation.occurrences)


def sentences(violation: Violation) -> str:
    """What is wrong and what to do about it."""
    importer, imported = escape(violation.importer), escape(violation.imported)
    if is_undeclared(violation):
        return f"{importer} is not listed in {imported}."
    kinds = {occurrence.kind for occurrence in violation.occurrences}
    verb = "name" if kinds == {ImportKind.REFERENCE} else "import"
    said = f"{importer} must not {verb} {imported}"
    said += ", which does not exist." if violation.ghost else "."
    return f"{said} Use {escape(violation.replacement)}." if violation.replacement else said

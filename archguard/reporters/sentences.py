"""Sentences about a violation that several formats share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archguard.graph.parsing.import_kinds import ImportKind
from archguard.sources.source import CYTHON, NOTEBOOK, SCRIPT, STUB
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.report import Violation
    from archguard.graph.model import UnreadFile

NEW = "new"


_KINDS = {STUB: "type stub", CYTHON: "Cython file", NOTEBOOK: "notebook", SCRIPT: "script"}


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


def _is_expected(file: UnreadFile) -> bool:
    return file.reason in _KINDS and not file.names and not file.unknown


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

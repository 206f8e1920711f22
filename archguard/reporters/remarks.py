"""Remarks in a text report: warnings, and what is listed and not counted, such as strings."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from archguard.graph.model import ImportKind
from archguard.reporters.layout import join_parts, wrap
from archguard.reporters.sentences import ALL
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import ExceptionReport, ReferenceReport, Report
    from archguard.reporters.layout import Style

_LISTED_REFERENCES = 10
_LISTED_WARNINGS = 20
"""Of each contract."""
_LITERAL = "literal"
_NOUNS = {
    _LITERAL: "string",
    "configuration": "configuration value",
    "attribute": "attribute",
    "alias": "other name",
    "re-export": "re-export",
}
_ALIASES = ("alias", "re-export")
_COUNTED = (ImportKind.REFERENCE, ImportKind.ALIAS)


def render_warnings(report: Report, style: Style) -> Iterator[str]:
    """Render the warnings of every contract."""
    for contract in report.contracts:
        listed = style.limit(_LISTED_WARNINGS)
        for warning in contract.warnings[:listed]:
            remark = f"warning: {escape(contract.id)}: {escape(warning)}"
            yield from _render_remark(remark, "yellow", style)
        left = len(contract.warnings) - listed
        if left > 0:
            yield f"  ... and {format_count(left, 'more warning')} ({ALL})"


def render_wildcards(report: Report, style: Style) -> Iterator[str]:
    """Say how many imports the exceptions with wildcards cover, one remark for each contract."""
    for contract in report.contracts:
        wildcards = [
            exception
            for exception in contract.exceptions
            if exception.has_wildcard and not exception.expired
        ]
        if wildcards:
            is_canonical = contract.canonical_missing is not None
            counts = ", ".join(_count_imports(one, is_canonical=is_canonical) for one in wildcards)
            remark = f"note: {escape(contract.id)}: exceptions with wildcards cover {counts}."
            yield from _render_remark(remark, "cyan", style)


def _count_imports(exception: ExceptionReport, *, is_canonical: bool) -> str:
    growth = f" ({exception.growth:,} more than at the base)" if exception.growth else ""
    if is_canonical:
        count = format_count(exception.imports, "definition")
        return escape(f"{count}{growth} by `{exception.imported}`")
    count = format_count(exception.imports, "import")
    return escape(f"{count}{growth} by `{exception.importer} -> {exception.imported}`")


def render_references(report: Report, style: Style) -> Iterator[str]:
    """Render strings that name a deprecated module, unless they are listed as violations."""
    counted_as_violations = {
        violation.contract
        for violation in report.violations
        if any(place.kind in _COUNTED for place in violation.occurrences)
    }
    uncounted = [
        reference
        for reference in report.references
        if reference.kind not in (_LITERAL, *_ALIASES) or reference.contract not in counted_as_violations
    ]
    for contract, group in groupby(uncounted, key=lambda reference: reference.contract):
        references = list(group)
        remark = f"note: {escape(contract)}: {_describe_references(references)}; not counted."
        yield from _render_remark(remark, "cyan", style)
        listed = style.limit(_LISTED_REFERENCES)
        for reference in references[:listed]:
            yield from _render_reference(reference, style)
        left = len(references) - listed
        if left > 0:
            yield f"  ... and {left:,} more ({ALL})"


def _describe_references(references: list[ReferenceReport]) -> str:
    count = _count_kinds(references)
    if all(reference.kind in _ALIASES for reference in references):
        return f"{count} of the family"
    return f"{count} {'names' if len(references) == 1 else 'name'} a deprecated module"


def _count_kinds(references: list[ReferenceReport]) -> str:
    kinds = Counter(reference.kind for reference in references)
    known = {kind: kinds.pop(kind) for kind in _NOUNS if kind in kinds}
    counts = [
        format_count(count, _NOUNS.get(kind, kind)) for kind, count in (*known.items(), *kinds.items())
    ]
    *others, last = counts
    return f"{', '.join(others)} and {last}" if others else last


def _render_reference(reference: ReferenceReport, style: Style) -> Iterator[str]:
    place = f"{escape(reference.path)}:{reference.line}"
    note = "" if reference.kind == _LITERAL else f"({escape(reference.kind)})"
    text = style.cut(escape(reference.text.strip()), style.width - 4)
    parts = [(place, "cyan"), (text,), (note, "dim")]
    yield from join_parts(parts, style, indent=2, hanging=4)


def _render_remark(text: str, color: str, style: Style) -> Iterator[str]:
    """Yield a line whose first word is coloured."""
    for number, line in enumerate(wrap(text, style, indent=0, hanging=2)):
        word, colon, rest = line.partition(":")
        yield line if number else f"{style.paint(word, color)}{colon}{rest}"

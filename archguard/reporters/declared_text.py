"""`archguard audit --declared`: what the code declares deprecated, for a terminal."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archguard.reporters.audit_text import render_coverage
from archguard.reporters.layout import shorten, wrap
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.consolidation.declared_deprecations import DeclaredDeprecation, DeclaredReport
    from archguard.reporters.layout import Style

_LISTED = 40
_KIND_WIDTH = 10
_TEXT_LENGTH = 160


def render(report: DeclaredReport, style: Style) -> str:
    """Render each deprecation with its place, its importers and its replacement."""
    ordered = order_by_use(report.deprecations)
    shown = ordered[: style.limit(_LISTED)]
    lines = [describe_declared(ordered)]
    for one in shown:
        lines += ["", *_render_deprecation(one, style)]
    if len(shown) < len(ordered):
        lines += ["", f"And {len(ordered) - len(shown):,} more: --verbose lists them."]
    lines += ["", *render_coverage(report.coverage, style)]
    return "\n".join(lines) + "\n"


def order_by_use(deprecations: Sequence[DeclaredDeprecation]) -> list[DeclaredDeprecation]:
    """Return deprecations, those with most importers first."""
    return sorted(deprecations, key=lambda one: (-one.importers, one.id))


def describe_declared(deprecations: Sequence[DeclaredDeprecation]) -> str:
    """Say how many there are of each kind."""
    kinds = Counter(one.kind for one in deprecations)
    plurals = {"module": "modules", "class": "classes", "function": "functions"}
    counts = [
        f"{kinds[kind]:,} {kind if kinds[kind] == 1 else plural}"
        for kind, plural in plurals.items()
        if kinds[kind]
    ]
    return f"The code declares deprecated: {', '.join(counts) or 'nothing'}."


def describe_importers(one: DeclaredDeprecation) -> str:
    """Say how many modules import something, and how many of them are tests."""
    importers = format_count(one.importers, "importer")
    return importers + (f", {one.test_importers:,} of them tests" if one.test_importers else "")


def describe_replacement(one: DeclaredDeprecation) -> str:
    """Name what to use instead, as the tree calls it or as it is written; empty if nothing is named."""
    return (one.replacement.id or one.replacement.written) if one.replacement else ""


def _render_deprecation(one: DeclaredDeprecation, style: Style) -> Iterator[str]:
    yield f"{one.kind:<{_KIND_WIDTH}}{escape(one.id)}  {describe_importers(one)}"
    place = f"{escape(one.path)}:{one.line}  {', '.join(one.declarations)}"
    yield from wrap(place, style, indent=_KIND_WIDTH, hanging=_KIND_WIDTH + 2)
    if instead := describe_replacement(one):
        yield from wrap(f"use {escape(instead)}", style, indent=_KIND_WIDTH, hanging=_KIND_WIDTH + 2)
    if one.text:
        text = f'"{shorten(escape(one.text), _TEXT_LENGTH)}"'
        yield from wrap(text, style, indent=_KIND_WIDTH, hanging=_KIND_WIDTH + 2)

"""`archguard plan --what-if … --format text`: what would be different, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.layout import wrap
from archguard.text import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.checking.report import Identity
    from archguard.consolidation.what_if import ContractCounts, WhatIfAnswer
    from archguard.reporters.layout import Style

_LISTED = 10


def render(answer: WhatIfAnswer, style: Style) -> str:
    """Render the counts, then what differs, a section for each kind of difference."""
    lines = [f"What if {escape(', '.join(answer.supposed))}: nothing was changed.", ""]
    for counts in answer.counts:
        lines += wrap(describe_counts(counts), style, indent=0, hanging=2)
    for title, items in list_sections(answer):
        lines += ["", style.paint(title, "bold")]
        shown = items[: style.limit(_LISTED)]
        for item in shown:
            lines += wrap(escape(item), style, indent=2, hanging=4)
        if len(shown) < len(items):
            lines.append(f"  and {len(items) - len(shown):,} more: --verbose lists them")
    return "\n".join(lines) + "\n"


def describe_counts(counts: ContractCounts) -> str:
    """Say what a contract counts, as things are and as is supposed."""
    text = f"{counts.contract}: {counts.before:,} -> {counts.after:,}"
    if (counts.before_batches, counts.after_batches) == (counts.before, counts.after):
        return text
    return f"{text}; after all batches {counts.before_batches:,} -> {counts.after_batches:,}"


def list_sections(answer: WhatIfAnswer) -> Iterator[tuple[str, list[str]]]:
    """Yield title and items of each kind of difference that there is."""
    sections = (
        ("Becomes ready", [f"{one.path}:{one.line} {one.imported}" for one in answer.ready]),
        (
            "Becomes blocked",
            [f"{one.path}:{one.line} {one.code}: {one.reason}" for one in answer.blocked],
        ),
        ("No longer a violation", [_name_violation(one) for one in answer.gone]),
        ("New violation", [_name_violation(one) for one in answer.new]),
        (
            "Would import what is gone",
            [f"{one.path}:{one.line} {one.imported}" for one in answer.ghosts],
        ),
        *(
            (f"Freed: no longer reaches what {contract} forbids", list(modules))
            for contract, modules in answer.freed.items()
        ),
    )
    for title, items in sections:
        if items:
            yield f"{title}: {len(items):,}", items


def _name_violation(identity: Identity) -> str:
    contract, importer, imported = identity
    return f"{contract}: {importer} -> {imported}"

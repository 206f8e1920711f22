"""`archguard plan --what-if … --format markdown`: what would be different, for a comment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.markdown import quote_code
from archguard.reporters.what_if_text import describe_counts, list_sections

if TYPE_CHECKING:
    from archguard.consolidation.what_if import WhatIfAnswer
    from archguard.reporters.layout import Style

_LISTED = 20


def render(answer: WhatIfAnswer, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render the counts, and a list for each kind of difference."""
    lines = ["### What if", "", *(f"- {quote_code(one)}" for one in answer.supposed), ""]
    lines += [f"- {quote_code(describe_counts(counts))}" for counts in answer.counts]
    for title, items in list_sections(answer):
        lines += ["", f"**{title}**", "", *(f"- {quote_code(item)}" for item in items[:_LISTED])]
        if len(items) > _LISTED:
            lines.append(f"- and {len(items) - _LISTED:,} more")
    return "\n".join(lines) + "\n"

"""The suggestions below a comment on a pull request, as GitHub and GitLab write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.reporters.markdown import quote_code
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.consolidation.suggestions import Suggestion

_LISTED = 20
_BACKTICKS = re.compile("`{3,}")


def render_suggestions(suggestions: Sequence[Suggestion], room: int) -> str:
    """Return a section with the suggestions that there is room for, or nothing.

    Args:
        suggestions: what to suggest.
        room: how many characters the section may have.
    """
    blocks = [_render_block(suggestion) for suggestion in suggestions[:_LISTED]]
    while blocks and sum(map(len, blocks)) > room:
        blocks.pop()
    if not blocks:
        return ""
    left = len(suggestions) - len(blocks)
    more = f"\nAnd {format_count(left, 'more suggestion')}: `archguard fix` shows all.\n" if left else ""
    return f"\n### Suggested changes\n{''.join(blocks)}{more}"


def _render_block(suggestion: Suggestion) -> str:
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(suggestion.text)), default=0))
    end = f"-{suggestion.last}" if suggestion.last > suggestion.first else ""
    place = quote_code(f"{suggestion.path}:{suggestion.first}{end}")
    what = ", ".join(dict.fromkeys(quote_code(imported) for *_, imported in suggestion.violations))
    text = f"{suggestion.text}\n" if suggestion.text else ""
    return f"\n{place} ({what})\n\n{fence}suggestion\n{text}{fence}\n"

"""The chains of a transitive contract in a text report: which import causes how much."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archguard.reporters.culprits import group_by_culprit
from archguard.reporters.layout import join_parts
from archguard.reporters.sentences import ALL, describe_ends, format_step
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.checking.report import Violation
    from archguard.reporters.culprits import Culprit
    from archguard.reporters.layout import Style

_LISTED_CULPRITS = 20
_LISTED_ENDS = 10
"""Of each culprit: pairs of source and target with chains. The other pairs have their count."""
_LISTED_CHAINS = 3
"""Of each such pair."""


def render_chains(violations: Sequence[Violation], style: Style) -> Iterator[str]:
    """Render the chains, first those whose first import causes most; count what is left by its ends."""
    culprits = group_by_culprit(violations)
    listed = style.limit(_LISTED_CULPRITS)
    previous = 0
    for culprit in culprits[:listed]:
        if previous != 1:  # those that stand alone come last, one below the other
            yield ""
        previous = len(culprit.violations)
        yield from _render_culprit(culprit, style)
    left = Counter(
        describe_ends(violation) for culprit in culprits[listed:] for violation in culprit.violations
    )
    if left:
        yield ""
        yield f"  ... and {format_count(left.total(), 'more violation')} ({ALL}):"
    for ends, count in sorted(left.items()):
        yield f"    {ends}  {format_count(count, 'violation')}"


def _render_culprit(culprit: Culprit, style: Style) -> Iterator[str]:
    violations = culprit.violations
    if len(violations) == 1:
        yield from _render_chain(violations[0], style, indent=2)
        return
    count = format_count(len(violations), "violation")
    if culprit.made and len(culprit.steps) > 1:
        yield f"  {count}, made by {len(culprit.steps):,} imports:"
    for step in culprit.steps if culprit.made else culprit.steps[:1]:
        heading = [(format_step(step), "bold", "cyan"), (_describe_steps(culprit, count),)]
        yield from join_parts(heading, style, indent=2, hanging=4)
        yield f"    {escape(step.importer)} imports {escape(step.imported)}"
    by_ends: dict[str, list[Violation]] = {}
    for violation in violations:
        by_ends.setdefault(describe_ends(violation), []).append(violation)
    for number, (ends, group) in enumerate(by_ends.items()):
        shown = group[: style.limit(_LISTED_CHAINS if number < _LISTED_ENDS else 0)]
        for violation in shown:
            yield from _render_chain(violation, style, indent=4)
        if not shown:
            yield f"    {ends}  {format_count(len(group), 'violation')}"
        elif len(group) > len(shown):
            yield f"      ... and {format_count(len(group) - len(shown), 'more violation')} ({ALL})"


def _describe_steps(culprit: Culprit, count: str) -> str:
    """Say what the steps of a culprit are to its violations."""
    if culprit.made:
        return f"makes {count}" if len(culprit.steps) == 1 else ""
    first = culprit.violations[0]
    return f"{count} {'are on this cycle' if first.source == first.target else 'begin here'}"


def _render_chain(violation: Violation, style: Style, *, indent: int) -> Iterator[str]:
    """Render a chain in one line; in a terminal, in as many as it takes, with no place cut."""
    *before, last = map(format_step, violation.chain)
    statement = violation.occurrences[0].statement if not before and violation.occurrences else ""
    words = [f"{describe_ends(violation)}:", *(f"{place} ->" for place in before), last]
    line = " " * indent + words[0]
    for word in words[1:]:
        if style.terminal and len(line) + 1 + len(word) > style.width:
            yield line
            line = " " * (indent + 2) + word
        else:
            line = f"{line} {word}"
    statement = escape(statement)
    if statement and (not style.terminal or len(line) + 2 + len(statement) <= style.width):
        yield f"{line}  {statement}"
        return
    yield line
    if statement:
        yield " " * (indent + 2) + style.cut(statement, style.width - indent - 2)

"""`archguard plan --format markdown`: a checklist for an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.reporters.markdown import quote_code
from archguard.reporters.plan_sentences import (
    describe_cut,
    describe_deletion,
    describe_gain,
    list_cut_imports,
    list_gains,
)
from archguard.reporters.plan_text import (
    describe_batch,
    describe_counts,
    describe_leaving,
    describe_prediction,
    group_blocked,
)
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.consolidation.migration_plan import Batch, MigrationPlan
    from archguard.reporters.layout import Style

_LISTED_PLACES = 20


def render(plan: MigrationPlan, style: Style) -> str:  # noqa: ARG001 (every reporter's signature)
    """Render one box to tick for each batch, and one for each reason that blocks the rest."""
    lines = [describe_counts(plan)]
    for batch in plan.batches:
        lines += ["", *_render_batch(batch, plan)]
    groups = group_blocked(plan)
    if groups:
        lines += ["", "### What is in the way", ""]
    for code, reason, several in groups:
        lines.append(f"- [ ] `{code}`, {format_count(len(several), 'violation')}: {quote_code(reason)}")
        lines += [f"  - {quote_code(f'{one.path}:{one.line}')}" for one in several[:_LISTED_PLACES]]
        if len(several) > _LISTED_PLACES:
            lines.append(f"  - and {len(several) - _LISTED_PLACES:,} more")
        if leaving := describe_leaving(several):
            lines.append(f"  - {quote_code(leaving)}")
    lines += _render_order(plan)
    return "\n".join(lines) + "\n"


def _render_batch(batch: Batch, plan: MigrationPlan) -> Iterator[str]:
    owner = f" ({quote_code(batch.owner or ', '.join(batch.notes))})"
    yield f"- [ ] **Batch {batch.number}**{owner}: {describe_batch(batch)}"
    yield f"  After it: {quote_code(describe_prediction(batch, plan))}"
    yield from (f"  - {quote_code(path)}" for path in batch.paths)


def _render_order(plan: MigrationPlan) -> Iterator[str]:
    """Yield what can be deleted when, and which imports matter most."""
    order = plan.order
    if order.deletions:
        yield from ("", "### Delete order", "")
        yield from (f"- [ ] {quote_code(describe_deletion(step))}" for step in order.deletions)
    if gains := list_gains(plan)[:_LISTED_PLACES]:
        yield from ("", "### Frees most", "")
        yield from (f"- {quote_code(describe_gain(gain))}" for gain in gains)
    if order.cuts:
        yield from ("", "### Fewest imports to remove", "")
    for cut in order.cuts:
        yield f"- [ ] {quote_code(describe_cut(cut))}"
        yield from (f"  - {quote_code(one)}" for one in list_cut_imports(cut))

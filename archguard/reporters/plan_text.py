"""`archguard plan --format text`: what can be rewritten now, what is in the way of the rest."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.reporters.layout import wrap
from archguard.reporters.plan_sentences import (
    describe_cut,
    describe_deletion,
    describe_gain,
    list_cut_imports,
    list_gains,
)
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.consolidation.migration_plan import Batch, MigrationPlan, PlannedViolation
    from archguard.reporters.layout import Style

_LISTED_BATCHES = 10
_LISTED_FILES = 10
_LISTED_REASONS = 10
_LISTED_PLACES = 3


def render(plan: MigrationPlan, style: Style) -> str:
    """Render the counts, the batches, and the reasons why the rest is blocked."""
    lines = [*_render_counts(plan, style)]
    shown = plan.batches[: style.limit(_LISTED_BATCHES)]
    for batch in shown:
        lines += ["", *_render_batch(batch, plan, style)]
    if len(shown) < len(plan.batches):
        more = len(plan.batches) - len(shown)
        lines += ["", f"And {more:,} more {'batch' if more == 1 else 'batches'}: --verbose lists them."]
    lines += _render_blocked(plan, style)
    lines += _render_order(plan, style)
    if plan.batches:
        step = "Next: archguard fix --batch 1 shows the first change, with --write it is made."
        lines += ["", *wrap(step, style, indent=0, hanging=2)]
    return "\n".join(lines) + "\n"


def describe_counts(plan: MigrationPlan) -> str:
    """Say how many violations can be rewritten, and how many cannot."""
    ready = len(plan.list_ready())
    blocked = len(plan.violations) - ready
    if not plan.violations:
        return "No module that is deprecated is imported: there is nothing to plan."
    violations = format_count(len(plan.violations), "violation")
    return f"{violations}: {ready:,} can be rewritten now, {blocked:,} cannot yet."


def group_blocked(plan: MigrationPlan) -> list[tuple[str, str, list[PlannedViolation]]]:
    """Return code, reason and violations of everything that is blocked; the most frequent first."""
    groups: defaultdict[tuple[str, str], list[PlannedViolation]] = defaultdict(list)
    for one in plan.violations:
        if one.code is not None:
            groups[one.code.value, one.reason].append(one)
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [(code, reason, several) for (code, reason), several in ordered]


def describe_leaving(violations: Sequence[PlannedViolation]) -> str:
    """Say which of some blocked violations need not be rewritten; empty if none."""
    modules = sorted({one.leaves_with for one in violations if one.leaves_with})
    if not modules:
        return ""
    tests = format_count(sum(bool(one.leaves_with) for one in violations), "own test")
    return f"{tests} of {', '.join(modules)}: leaves with it."


def describe_batch(batch: Batch) -> str:
    """Say how large a batch is, and whose."""
    size = format_count(len(batch.violations), "violation")
    files = format_count(len(batch.paths), "file")
    place = f" below {batch.package}" if batch.package else ""
    return f"{size} in {files}{place}"


def describe_prediction(batch: Batch, plan: MigrationPlan) -> str:
    """Say what the contracts count before and after a batch, of those that it is about."""
    earlier = [other.predicted for other in plan.batches if other.number < batch.number]
    before = earlier[-1] if earlier else plan.counts
    contracts = sorted({one.contract for one in plan.violations if one.path in batch.paths})
    return ", ".join(
        f"{contract} {before[contract]:,} -> {batch.predicted[contract]:,}" for contract in contracts
    )


def _render_counts(plan: MigrationPlan, style: Style) -> Iterator[str]:
    yield from wrap(describe_counts(plan), style, indent=0, hanging=2)


def _render_batch(batch: Batch, plan: MigrationPlan, style: Style) -> Iterator[str]:
    owner = batch.owner or ", ".join(batch.notes)
    yield style.paint(f"Batch {batch.number}", "bold") + f"  {escape(owner)}".rstrip()
    yield from wrap(escape(describe_batch(batch)), style, indent=2, hanging=4)
    yield from wrap(f"After it: {describe_prediction(batch, plan)}", style, indent=2, hanging=4)
    by_path = {one.path: one for one in plan.violations}
    shown = batch.paths[: style.limit(_LISTED_FILES)]
    for path in shown:
        yield f"    {style.paint(f'{escape(path)}:{by_path[path].line}', 'cyan')}"
    if len(shown) < len(batch.paths):
        yield f"    and {len(batch.paths) - len(shown):,} more"
    notes = sorted({one.reason for one in plan.violations if one.batch == batch.number and one.reason})
    for note in notes[: style.limit(_LISTED_PLACES)]:
        yield from wrap(escape(note), style, indent=4, hanging=6)


def _render_blocked(plan: MigrationPlan, style: Style) -> Iterator[str]:
    groups = group_blocked(plan)
    if not groups:
        return
    yield ""
    blocked = sum(len(several) for *_, several in groups)
    yield style.paint(f"Blocked: {format_count(blocked, 'violation')}", "bold")
    shown = groups[: style.limit(_LISTED_REASONS)]
    for code, reason, several in shown:
        yield f"  {style.paint(code, 'yellow')}  {format_count(len(several), 'violation')}"
        yield from wrap(escape(reason), style, indent=4, hanging=6)
        yield from _render_places(several, style)
        if leaving := describe_leaving(several):
            yield from wrap(leaving, style, indent=4, hanging=6)
    if len(shown) < len(groups):
        more = format_count(len(groups) - len(shown), "more reason")
        yield f"  and {more}: --verbose lists them"


def _render_places(violations: Sequence[PlannedViolation], style: Style) -> Iterator[str]:
    shown = violations[: style.limit(_LISTED_PLACES)]
    for one in shown:
        yield f"    {style.paint(f'{escape(one.path)}:{one.line}', 'cyan')}"
    if len(shown) < len(violations):
        yield f"    and {len(violations) - len(shown):,} more"


def _render_order(plan: MigrationPlan, style: Style) -> Iterator[str]:
    """Render what can be deleted when, and which imports matter most."""
    order = plan.order
    yield from _render_list(
        "Delete order", [describe_deletion(step) for step in order.deletions], style, _LISTED_REASONS
    )
    yield from _render_list(
        "Frees most", [describe_gain(gain) for gain in list_gains(plan)], style, _LISTED_PLACES
    )
    for cut in order.cuts:
        yield ""
        yield from wrap(escape(describe_cut(cut)), style, indent=0, hanging=2)
        yield from _render_items(list(list_cut_imports(cut)), style, _LISTED_FILES)


def _render_list(title: str, items: Sequence[str], style: Style, limit: int) -> Iterator[str]:
    if items:
        yield ""
        yield style.paint(title, "bold")
        yield from _render_items(items, style, limit)


def _render_items(items: Sequence[str], style: Style, limit: int) -> Iterator[str]:
    shown = items[: style.limit(limit)]
    for item in shown:
        yield from wrap(escape(item), style, indent=2, hanging=4)
    if len(shown) < len(items):
        yield f"  and {len(items) - len(shown):,} more: --verbose lists them"

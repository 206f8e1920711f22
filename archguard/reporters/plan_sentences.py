"""What is best done first, in sentences: for the formats of a plan that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.consolidation.migration_plan import (
        ContractCut,
        DeletionStep,
        ImporterGain,
        MigrationPlan,
    )


def describe_deletion(step: DeletionStep) -> str:
    """Say when some deprecated modules can be deleted."""
    together = " together, as they import each other" if len(step.modules) > 1 else ""
    tests = f", with {format_count(len(step.own_tests), 'own test file')}" if step.own_tests else ""
    return f"{', '.join(step.modules)}{together}: {_describe_time(step)}{tests}"


def _describe_time(step: DeletionStep) -> str:
    if step.after_batch is not None:
        return f"after batch {step.after_batch}" if step.after_batch else "now"
    if step.importers:
        return f"not yet, {format_count(len(step.importers), 'importer')} would be left"
    return f"after {', '.join(step.after)}"


def describe_gain(gain: ImporterGain) -> str:
    """Say what the change of an importer frees."""
    modules = format_count(gain.frees, "module")
    numbers = ", ".join(map(str, gain.batches))
    batch = f" (batch {numbers})" if gain.is_ready else " (blocked)"
    return f"{gain.importer}: {modules}{batch}"


def list_gains(plan: MigrationPlan) -> list[ImporterGain]:
    """Return the importers that free more than themselves."""
    return [gain for gain in plan.order.importers if gain.frees > 1]


def describe_cut(cut: ContractCut) -> str:
    """Say how many imports have to be removed so that a contract is kept."""
    if not cut.imports:
        return f"{cut.contract}: the fewest imports to remove are not known, the search was given up"
    imports = format_count(len(cut.imports), "import")
    if not cut.smallest:
        return f"{cut.contract} is kept without {imports}; fewer may do, the search was given up"
    if cut.unique:
        return f"{cut.contract} is kept without {imports}, and without no other set as small"
    return f"{cut.contract} is kept without {imports}; another set as small would do, too"


def list_cut_imports(cut: ContractCut) -> Iterator[str]:
    """Yield place, importer and imported module of each import to remove."""
    for one in cut.imports:
        yield f"{one.path}:{one.line} {one.importer} -> {one.imported}"

"""`archguard fix`: rewrite the imports of deprecated modules, and prove the count after each batch."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli.options.configuration import configs_option, root_option
from archguard.cli.options.groups import GroupedCommand, grouped_option
from archguard.cli.options.plan_options import planning_options
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.output import say
from archguard.cli.progress_bar import show_progress
from archguard.cli.tree_verdict import choose_tree
from archguard.errors import ConfigurationError
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.checking.pipeline import CheckRequest
    from archguard.cli.options.plan_options import PlanningOptions
    from archguard.consolidation.fixer import FixedBatch
    from archguard.consolidation.migration_plan import Batch, MigrationPlan
    from archguard.graph.scanning.cache import Cache
    from archguard.sources.git.branch_writer import BranchWriter

_HEADING = "Changes"
_LISTED_CHANGES = 3


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard fix
  archguard fix --batch 1 --write
  archguard fix --commit --test 'pytest -q tests'
  archguard fix --strings --path tests/unit --write

\b
Exit codes: 0 everything was done, 1 something was refused,
2 there is no verdict, or a batch was undone.""",
)
@root_option
@configs_option
@planning_options
@grouped_option(_HEADING, "--batch", metavar="N", type=int, help="Only this batch of the plan.")
@grouped_option(_HEADING, "--write", is_flag=True, help="Change the files of the working tree.")
@grouped_option(
    _HEADING, "--commit", is_flag=True, help="Also commit each batch, on a new branch of its own."
)
@grouped_option(
    _HEADING, "--branch", metavar="NAME", help="The new branch. Default: archguard/fix-CONTRACT."
)
@grouped_option(
    _HEADING,
    "--test",
    "test_command",
    metavar="COMMAND",
    help="Run this after each batch, in --root, and undo the batch if it fails.",
)
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    planning: PlanningOptions,
    batch: int | None,
    write: bool,
    commit: bool,
    branch: str | None,
    test_command: str | None,
    jobs: int,
    cache: Cache,
) -> int:
    """Rewrite imports of deprecated modules, as `archguard plan` lists them.

    Without --write the changes are printed as a diff. With it the tree is judged again after each
    batch: if a contract does not count what was predicted, or anything new appears, the batch is undone.

    A local name stays what it was, and nothing is sorted, merged or removed. What cannot be rewritten
    is listed with the reason, and its file stays as it is.
    """
    if (branch or test_command) and not (write or commit):
        raise ConfigurationError("--branch and --test need --commit or --write.")
    tree = choose_tree(config, root)
    options = planning.make(tree.configuration)
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (not needed for --help)
    from archguard.consolidation.plan_cache import load_or_plan  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    source = open_source(tree.folder)
    with show_progress() as show:
        request = CheckRequest(
            source, tree.configuration, cache, jobs, progress=partial(show, "Reading")
        )
        plan = load_or_plan(request, options)
    request = request._replace(progress=None)
    batches = _choose_batches(plan, batch)
    refused = batch is None and _say_refused(plan)
    if not (write or commit):
        _print_diff(plan, batches, request)
        return int(refused)
    writer = _open_branch(tree.folder, branch, batches) if commit and batches else None
    if writer is not None and (changes := writer.list_changes()):
        say(_describe_dirty(changes))
        return 1
    run_tests = _prepare_tests(test_command, tree.folder) if batches else None
    if writer is not None:
        writer.start()
    undone = _fix(plan, batches, request, tree.folder, run_tests, writer)
    return 2 if undone else int(refused)


def _choose_batches(plan: MigrationPlan, number: int | None) -> Sequence[Batch]:
    """Return the batches to be made.

    Raises:
        ConfigurationError: there is no batch of this number.
    """
    if number is None:
        return plan.batches
    chosen = [batch for batch in plan.batches if batch.number == number]
    if not chosen:
        there_are = f"the plan has batches 1 to {len(plan.batches)}" if plan.batches else "it has none"
        raise ConfigurationError(f"--batch {number}: there is no such batch; {there_are}.")
    return chosen


def _say_refused(plan: MigrationPlan) -> bool:
    """List what cannot be rewritten, and return whether there is any."""
    blocked = [one for one in plan.violations if one.code is not None]
    for one in blocked:
        say(f"{escape(one.path)}:{one.line}: {one.code}: {escape(one.reason)}")
    return bool(blocked)


def _print_diff(plan: MigrationPlan, batches: Sequence[Batch], request: CheckRequest) -> None:
    from archguard.consolidation.file_changes import format_diff  # noqa: PLC0415
    from archguard.consolidation.fixer import make_changes  # noqa: PLC0415

    for batch in batches:
        sys.stdout.buffer.write(format_diff(make_changes(plan, batch, request)))
    sys.stdout.flush()


def _open_branch(folder: str, name: str | None, batches: Sequence[Batch]) -> BranchWriter:
    from archguard.sources.git.branch_writer import BranchWriter  # noqa: PLC0415

    contracts = {contract for batch in batches for contract, *_ in batch.violations}
    default = min(contracts) if len(contracts) == 1 else "deprecated-imports"
    return BranchWriter(folder, name or f"archguard/fix-{default}")


def _describe_dirty(changes: Sequence[str]) -> str:
    more = f" and {len(changes) - _LISTED_CHANGES:,} more" if len(changes) > _LISTED_CHANGES else ""
    listed = ", ".join(escape(change[3:]) for change in changes[:_LISTED_CHANGES])
    return f"dirty-tree: commit or stash your changes first: {listed}{more}."


def _prepare_tests(command: str | None, folder: str) -> Callable[[], bool] | None:
    """Return how to run the tests.

    Raises:
        ConfigurationError: they fail before anything is changed.
    """
    if command is None:
        return None
    from archguard.cli.test_run import run_tests  # noqa: PLC0415

    run = partial(run_tests, command, folder)
    if not run():
        raise ConfigurationError(f"--test: {command!r} fails before anything is changed.")
    return run


def _fix(
    plan: MigrationPlan,
    batches: Sequence[Batch],
    request: CheckRequest,
    folder: str,
    run_tests: Callable[[], bool] | None,
    writer: BranchWriter | None,
) -> bool:
    """Make the changes, say what became of each batch, and return whether one was undone."""
    from archguard.consolidation.fixer import Fixer  # noqa: PLC0415

    def commit(fixed: FixedBatch) -> None:
        if writer is not None:
            writer.commit(fixed.batch.paths, _write_message(fixed, plan))

    undone = False
    fixer = Fixer(request, folder, plan, run_tests=run_tests, commit=commit if writer else None)
    for fixed in fixer.fix(batches):
        undone |= bool(fixed.code)
        say(_describe_fixed(fixed))
    return undone


def _describe_fixed(fixed: FixedBatch) -> str:
    batch = fixed.batch
    if fixed.code:
        return f"Batch {batch.number} was undone: {fixed.code}: {escape(fixed.reason)}"
    size = format_count(len(batch.violations), "violation")
    files = format_count(len(batch.paths), "file")
    counts = _describe_counts(fixed)
    return f"Batch {batch.number}: {size} gone, {files} changed{f': {counts}' if counts else ''}."


def _describe_counts(fixed: FixedBatch) -> str:
    return ", ".join(
        f"{contract} {count:,} -> {fixed.after[contract]:,}"
        for contract, count in sorted(fixed.before.items())
        if count != fixed.after[contract]
    )


def _write_message(fixed: FixedBatch, plan: MigrationPlan) -> str:
    changed = [one for one in plan.violations if one.path in fixed.batch.paths]
    contracts = ", ".join(sorted({one.contract for one in changed}))
    counts = _describe_counts(fixed) or "as before: some names are missing in the replacement"
    lines = [
        f"Replace imports of deprecated modules ({contracts})",
        "",
        f"Batch {fixed.batch.number} of {len(plan.batches)}. Violations: {counts}.",
        "",
        *(f"- {module}" for module in sorted({one.imported for one in changed})),
    ]
    return "\n".join(lines) + "\n"

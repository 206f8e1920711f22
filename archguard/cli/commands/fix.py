"""`archguard fix`: rewrite the imports of deprecated modules, and prove the count after each batch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli.batch_run import ChangeOptions, describe_counts, describe_fixed, run_batches
from archguard.cli.module_change import delete_module, make_shim
from archguard.cli.options.configuration import configs_option, root_option
from archguard.cli.options.groups import GroupedCommand, grouped_option
from archguard.cli.options.plan_options import planning_options
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.output import say
from archguard.cli.progress_bar import show_progress
from archguard.cli.tree_verdict import choose_tree
from archguard.errors import ConfigurationError
from archguard.text import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.cli.options.plan_options import PlanningOptions
    from archguard.consolidation.fixer import FixedBatch
    from archguard.consolidation.migration_plan import Batch, MigrationPlan
    from archguard.graph.scanning.cache import Cache

_HEADING = "Changes"
_MODULE_HEADING = "A module as a whole"


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard fix
  archguard fix --batch 1 --write
  archguard fix --commit --test 'pytest -q tests'
  archguard fix --strings --path tests/unit --write
  archguard fix --shim shop.old --write
  archguard fix --delete shop.old --with-tests --commit

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
@grouped_option(
    _MODULE_HEADING,
    "--shim",
    metavar="MODULE",
    help="Make this deprecated module lead to what took its place, with a warning.",
)
@grouped_option(
    _MODULE_HEADING,
    "--delete",
    metavar="MODULE",
    help="Delete this deprecated module, if nobody imports or names it but its own tests.",
)
@grouped_option(
    _MODULE_HEADING, "--with-tests", is_flag=True, help="With --delete: delete its own tests, too."
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
    shim: str | None,
    delete: str | None,
    with_tests: bool,
    jobs: int,
    cache: Cache,
) -> int:
    """Rewrite imports of deprecated modules, as `archguard plan` lists them.

    Without --write the changes are printed as a diff. With it the tree is judged again after each
    batch: if a contract does not count what was predicted, or anything new appears, the batch is undone.

    A local name stays what it was, and nothing is sorted, merged or removed. What cannot be rewritten
    is listed with the reason, and its file stays as it is.
    """
    options = ChangeOptions(write, commit, branch, test_command)
    options.refuse_without_change()
    if shim is not None and delete is not None:
        raise ConfigurationError("--shim and --delete: choose one of them.")
    tree = choose_tree(config, root)
    planning_options = planning.make(tree.configuration)
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (not needed for --help)
    from archguard.consolidation.plan_cache import load_or_plan  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    source = open_source(tree.folder)
    with show_progress() as show:
        request = CheckRequest(
            source, tree.configuration, cache, jobs, progress=partial(show, "Reading")
        )
        if shim is not None:
            return make_shim(shim, request, tree.folder, options)
        if delete is not None:
            return delete_module(delete, request, tree.folder, options, with_tests=with_tests)
        plan = load_or_plan(request, planning_options)
    batches = _choose_batches(plan, batch)
    refused = batch is None and _say_refused(plan)
    code = run_batches(
        plan,
        batches,
        request._replace(progress=None),
        tree.folder,
        options,
        branch=_name_branch(batches),
        write_message=partial(_write_message, plan),
        describe=describe_fixed,
    )
    return code or int(refused)


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


def _name_branch(batches: Sequence[Batch]) -> str:
    contracts = {contract for batch in batches for contract, *_ in batch.violations}
    return f"archguard/fix-{min(contracts) if len(contracts) == 1 else 'deprecated-imports'}"


def _write_message(plan: MigrationPlan, fixed: FixedBatch) -> str:
    changed = [one for one in plan.violations if one.path in fixed.batch.paths]
    contracts = ", ".join(sorted({one.contract for one in changed}))
    counts = describe_counts(fixed) or "as before: some names are missing in the replacement"
    lines = [
        f"Replace imports of deprecated modules ({contracts})",
        "",
        f"Batch {fixed.batch.number} of {len(plan.batches)}. Violations: {counts}.",
        "",
        *(f"- {module}" for module in sorted({one.imported for one in changed})),
    ]
    return "\n".join(lines) + "\n"

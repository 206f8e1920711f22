"""`archguard plan`: which violations can be rewritten, and what is in the way of the rest."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli.options.configuration import configs_option, root_option
from archguard.cli.options.document_format import document_options
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.plan_options import planning_options
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.options.upload import upload_options
from archguard.cli.options.verbosity import Verbosity, verbosity_options
from archguard.cli.output import say
from archguard.cli.progress_bar import show_progress
from archguard.cli.tree_verdict import choose_tree
from archguard.text import escape

if TYPE_CHECKING:
    from archguard.cli.options.document_format import DocumentOptions
    from archguard.cli.options.plan_options import PlanningOptions
    from archguard.cli.options.upload import UploadOptions
    from archguard.consolidation.migration_plan import MigrationPlan
    from archguard.graph.scanning.cache import Cache

FORMATS = ("text", "json", "markdown")


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard plan
  archguard plan --batch-size 10 --format markdown
  archguard plan --strings --contract one-execution-engine --format json
  archguard plan --what-if 'shop.old:Cart=shop.new:Basket'
  archguard plan --what-if delete:shop.old --what-if 'remove:shop.a->shop.b'
  archguard plan --upload --server https://archguard.example.org --project shop

\b
Exit codes: 0 the tree was judged, 2 it could not be;
3 with --require-upload: the upload failed.""",
)
@root_option
@configs_option
@click.option("--rev", metavar="REV", help="Read this commit instead of the working tree.")
@planning_options
@click.option(
    "--what-if",
    "suppositions",
    metavar="CHANGE",
    multiple=True,
    help="Say what would be different: OLD=NEW, delete:MODULE, remove:IMPORTER->IMPORTED. Repeatable.",
)
@document_options(FORMATS, "plan")
@verbosity_options
@click.option(
    "--upload", is_flag=True, help="Also send the plan to the service, for the branch that it is of."
)
@upload_options
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    rev: str | None,
    planning: PlanningOptions,
    suppositions: tuple[str, ...],
    document: DocumentOptions,
    verbosity: Verbosity,
    upload: bool,
    options: UploadOptions,
    jobs: int,
    cache: Cache,
) -> int:
    """Say which imports of deprecated modules can be rewritten now, and what is in the way of others.

    An import is ready if the contract's replacement has every name that it asks for, or if the home of
    a name that the deprecated module only re-exports is known. Ready ones are divided into batches of
    the size of a pull request, each with what the contracts will count after it.

    With --what-if the answer is how counts and plan would differ after a change.

    Nothing of the tree is imported or run, and nothing is written into it.
    """
    tree = choose_tree(config, root)
    plan_options = planning.make(tree.configuration)
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (not needed for --help)
    from archguard.consolidation.hypothesis import parse_hypothesis  # noqa: PLC0415
    from archguard.consolidation.plan_cache import load_or_plan  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    hypotheses = [parse_hypothesis(text) for text in suppositions]
    if hypotheses and (upload or options.require):
        raise click.UsageError("--what-if plans nothing, so there is nothing to upload: leave one out.")
    source = open_source(tree.folder, rev)
    with show_progress(enabled=verbosity is not Verbosity.QUIET) as show:
        request = CheckRequest(
            source, tree.configuration, cache, jobs, progress=partial(show, "Reading")
        )
        if hypotheses:
            from archguard.consolidation.what_if import answer  # noqa: PLC0415 (loads LibCST)

            differences = answer(request, plan_options, hypotheses)
        else:
            plan = load_or_plan(request, plan_options)
    is_verbose = verbosity is Verbosity.VERBOSE
    if hypotheses:
        document.write(differences, "what_if", verbose=is_verbose)
        return 0
    document.write(plan, "plan", verbose=is_verbose)
    return _upload(plan, options, tree.folder, rev) if upload or options.require else 0


def _upload(plan: MigrationPlan, options: UploadOptions, folder: str, rev: str | None) -> int:
    """Send the plan, and return the exit code: 0, or 3 if that failed and was required."""
    from archguard.cli.commit_upload import find_upload_target, run_upload  # noqa: PLC0415
    from archguard.reporters import Style  # noqa: PLC0415
    from archguard.reporters.plan_json import render  # noqa: PLC0415

    target = find_upload_target(options, folder, rev)
    if target is None:
        return options.failure_code

    def send() -> None:
        branch = target.target.branch
        with target.client as client:
            outcome = client.send_plan(render(plan, Style()).encode(), branch)
        say(f"the plan of {escape(branch)} was uploaded: {outcome.value}.")

    return run_upload(options, send)

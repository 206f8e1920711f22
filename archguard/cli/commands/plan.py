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
from archguard.cli.options.verbosity import Verbosity, verbosity_options
from archguard.cli.progress_bar import show_progress
from archguard.cli.tree_verdict import choose_tree

if TYPE_CHECKING:
    from archguard.cli.options.document_format import DocumentOptions
    from archguard.cli.options.plan_options import PlanningOptions
    from archguard.graph.scanning.cache import Cache

FORMATS = ("text", "json", "markdown")


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard plan
  archguard plan --batch-size 10 --format markdown
  archguard plan --strings --contract one-execution-engine --format json

\b
Exit codes: 0 the tree was judged, 2 it could not be.""",
)
@root_option
@configs_option
@click.option("--rev", metavar="REV", help="Read this commit instead of the working tree.")
@planning_options
@document_options(FORMATS, "plan")
@verbosity_options
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    rev: str | None,
    planning: PlanningOptions,
    document: DocumentOptions,
    verbosity: Verbosity,
    jobs: int,
    cache: Cache,
) -> int:
    """Say which imports of deprecated modules can be rewritten now, and what is in the way of others.

    An import is ready if the contract's replacement has every name that it asks for, or if the home of
    a name that the deprecated module only re-exports is known. Ready ones are divided into batches of
    the size of a pull request, each with what the contracts will count after it.

    Nothing of the tree is imported or run, and nothing is written into it.
    """
    tree = choose_tree(config, root)
    options = planning.make(tree.configuration)
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (not needed for --help)
    from archguard.consolidation.plan_cache import load_or_plan  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    source = open_source(tree.folder, rev)
    with show_progress(enabled=verbosity is not Verbosity.QUIET) as show:
        request = CheckRequest(
            source, tree.configuration, cache, jobs, progress=partial(show, "Reading")
        )
        plan = load_or_plan(request, options)
    document.write(plan, "plan", verbose=verbosity is Verbosity.VERBOSE)
    return 0

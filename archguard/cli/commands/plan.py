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
  archguard plan --what-if 'shop.old:Cart=shop.new:Basket'
  archguard plan --what-if delete:shop.old --what-if 'remove:shop.a->shop.b'

\b
Exit codes: 0 the tree was judged, 2 it could not be.""",
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
    options = planning.make(tree.configuration)
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415 (not needed for --help)
    from archguard.consolidation.hypothesis import parse_hypothesis  # noqa: PLC0415
    from archguard.consolidation.plan_cache import load_or_plan  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    hypotheses = [parse_hypothesis(text) for text in suppositions]
    source = open_source(tree.folder, rev)
    with show_progress(enabled=verbosity is not Verbosity.QUIET) as show:
        request = CheckRequest(
            source, tree.configuration, cache, jobs, progress=partial(show, "Reading")
        )
        if hypotheses:
            from archguard.consolidation.what_if import answer  # noqa: PLC0415 (loads LibCST)

            differences = answer(request, options, hypotheses)
        else:
            plan = load_or_plan(request, options)
    is_verbose = verbosity is Verbosity.VERBOSE
    if hypotheses:
        document.write(differences, "what_if", verbose=is_verbose)
    else:
        document.write(plan, "plan", verbose=is_verbose)
    return 0

"""`archguard audit`: find the definitions that do one job, and say what each of them is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli.options.configuration import config_option, root_option
from archguard.cli.options.document_format import document_options
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.options.verbosity import Verbosity, verbosity_options
from archguard.cli.progress_bar import show_progress

if TYPE_CHECKING:
    from archguard.cli.options.document_format import DocumentOptions
    from archguard.graph.scanning.cache import Cache

FORMATS = ("text", "json", "markdown")


@click.command(
    epilog="""\b
Examples:
  archguard audit
  archguard audit --matches '*ExecutionEngine'
  archguard audit --matches '*Engine' --canonical app.engine:UserEngine --format json
  archguard audit --family HealthCheck --write-contract
  archguard audit --declared

\b
Exit codes: 0 the tree was read, 2 it could not be.""",
)
@root_option
@config_option
@click.option("--rev", metavar="REV", help="Read this commit instead of the working tree.")
@click.option(
    "--matches",
    metavar="PATTERN",
    multiple=True,
    help="Only definitions with such a name; * and ? stand for other letters. Repeatable.",
)
@click.option(
    "--canonical",
    metavar="MODULE:NAME",
    multiple=True,
    help="A definition that should stay. Repeatable. Default: one is proposed for each family.",
)
@click.option(
    "--declared",
    is_flag=True,
    help="List what the code itself declares deprecated: by a decorator, a warning or a docstring.",
)
@click.option(
    "--write-contract",
    is_flag=True,
    help="Write a contract of type canonical that says the proposal: of the classes that match, or of "
    "the largest family. Into --config, or the file that `archguard init` would take.",
)
@click.option("--family", metavar="NAME", help="With --write-contract: the family that it is about.")
@document_options(FORMATS, "audit")
@verbosity_options
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: str | None,
    rev: str | None,
    matches: tuple[str, ...],
    canonical: tuple[str, ...],
    declared: bool,
    write_contract: bool,
    family: str | None,
    document: DocumentOptions,
    verbosity: Verbosity,
    jobs: int,
    cache: Cache,
) -> int:
    """Find definitions that do one job, say what each one is, and who imports it by which path.

    No configuration is needed. Without --matches, families are looked for: definitions with one name,
    but for words such as Legacy or V2, of which at least one copies, adapts or wraps another.

    Nothing of the tree is imported or run.
    """
    if write_contract and rev is not None:
        raise click.UsageError(
            "--write-contract: a contract is written into the working tree; leave --rev out."
        )
    if declared and (canonical or write_contract):
        raise click.UsageError(
            "--declared lists deprecations; leave --canonical and --write-contract out."
        )
    if family is not None and not write_contract:
        raise click.UsageError("--family: it names what --write-contract is about.")
    from archguard.cli.audited_tree import open_audited_tree  # noqa: PLC0415 (not needed for --help)

    tree = open_audited_tree(root, config, rev)._replace(matches=matches, canonical=canonical)
    from archguard.consolidation.audit_cache import list_declared, load_or_audit  # noqa: PLC0415 (not needed for --help)

    with show_progress(enabled=verbosity is not Verbosity.QUIET) as show:
        progress = partial(show, "Reading")
        if declared:
            deprecations = list_declared(tree, cache, jobs=jobs, progress=progress)
        else:
            report = load_or_audit(tree, cache, jobs=jobs, progress=progress)
    if declared:
        document.write(deprecations, "declared", verbose=verbosity is Verbosity.VERBOSE)
        return 0
    document.write(report, "audit", verbose=verbosity is Verbosity.VERBOSE)
    if write_contract:
        from archguard.cli.audit_contract import write_proposal  # noqa: PLC0415 (rarely needed)

        write_proposal(report, family, root, config)
    return 0

"""`archguard certify`: write what a count of zero rests on."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import click

from archguard.cli.options.completions import complete_file
from archguard.cli.options.configuration import configs_option, contracts_option, root_option
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.output import find_output_file, say, write_report
from archguard.cli.progress_bar import show_progress
from archguard.cli.tree_verdict import choose_tree
from archguard.sources.open import open_source
from archguard.text import escape

if TYPE_CHECKING:
    from archguard.checking.certificate import CertifiedTree
    from archguard.graph.scanning.cache import Cache


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard certify --output certificate.json
  archguard certify --rev v2.0 --contract one-execution-engine

\b
Exit codes: 0 the certificate was written, 1 it is refused, 2 there is no verdict.""",
)
@root_option
@configs_option
@contracts_option
@click.option("--rev", metavar="REV", help="Certify this commit instead of the working tree.")
@click.option(
    "--output",
    metavar="FILE",
    shell_complete=complete_file,
    help="Where the certificate goes. Default: standard output.",
)
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    contracts: tuple[str, ...],
    rev: str | None,
    output: str | None,
    jobs: int,
    cache: Cache,
) -> int:
    """Write what a count of zero rests on: the commit, the contracts, what was read, and a digest of it.

    It is refused if a contract has a violation, a lower bound or an exception, if a file below the roots
    could not be read, or if the working tree differs from its commit.
    """
    from archguard.checking.certificate import collect_evidence  # noqa: PLC0415 (not for --help)

    with show_progress() as show:
        evidence = collect_evidence(open_certified(root, config, contracts, rev, jobs, cache, show))
    for refusal in evidence.refusals:
        say(f"not certified: {escape(refusal)}")
    if evidence.refusals:
        return 1
    write_report(
        json.dumps(evidence.document, indent=2, sort_keys=True) + "\n", find_output_file(output)
    )
    return 0


def open_certified(
    root: str | None,
    config: tuple[str, ...],
    contracts: tuple[str, ...],
    rev: str | None,
    jobs: int,
    cache: Cache,
    show: object,
) -> CertifiedTree:
    """Return the tree that the options name.

    Raises:
        ArchguardError: there is no such tree, configuration or contract.
    """
    from archguard.checking.certificate import CertifiedTree  # noqa: PLC0415
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415

    tree = choose_tree(config, root)
    chosen = tree.configuration.select(contracts).contracts if contracts else ()
    source = open_source(tree.folder, rev)
    progress = partial(show, "Reading") if callable(show) else None
    request = CheckRequest(source, tree.configuration, cache, jobs, progress=progress)
    return CertifiedTree(request, tree.folder, tuple(contract.id for contract in chosen))

"""`archguard freeze`: write down the violations that are accepted for now."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from archguard.cli.options.completions import complete_folder
from archguard.cli.options.configuration import (
    allow_imports_from,
    configs_option,
    contracts_option,
    load_configuration,
    root_option,
    trust_contract_types_option,
)
from archguard.cli.options.groups import GroupedCommand
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.output import say, write_report
from archguard.errors import ConfigurationError
from archguard.text import escape, format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.graph.scanning.cache import Cache
    from archguard.ratchet.baseline_folder import BaselineFolder, Edge
    from archguard.ratchet.baseline_update import ContractUpdate

_LISTED = 10


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard freeze
  archguard freeze --grow
  archguard freeze --prune

\b
Exit codes: 0 done, 2 a contract could not be judged, and nothing was written.""",
)
@root_option
@configs_option
@contracts_option
@click.option(
    "--baseline",
    metavar="DIR",
    shell_complete=complete_folder,
    help="The folder. Default: .archguard/baseline below the root folder.",
)
@click.option("--grow", is_flag=True, help="Add violations to files that are there already, too.")
@click.option(
    "--prune",
    is_flag=True,
    help="Only remove what is stale, and the files of contracts that are gone: on the default branch.",
)
@trust_contract_types_option
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    contracts: tuple[str, ...],
    baseline: str | None,
    grow: bool,
    prune: bool,
    trust_contract_types: bool,
    jobs: int,
    cache: Cache,
) -> int:
    """Write the violations of the working tree into a folder, one file a contract, one violation a line.

    A contract's first file has all of its violations. From then on it only shrinks: what was fixed is
    removed, and nothing is added without --grow. `archguard check --baseline DIR` compares with it where
    git cannot read the base of a change.
    """
    if grow and prune:
        raise ConfigurationError("--prune only removes, and --grow adds: give one of them.")
    configuration, folder = load_configuration(config, root)
    if prune:
        _refuse_other_branches(folder)
    judged = configuration.select(contracts) if contracts else configuration
    if trust_contract_types:
        allow_imports_from(folder)
    # Imported here, not above: --help does not need it.
    from archguard.checking.pipeline import CheckRequest  # noqa: PLC0415
    from archguard.checking.report_cache import load_or_check  # noqa: PLC0415
    from archguard.ratchet.baseline_folder import DEFAULT_FOLDER, BaselineFolder  # noqa: PLC0415
    from archguard.ratchet.baseline_update import apply_updates, plan_updates  # noqa: PLC0415
    from archguard.sources.open import open_source  # noqa: PLC0415

    request = CheckRequest(
        open_source(folder),
        judged,
        cache,
        jobs,
        trust_contract_types=trust_contract_types,
    )
    report = load_or_check(request)
    for error in report.errors:
        say(error)
    if report.errors:
        say("nothing was written.")
        return 2
    place = BaselineFolder(baseline or os.path.normpath(os.path.join(folder, DEFAULT_FOLDER)))
    if prune:
        place.require()
    updates = plan_updates(place, report, request, configuration, grow=grow, prune=prune)
    apply_updates(place, updates, configuration)
    lines = [line for update in updates for line in _describe(place, update)]
    write_report("".join(f"{line}\n" for line in lines or ["Nothing is stale."]), None)
    return 0


def _describe(folder: BaselineFolder, update: ContractUpdate) -> Iterator[str]:
    file = escape(folder.find_file(update.contract))
    if update.after is None:
        yield f"{file}: removed, no contract has this id."
        return
    count = format_count(len(update.after), "violation")
    change = f", {len(update.removed):,} fewer" if update.removed else ""
    growth = f", GROWN by {len(update.added):,}" if update.added else ""
    yield f"{file}: {count}{growth}{change}"
    yield from _list_edges("+ ", update.added)
    if update.refused:
        verb = "is" if len(update.refused) == 1 else "are"
        refused = format_count(len(update.refused), "violation")
        yield f"  {refused} {verb} not in the file and not added; --grow would add:"
        yield from _list_edges("", update.refused)


def _list_edges(mark: str, edges: frozenset[Edge]) -> Iterator[str]:
    for importer, imported in sorted(edges)[:_LISTED]:
        yield f"    {mark}{escape(importer)} -> {escape(imported)}"
    if len(edges) > _LISTED:
        yield f"    ... and {len(edges) - _LISTED:,} more"


def _refuse_other_branches(folder: str) -> None:
    """Refuse to prune where that would conflict with other changes.

    Raises:
        ConfigurationError: another branch than the default one is checked out, or nobody knows which.
    """
    from archguard.cli.default_branch import find_current_branch, find_default_name  # noqa: PLC0415

    current, default = find_current_branch(folder), find_default_name(folder)
    if default is not None and current != default:
        raise ConfigurationError(
            f"--prune is for the default branch, {escape(default)}, and this is "
            f"{escape(current) if current else 'no branch'}: changes that prune "
            "conflict with each other; `archguard freeze` removes what this change fixed."
        )

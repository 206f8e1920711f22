"""The options of `plan` and `fix` that say what is planned."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from archguard.cli.options.completions import complete_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.configuration import Configuration
    from archguard.consolidation.migration_plan import PlanOptions

_BATCH_SIZE = 20


class PlanningOptions(NamedTuple):
    """The values of the options."""

    contracts: tuple[str, ...]
    paths: tuple[str, ...]
    batch_size: int
    strings: bool
    partial: bool

    def make(self, configuration: Configuration) -> PlanOptions:
        """Return how to plan for the contracts of a configuration.

        Raises:
            ConfigurationError: it has no contract of such an id or name.
        """
        from archguard.consolidation.migration_plan import PlanOptions  # noqa: PLC0415 (not for --help)

        chosen = configuration.select(self.contracts).contracts if self.contracts else ()
        return PlanOptions(
            batch_size=self.batch_size,
            rewrites_strings=self.strings,
            is_partial=self.partial,
            contracts=tuple(contract.id for contract in chosen),
            folders=tuple(path.rstrip("/") for path in self.paths),
        )


def planning_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets their values as `planning`."""

    @click.option(
        "--contract",
        "contracts",
        metavar="ID",
        multiple=True,
        help="Only violations of this contract, by its id or name. Repeatable.",
    )
    @click.option(
        "--path",
        "paths",
        metavar="PATH",
        multiple=True,
        shell_complete=complete_file,
        help="Only files in this folder, or this file, relative to --root. Repeatable.",
    )
    @click.option(
        "--batch-size",
        metavar="N",
        type=click.IntRange(min=1),
        default=_BATCH_SIZE,
        help=f"How many violations a batch takes away at most. Default: {_BATCH_SIZE}.",
    )
    @click.option(
        "--strings", is_flag=True, help="Also rewrite strings that name a module, as in mock.patch."
    )
    @click.option(
        "--partial",
        is_flag=True,
        help="Also rewrite the names that can be where others of the same import cannot.",
    )
    @functools.wraps(command)
    def choose(
        *,
        contracts: tuple[str, ...],
        paths: tuple[str, ...],
        batch_size: int,
        strings: bool,
        partial: bool,
        **others: Any,
    ) -> Any:
        planning = PlanningOptions(contracts, paths, batch_size, strings, partial)
        return command(planning=planning, **others)

    return choose

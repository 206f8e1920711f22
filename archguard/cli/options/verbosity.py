"""--quiet and --verbose: how much a command says besides its result."""

from __future__ import annotations

import functools
from enum import Enum
from typing import TYPE_CHECKING, Any

import click

from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable


class Verbosity(Enum):
    """How much a command says."""

    QUIET = "quiet"
    """The result in short, and errors; no progress and no notes."""
    NORMAL = "normal"
    VERBOSE = "verbose"
    """Everything, however long, and where it comes from."""


def verbosity_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --quiet and --verbose to a command, which gets their values as `verbosity`."""

    @functools.wraps(command)
    def choose_verbosity(*, quiet: bool, verbose: bool, **others: Any) -> Any:
        if quiet and verbose:
            raise ConfigurationError("--quiet and --verbose contradict each other: leave out one.")
        verbosity = Verbosity.QUIET if quiet else Verbosity.VERBOSE if verbose else Verbosity.NORMAL
        return command(verbosity=verbosity, **others)

    decorated = click.option("-v", "--verbose", is_flag=True, help="Cut nothing, and say what is read.")(
        choose_verbosity
    )
    return click.option(
        "-q", "--quiet", is_flag=True, help="Say the verdict only: no progress, no notes, no places."
    )(decorated)

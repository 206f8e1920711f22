"""--database: where the service stores its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --database to a command."""
    return click.option(
        "--database",
        metavar="URL",
        envvar="ARCHGUARD_DATABASE",
        help="sqlite:///PATH or postgresql://USER@HOST/NAME. Default: ARCHGUARD_DATABASE in the "
        "environment, else SQLite in the user's data folder.",
    )(command)

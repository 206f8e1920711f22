"""The service's packages, for the commands that need them: they are an extra."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from archguard_api.settings import Settings


def database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--database."""
    return click.option(
        "--database",
        metavar="URL",
        help="sqlite:///PATH or postgresql://... Default: ARCHGUARD_DATABASE in the environment, "
        "else SQLite in the user's data folder.",
    )(command)


def service() -> ModuleType:
    """The module that runs the service.

    Raises:
        ArchguardError: its packages are not installed.
    """
    try:
        from archguard_api import server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ArchguardError(
            f"the service needs the package {error.name}: install archguard[server]."
        ) from error
    return server


def settings(database: str | None, **options: object) -> Settings:
    """The service's settings; options win over the environment, and are put there for further processes.

    Raises:
        ArchguardError: a variable says something that cannot be.
    """
    service()
    from archguard_api.settings import read_settings  # noqa: PLC0415

    if database is not None:
        os.environ["ARCHGUARD_DATABASE"] = database
    for name, value in options.items():
        if value:
            os.environ[f"ARCHGUARD_{name.upper()}"] = str(value)
    return read_settings()

"""The service's modules and settings, for the commands that need them: its packages are an extra."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from archguard_api.settings import Settings

FIRST_ADMIN_NOTE = (
    "The first admin token expires in a day, unless it makes another one over HTTP before."
)


def import_server() -> ModuleType:
    """Return the module that runs the service.

    Raises:
        ArchguardError: the service's packages are not installed.
    """
    with _missing_package_named():
        from archguard_api import server  # noqa: PLC0415
    return server


def import_store() -> ModuleType:
    """Return the package that reads and writes the service's database.

    Raises:
        ArchguardError: the service's packages are not installed.
    """
    with _missing_package_named():
        from archguard_api import store  # noqa: PLC0415
    return store


def read_settings(database: str | None, **options: object) -> Settings:
    """Return the service's settings: options win over the environment.

    The options are put into the environment, which further processes of the service inherit.

    Raises:
        ArchguardError: an environment variable has an invalid value.
    """
    import_server()
    from archguard_api.settings import read_settings as read_environment  # noqa: PLC0415

    if database is not None:
        os.environ["ARCHGUARD_DATABASE"] = database
    for name, value in options.items():
        if value:
            os.environ[f"ARCHGUARD_{name.upper()}"] = str(value)
    return read_environment()


@contextmanager
def _missing_package_named() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "archguard_api":
            raise
        raise ArchguardError(
            f"the service needs the package {error.name}: install archguard[server]."
        ) from error

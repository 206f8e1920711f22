"""Which schema a database has, and bringing it to this version's (Alembic, `migrations`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Engine, exc, inspect, text

from archguard_api.store.database_errors import StoreError
from archguard_api.store.engines import Engines, hide_password, open_engines, parse_url

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

REVISIONS = ("0001",)
"""Of all migrations, oldest first: Alembic, a third of the start-up, is loaded only to migrate."""


class SchemaAge(StrEnum):
    """How a database's schema stands to the one that this version knows."""

    CURRENT = "current"
    EMPTY = "empty"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """A database's schema."""

    age: SchemaAge
    found: str | None
    """The revision that the database has; None: no schema at all."""
    known: str
    """The revision that this version knows."""


def check_schema(url: str) -> SchemaState:
    """The state of a database's schema.

    Raises:
        StoreError: it cannot be opened.
    """
    if is_missing(url):
        return SchemaState(SchemaAge.EMPTY, None, REVISIONS[-1])
    engines = open_engines(url, readers=1)
    try:
        return read_schema_state(engines)
    finally:
        engines.dispose()


def upgrade_schema(url: str) -> None:
    """Bring a database's schema to this version's, in one transaction; a missing SQLite file is made.

    Raises:
        StoreError: it cannot be opened, or is of a later version.
    """
    if is_missing(url):
        _make_folder(url)
    engines = open_engines(url, readers=1)
    try:
        _migrate(engines.writer, url)
    finally:
        engines.dispose()


def read_schema_state(engines: Engines) -> SchemaState:
    """The state of an open database's schema.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        with engines.writer.connect() as connection:
            found = _found(connection)
    except exc.DBAPIError as error:
        raise StoreError(f"the database cannot be opened: {_first_line(error)}.") from error
    return SchemaState(_age(found), found, REVISIONS[-1])


def is_missing(url: str) -> bool:
    """Whether the address is that of an SQLite file that does not exist."""
    address = parse_url(url)
    return address.get_backend_name() == "sqlite" and not os.path.exists(address.database or "")


def _migrate(writer: Engine, url: str) -> None:
    from alembic import command  # noqa: PLC0415

    config = _config()
    try:
        with writer.begin() as connection:
            if _age(_found(connection)) is SchemaAge.NEW:
                raise StoreError(explain_newer_schema(url))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except exc.DBAPIError as error:
        raise StoreError(f"the database cannot be upgraded: {_first_line(error)}.") from error


def explain_newer_schema(url: str) -> str:
    """The sentence about a schema of a later version."""
    return f"the schema of {hide_password(url)} is of a later version of archguard: install that one."


def explain_outdated_schema(url: str) -> str:
    """The sentence about a schema of an earlier version, or none."""
    command_line = f"archguard db upgrade --database {hide_password(url)}"
    return (
        f"the schema of {hide_password(url)} is older than this version, or missing: run {command_line}"
    )


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "archguard_api:migrations")
    return config


def _found(connection: Connection) -> str | None:
    """The schema's revision, as Alembic keeps it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _age(found: str | None) -> SchemaAge:
    if found is None:
        return SchemaAge.EMPTY
    if found == REVISIONS[-1]:
        return SchemaAge.CURRENT
    return SchemaAge.OLD if found in REVISIONS else SchemaAge.NEW


def _make_folder(url: str) -> None:
    folder = os.path.dirname(os.path.abspath(parse_url(url).database or ""))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: it cannot be made: {error.strerror}.") from error


def _first_line(error: exc.DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".")

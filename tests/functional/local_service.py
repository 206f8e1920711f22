"""A real service on this machine for tests that send snapshots to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.api.databases import create_sqlite
from tests.battery.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    """Run a service with its database and its log in a folder."""
    service = Service(create_sqlite(folder / "archguard.db"), folder / "log")
    service.start()
    try:
        yield service
    finally:
        service.stop()

"""A real service on this machine for tests that send snapshots to it."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.battery.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def running_service(folder: Path) -> Iterator[Service]:
    """Run a service with its database and its log in a folder."""
    with (
        socket.socket() as probe
    ):  # a port of the system's choice: other runs on this machine have theirs
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = Service(f"sqlite:///{folder / 'archguard.db'}", folder / "log", port=port)
    service.start()
    try:
        yield service
    finally:
        service.stop()

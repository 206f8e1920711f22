"""Clients that never finish a sentence do not keep others from being heard."""

from __future__ import annotations

import contextlib
import signal
import socket
from typing import TYPE_CHECKING

import pytest

from tests.api.databases import create_sqlite
from tests.battery.service import PROJECT, Service
from tests.battery.uploaders import UPLOAD_HEADERS, UPLOAD_PATH, Uploaders, audit, upload_body
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HALF_HEADER = b"POST /api/v1/projects/shop/snapshots HTTP/1.1\r\nHost: a\r\n"
IDLE = 400


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service on SQLite."""
    service = Service(create_sqlite(tmp_path / "archguard.db"), tmp_path / "log")
    service.start()
    yield service
    service.stop()


def _connections(port: int, sent: bytes, count: int) -> list[socket.socket]:
    connections = []
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", port), timeout=10)
        one.sendall(sent)
        connections.append(one)
    return connections


def _closes(connection: socket.socket) -> bool:
    """Return whether the service closes a connection; a minute is waited for it."""
    connection.settimeout(60)
    with contextlib.suppress(TimeoutError):
        try:
            while connection.recv(4096):
                pass
        except ConnectionError:
            return True
        return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("sent", [b"", HALF_HEADER], ids=["silent", "half a header"])
def test_health_answers_within_a_second_beside_400_that_wait(service: Service, sent: bytes) -> None:
    connections = _connections(service.port, sent, IDLE)

    slowest = 0.0
    assert service.process is not None
    for _ in range(5):
        watch = Stopwatch(service.process.pid)
        assert service.get("/healthz", timeout=30).status == 200
        slowest = max(slowest, watch.seconds())

    watch = Stopwatch(service.process.pid)
    closed = all(_closes(one) for one in connections)
    took = watch.seconds()
    for one in connections:
        one.close()

    assert slowest < 1
    assert closed
    assert took < 12.5


@pytest.mark.slow
def test_a_body_that_stops_half_way_does_not_keep_uploads_away(service: Service) -> None:
    token = service.token("upload")
    begun = (
        f"POST {UPLOAD_PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
        "Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"
    ).encode()
    connections = _connections(service.port, begun, 40)

    answer = service.request(
        "POST", UPLOAD_PATH, body=upload_body("one"), token=token, headers=UPLOAD_HEADERS
    )

    assert answer.status == 201
    for one in connections:
        one.close()


@pytest.mark.slow
def test_sigterm_with_uploads_in_flight_ends_in_time_and_loses_none(service: Service) -> None:
    uploaders = Uploaders(service, service.token("upload"), 16)
    reader = service.token("read", PROJECT)
    uploaders.start()
    uploaders.wait_for(17)
    stalled = _connections(service.port, HALF_HEADER, 1)

    watch = Stopwatch()
    service.signal(signal.SIGTERM)
    service.wait(60)
    took = watch.seconds()
    service.start()
    uploaders.stop()

    assert took < 12
    assert not audit(service, reader, uploaders).lost
    assert len(uploaders.acknowledged) > 16
    stalled[0].close()

"""A database that somebody else locks costs time, never an error that is ours."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from tests.api.databases import create_sqlite
from tests.battery.service import Service
from tests.battery.uploaders import UPLOAD_HEADERS, UPLOAD_PATH, upload_body
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

from tests.battery.service import Response


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A service on SQLite."""
    service = Service(create_sqlite(tmp_path / "archguard.db"), tmp_path / "log")
    service.start()
    yield service
    service.stop()


def _upload(service: Service, name: str, token: str) -> Response:
    body = upload_body(name)
    return service.request(
        "POST", UPLOAD_PATH, body=body, token=token, headers=UPLOAD_HEADERS, timeout=60
    )


@pytest.mark.slow
def test_a_locked_database_is_503_with_retry_after_within_five_seconds_and_reads_go_on(
    service: Service, tmp_path: Path
) -> None:
    token, reader = service.token("upload"), service.token("read")
    assert _upload(service, "first", token).status == 201
    other = sqlite3.connect(tmp_path / "archguard.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    assert service.process is not None
    watch = Stopwatch(service.process.pid)
    answer = _upload(service, "second", token)
    took = watch.seconds()
    read = service.get(UPLOAD_PATH, reader)
    other.execute("ROLLBACK")
    after = _upload(service, "second", token)

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) >= 1
    assert took < 6
    assert read.status == 200
    assert after.status == 201


@pytest.mark.slow
def test_a_short_lock_is_waited_for(service: Service, tmp_path: Path) -> None:
    token = service.token("upload")
    other = sqlite3.connect(tmp_path / "archguard.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    import threading  # noqa: PLC0415

    threading.Timer(1.5, lambda: other.execute("ROLLBACK")).start()

    assert _upload(service, "one", token).status == 201

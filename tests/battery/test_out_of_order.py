"""Uploads out of order: with many readers and writers at once, and with kills during a rebuild."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.battery.scale import times
from tests.battery.service import PROJECT, Service
from tests.battery.uploaders import (
    UPLOAD_HEADERS,
    UPLOAD_PATH,
    commit_id,
    read_whole_trend,
    upload_body,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENTS = 16
_DAY = 86_400
_REFUSED = (429, 503, 507)


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Service]:
    """A service on each kind of database."""
    service = Service(database, tmp_path / "log")
    service.start()
    yield service
    service.stop()


def _make_history(count: int) -> tuple[list[str], list[bytes]]:
    """Return the commits of a linear history, and their uploads, shuffled."""
    names = [f"c{number}" for number in range(count)]
    bodies = [
        upload_body(name, parent=names[number - 1] if number else None, at=1_600_000_000 + number * 600)
        for number, name in enumerate(names)
    ]
    random.Random(5).shuffle(bodies)
    return [commit_id(name) for name in names], bodies


def _upload(service: Service, token: str, body: bytes) -> Counter[int]:
    """Upload until acknowledged; return how often each status was the answer."""
    statuses: Counter[int] = Counter()
    while not statuses.keys() & {200, 201}:
        with contextlib.suppress(OSError, http.client.HTTPException):
            answer = service.request("POST", UPLOAD_PATH, body=body, token=token, headers=UPLOAD_HEADERS)
            statuses[answer.status] += 1
            assert answer.status in (200, 201, *_REFUSED), answer.body
            assert answer.status != 503 or "Retry-After" in {name.title() for name in answer.headers}
        time.sleep(0.01)
    return statuses


@pytest.mark.slow
def test_16_readers_see_whole_lines_while_16_writers_upload_out_of_order(service: Service) -> None:
    commits, bodies = _make_history(times(120, 2000))
    token, reader = service.token("upload"), service.token("read")
    _upload(service, token, bodies.pop())
    places = {commit: place for place, commit in enumerate(commits)}
    done = threading.Event()
    statuses: Counter[int] = Counter()

    def read() -> None:
        while not done.is_set():
            answer = service.get(f"/api/v1/projects/{PROJECT}/trend?points=10000", reader)
            statuses[answer.status] += 1
            if answer.status == 200:
                line = [places[point["commit"]] for point in answer.json["points"]]
                assert len(set(line)) == len(line)

    with ThreadPoolExecutor(2 * CLIENTS) as pool:
        readers = [pool.submit(read) for _ in range(CLIENTS)]
        writers = [pool.submit(_upload, service, token, body) for body in bodies]
        try:
            for writer in writers:
                writer.result()
        finally:
            done.set()
        for one in readers:
            one.result()

    assert set(statuses) <= {200, *_REFUSED}
    trend = read_whole_trend(service, reader).json
    assert [point["commit"] for point in trend["points"]] == commits


@pytest.mark.slow
def test_kills_during_a_rebuild_lose_nothing(service: Service) -> None:
    commits, bodies = _make_history(times(60, 400))
    token, reader = service.token("upload"), service.token("read")
    chance = random.Random(7)
    kills = times(4, 60)
    size = -(-len(bodies) // kills)
    for start in range(0, len(bodies), size):
        for body in bodies[start : start + size]:
            _upload(service, token, body)
        time.sleep(chance.uniform(0, 0.4))
        service.kill()
        service.start()

    trend = read_whole_trend(service, reader).json
    assert [point["commit"] for point in trend["points"]] == commits

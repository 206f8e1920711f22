"""However often and in whatever order snapshots arrive, each is there once and the trend is right."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from archguard import snapshot as wire
from tests.battery.service import Service
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

THREADS = 64
_DAY = 86_400
_TEN_YEARS = 3652 * _DAY


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Service]:
    """A service on each kind of database."""
    service = Service(database, tmp_path / "log")
    service.start()
    yield service
    service.stop()


def _upload(service: Service, token: str, body: bytes) -> int:
    return service.request(
        "POST", UPLOAD_PATH, body=body, token=token, headers=UPLOAD_HEADERS, timeout=60
    ).status


def _line(service: Service, token: str, branch: str) -> list[str]:
    answer = read_whole_trend(service, token, branch)
    return [point["commit"] for point in answer.json["points"]]


@pytest.mark.slow
def test_of_64_who_send_the_same_snapshot_one_is_answered_201_and_63_200(service: Service) -> None:
    token = service.token("upload")
    body = upload_body("one")

    with ThreadPoolExecutor(THREADS) as pool:
        statuses = Counter(pool.map(lambda _: _upload(service, token, body), range(THREADS)))
    listed = service.get(UPLOAD_PATH, service.token("read")).json["items"]

    assert statuses == {201: 1, 200: THREADS - 1}
    assert len(listed) == 1


@pytest.mark.slow
def test_another_content_under_the_same_key_is_409_and_changes_nothing(service: Service) -> None:
    token = service.token("upload")
    first = upload_body("one")
    other = wire.compress(wire.decompress(first).replace(b'"committed_at":1', b'"committed_at":2'))

    statuses = [_upload(service, token, body) for body in (first, other, first)]

    assert statuses == [201, 409, 200]


@pytest.mark.slow
def test_a_shuffled_history_is_in_order_even_with_a_date_ten_years_off(service: Service) -> None:
    token, reader = service.token("upload"), service.token("read")
    names = [f"c{number}" for number in range(12)]
    times = [1_700_000_000 + number * _DAY for number in range(12)]
    times[4] += _TEN_YEARS
    times[7] -= _TEN_YEARS
    bodies = [
        upload_body(name, parent=names[number - 1] if number else None, at=times[number])
        for number, name in enumerate(names)
    ]
    random.Random(3).shuffle(bodies)

    assert {_upload(service, token, body) for body in bodies} == {201}

    assert _line(service, reader, "main") == [commit_id(name) for name in names]


@pytest.mark.slow
def test_what_a_force_push_replaced_is_not_part_of_the_trend(service: Service) -> None:
    token, reader = service.token("upload"), service.token("read")
    at = 1_700_000_000
    for name, parent in (("a", None), ("b", "a"), ("c", "b"), ("b2", "a"), ("c2", "b2")):
        at += _DAY
        assert _upload(service, token, upload_body(name, parent=parent, at=at)) == 201

    assert _line(service, reader, "main") == [commit_id(name) for name in ("a", "b2", "c2")]


@pytest.mark.slow
def test_two_branches_each_have_their_own_trend(service: Service) -> None:
    token, reader = service.token("upload"), service.token("read")
    at = 1_700_000_000
    for name, parent, branch in (
        ("a", None, "main"),
        ("b", "a", "main"),
        ("f", "a", "feature"),
        ("c", "b", "main"),
        ("g", "f", "feature"),
    ):
        at += _DAY
        body = upload_body(name, parent=parent, branch=branch, at=at)
        assert _upload(service, token, body) == 201
    merged = upload_body("g", parent="f", branch="release", at=at)

    assert _upload(service, token, merged) == 200
    assert _line(service, reader, "main") == [commit_id(name) for name in "abc"]
    assert _line(service, reader, "feature") == [commit_id(name) for name in "fg"]
    assert _line(service, reader, "release") == [commit_id("g")]

"""A project's quota: bytes, and new snapshots within 24 hours; what is there already stays a 200."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard_api.app import create_app
from archguard_api.errors import QuotaError
from archguard_api.settings import Settings
from archguard_api.store import Store
from archguard_api.store.quota import Quota
from tests.api.clock import Clock
from tests.api.snapshots import commit_id, history

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.api.serving import Service

UPLOADS = history([[(f"shop.{name}", "shop.old")] for name in "abcdef"])


def _open(database: str, quota: Quota, clock: Clock) -> Service:
    from fastapi.testclient import TestClient  # noqa: PLC0415

    from tests.api.serving import Service  # noqa: PLC0415

    store = Store(database, reserve_bytes=0, quota=quota, clock=clock)
    app = create_app(Settings(database=database, request_timeout=60), store)
    return Service(app, store, TestClient(app, raise_server_exceptions=False))


def test_more_new_snapshots_than_a_day_may_have_are_a_429_that_says_when(database: str) -> None:
    clock = Clock()
    running = _open(database, Quota(snapshots=2), clock)
    statuses = []
    for one in UPLOADS[:3]:
        statuses.append(running.upload(one).status_code)
        clock.now += 100
    refused = running.upload(UPLOADS[2])

    assert statuses == [201, 201, 429]
    assert refused.headers["retry-after"] == str(86_400 - 300)
    assert running.upload(UPLOADS[1]).status_code == 200
    assert running.upload(UPLOADS[2], "other").status_code == 201
    clock.now += 86_400 - 300
    running.texts.clear()  # its token is a day old
    assert running.upload(UPLOADS[2]).status_code == 201
    assert running.upload(UPLOADS[3]).status_code == 429
    running.store.close()


def test_more_bytes_than_a_project_may_take_are_a_507_and_nothing_is_stored(
    database: str, open_store: Callable[..., Store]
) -> None:
    measure = open_store(database)
    sizes = []
    for one in UPLOADS[:3]:
        measure.add_snapshot("measured", one, token_id=None)
        sizes.append(measure.projects.read_bytes("measured"))
    limit = (sizes[1] + sizes[2]) // 2
    running = _open(database, Quota(bytes=limit), Clock())

    statuses = [running.upload(one).status_code for one in UPLOADS[:3]]

    assert statuses == [201, 201, 507]
    assert "retry-after" in running.upload(UPLOADS[2]).headers
    assert running.upload(UPLOADS[0]).status_code == 200
    assert running.store.projects.read_bytes("shop") <= limit
    assert running.store.get_snapshot("shop", commit_id("c2")) is None
    running.store.lines.delete_snapshot("shop", commit_id("c1"))
    running.store.upkeep.finish_rebuilds()
    running.store.purger.finish()
    assert running.store.projects.read_bytes("shop") <= sizes[0] + (sizes[1] - sizes[0]) // 2
    running.store.close()


def test_a_quota_is_of_each_process(database: str, open_store: Callable[..., Store]) -> None:
    store, other = (open_store(database, quota=Quota(bytes=1)) for _ in range(2))

    for each in (store, other):
        with pytest.raises(QuotaError):
            each.add_snapshot("shop", UPLOADS[0], token_id=None)
    assert store.get_project("shop") is None

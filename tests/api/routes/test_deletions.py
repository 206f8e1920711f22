"""Deleting a project over HTTP, and restoring it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from archguard_api.models import Scope
from tests.api.clock import Clock
from tests.api.serving import SHOP, Service, serve
from tests.api.snapshots import commit_id, history

if TYPE_CHECKING:
    from collections.abc import Iterator

EDGE = ("shop.a", "shop.old")
READS = ("", "/trend", "/violations", "/snapshots", "/branches", f"/snapshots/{commit_id('c0')}")


@pytest.fixture
def clock() -> Clock:
    """The service's clock."""
    return Clock()


@pytest.fixture
def running(database: str, clock: Clock) -> Iterator[Service]:
    """A service whose project `shop` has a snapshot and is public."""
    with serve(database, clock=clock, deletion_grace="12h", request_timeout=60) as service:
        service.upload(history([[EDGE]])[0])
        service.store.projects.change("shop", public=True)
        yield service


def _delete(running: Service, token: str) -> None:
    answer = running.client.delete(SHOP, headers=running.as_(token))
    assert answer.status_code == 202
    assert answer.json()["purge_at"] > answer.json()["deleted_at"]


def _read(running: Service, path: str, token: str | None) -> int:
    return running.client.get(path, headers=running.as_(token)).status_code


def test_only_administrators_see_a_project_that_is_being_deleted(running: Service) -> None:
    admin, reader = running.token(Scope.ADMIN, "shop"), running.token(Scope.READ, "shop")
    everything = running.token(Scope.READ)
    for path in READS:
        for who in (None, reader, everything, admin):
            assert _read(running, SHOP + path, who) == 200
            assert _read(running, SHOP + path, who) == 200  # from the cache

    _delete(running, admin)

    for path in READS:
        assert _read(running, SHOP + path, admin) == 200
        assert _read(running, SHOP + path, running.token()) == 200
        assert _read(running, SHOP + path, reader) == _read(running, SHOP + path, everything) == 404
        assert _read(running, SHOP + path, None) == 401


def test_lists_badges_and_metrics_do_not_have_it(running: Service) -> None:
    admin, reader = running.token(Scope.ADMIN, "shop"), running.token(Scope.READ)

    def list_names(token: str | None) -> list[tuple[str, bool]]:
        items = running.client.get("/api/v1/projects", headers=running.as_(token)).json()["items"]
        return [(item["name"], item["purge_at"] is not None) for item in items]

    assert list_names(None) == list_names(reader) == [("shop", False)]
    _delete(running, admin)

    assert list_names(None) == list_names(reader) == []
    assert list_names(admin) == list_names(running.token()) == [("shop", True)]
    assert "unknown" in running.client.get("/badge/shop.svg").text
    metrics = running.client.get("/metrics", headers=running.as_(reader)).text
    assert 'project="shop"' not in metrics


def test_changes_are_a_conflict_until_it_is_restored(running: Service) -> None:
    admin = running.token(Scope.ADMIN, "shop")
    uploader = running.token(Scope.UPLOAD, "shop")
    body = {"project": "shop", "scope": "read"}
    _delete(running, admin)

    again = running.upload(history([[], []])[1], token=uploader)
    changed = running.client.patch(SHOP, headers=running.as_(admin), json={"public": False})
    pruned = running.client.post(f"{SHOP}/prune", headers=running.as_(admin), json={"keep_days": 1})
    token = running.client.post("/api/v1/tokens", headers=running.as_(admin), json=body)
    assert [one.status_code for one in (again, changed, pruned, token)] == [409] * 4

    restored = running.client.post(f"{SHOP}/restore", headers=running.as_(admin))

    assert restored.status_code == 200
    assert restored.json()["public"] is True
    assert restored.json()["purge_at"] is None
    assert _read(running, f"{SHOP}/trend", None) == 200
    assert running.upload(history([[], []])[1]).status_code == 201


def test_after_the_grace_it_is_absent_for_everybody_and_so_are_its_tokens(
    running: Service, clock: Clock
) -> None:
    admin = running.token(Scope.ADMIN, "shop")
    everything = running.token()
    _delete(running, admin)
    clock.now += 43_199
    assert _read(running, SHOP, everything) == 200
    clock.now += 1

    absent = running.client.get("/api/v1/projects/none", headers=running.as_(everything))
    gone = running.client.get(SHOP, headers=running.as_(everything))
    assert (gone.status_code, gone.content) == (404, absent.content)
    restored = running.client.post(f"{SHOP}/restore", headers=running.as_(running.token()))
    assert restored.status_code == 404
    running.store.deletions.begin_next_purge()

    assert _read(running, SHOP, admin) == 401


def test_uploads_and_reads_meanwhile_are_whole_or_refused(running: Service) -> None:
    uploads = history([[EDGE]] * 6)
    statuses: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            for path in READS:
                statuses.add(_read(running, SHOP + path, running.token()))

    def upload() -> None:
        for one in uploads:
            statuses.add(running.upload(one).status_code)

    threads = [threading.Thread(target=read), threading.Thread(target=upload)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        running.client.delete(SHOP, headers=running.as_(running.token()))
        running.store.deletions.begin_purges(None)
        running.store.purger.finish()
    threads[1].join()
    stop.set()
    threads[0].join()

    assert statuses <= {200, 201, 404, 409}

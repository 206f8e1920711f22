"""`/readyz` costs nothing, however many ask, and answers at once, whatever the database does."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from archguard_api.errors import BusyError, FullError, ServiceError
from archguard_api.http.readiness import ANSWER_SECONDS, Readiness
from archguard_api.models import Scope
from tests.api.serving import SHOP
from tests.api.snapshots import upload
from tests.api.store.test_faults_sqlite import Locked
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.api.serving import Service


class Probe:
    """Counts how often it is run, and fails as it is told."""

    def __init__(self) -> None:
        self.runs = 0
        self.error: ServiceError | None = None
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, patience: float) -> None:
        assert 0 < patience < 0.5
        self.runs += 1
        assert self.go_on.wait(10)
        if self.error is not None:
            raise self.error


@pytest.mark.parametrize("error", [None, BusyError("locked"), FullError("full")])
def test_an_outcome_holds_for_a_second(error: ServiceError | None) -> None:
    now = [100.0]
    probe = Probe()
    probe.error = error
    readiness = Readiness(probe, clock=lambda: now[0])

    async def ask() -> None:
        assert await readiness.check() is error
        probe.error = None if error else BusyError("locked")
        now[0] += 0.99
        assert await readiness.check() is error
        assert probe.runs == 1
        now[0] += 0.02
        assert await readiness.check() is probe.error
        assert probe.runs == 2

    asyncio.run(ask())


def test_one_probe_runs_for_all_who_ask() -> None:
    probe = Probe()
    readiness = Readiness(probe)

    async def ask() -> None:
        probe.go_on.clear()
        askers = [asyncio.create_task(readiness.check()) for _ in range(50)]
        await asyncio.sleep(0)
        probe.go_on.set()
        assert await asyncio.gather(*askers) == [None] * 50

    asyncio.run(ask())

    assert probe.runs == 1


def test_a_database_that_does_not_answer_is_busy_in_time_and_is_not_asked_twice() -> None:
    now = [100.0]
    probe = Probe()
    readiness = Readiness(probe, clock=lambda: now[0])

    async def ask() -> None:
        probe.go_on.clear()
        watch = Stopwatch()
        assert isinstance(await readiness.check(), BusyError)
        assert watch.seconds() < ANSWER_SECONDS + 0.1
        now[0] += 2
        assert isinstance(await readiness.check(), BusyError)
        assert probe.runs == 1
        probe.go_on.set()
        now[0] += 2
        assert await readiness.check() is None or await _settle(readiness, now) is None

    asyncio.run(ask())


async def _settle(readiness: Readiness, now: list[float]) -> ServiceError | None:
    """Ask until the stuck probe has ended, and its outcome with it."""
    for _ in range(100):
        await asyncio.sleep(0.01)
        now[0] += 2
        if (outcome := await readiness.check()) is None:
            break
    return outcome


def test_strangers_are_told_the_status_alone(shop: Service) -> None:
    assert shop.client.get("/readyz").json() == {"status": "ready"}
    for token in (shop.token(Scope.READ, "shop"), "agp_nothing"):
        assert shop.client.get("/readyz", headers=shop.as_(token)).json() == {"status": "ready"}

    told = shop.client.get("/readyz", headers=shop.as_(shop.token(Scope.READ))).json()

    assert told["status"] == "ready"
    assert told["database"].startswith("sqlite ")


def test_the_document_tells_the_version_of_the_interface(shop: Service) -> None:
    assert shop.client.get("/openapi.json").json()["info"]["version"] == "1"


def _path(service: Service) -> str:
    return str(service.store._engines.file)


def test_under_a_lock_it_answers_at_once_and_reads_go_on(shop: Service) -> None:
    shop.get(f"{SHOP}/trend")
    other = Locked(_path(shop))
    try:
        with ThreadPoolExecutor(60) as pool:
            watch = Stopwatch()
            askers = [pool.submit(shop.client.get, "/readyz") for _ in range(60)]
            cached = shop.get(f"{SHOP}/trend")
            fresh = shop.get(f"{SHOP}/snapshots?limit=3")
            read = watch.seconds()
            answers = [asker.result() for asker in askers]
            took = watch.seconds()
    finally:
        other.release()

    assert {answer.status_code for answer in answers} == {503}
    assert {answer.content for answer in answers} == {b'{"status":503}'}
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in answers)
    assert (cached.status_code, fresh.status_code) == (200, 200)
    assert read < 1
    assert took < 2


def test_a_writer_of_this_process_makes_it_wait_for_nothing(shop: Service) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def write_long(_connection: Connection) -> None:
        begun.set()
        assert go_on.wait(20)

    writer = threading.Thread(target=lambda: shop.store._database.write(write_long))
    writer.start()
    assert begun.wait(10)

    answer = shop.client.get("/readyz")

    go_on.set()
    writer.join()
    assert answer.status_code == 200


def test_a_writer_that_waits_for_another_process_is_no_sign_of_life(shop: Service) -> None:
    other = Locked(_path(shop))
    one = upload("waiting")
    writer = threading.Thread(target=lambda: shop.upload(one))
    writer.start()
    try:
        lock = shop.store._database._locks[""]
        while not lock.locked():
            time.sleep(0.01)

        answer = shop.client.get("/readyz")
    finally:
        other.release()
        writer.join()

    assert answer.status_code == 503

"""A PostgreSQL that restarts, or cuts connections, costs time and no snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.battery.scale import times
from tests.battery.service import Service
from tests.battery.uploaders import Uploaders, audit, read_whole_trend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.battery.postgres import Postgres

CLIENTS = 8


@pytest.fixture
def service(postgres: Postgres, tmp_path: Path) -> Iterator[Service]:
    """A service on a PostgreSQL that the test may restart."""
    service = Service(postgres.url, tmp_path / "log")
    service.start()
    yield service
    service.stop()


def _under_load(service: Service, fault: Callable[[], object], count: int) -> Uploaders:
    """Upload while a fault happens so often; nothing may be lost and nothing be our error.

    Before each fault and after the last one uploads are acknowledged, however long that takes.
    """
    uploaders = Uploaders(service, service.token("upload"), CLIENTS)
    reader = service.token("read")
    uploaders.start()
    for _ in range(count):
        uploaders.wait_for_more(CLIENTS)
        fault()
    uploaders.wait_for_more(CLIENTS)
    uploaders.stop()
    service.wait_until_ready()
    result = audit(service, reader, uploaders)
    assert not result.lost
    assert not result.duplicated
    assert not result.phantom
    assert not uploaders.unexpected
    return uploaders


@pytest.mark.slow
def test_immediate_restarts_lose_nothing_and_are_never_a_500(
    service: Service, postgres: Postgres
) -> None:
    uploaders = _under_load(service, postgres.restart_immediately, times(3, 50))

    assert len(uploaders.acknowledged) > 20


@pytest.mark.slow
def test_terminated_backends_lose_nothing_and_are_never_a_500(
    service: Service, postgres: Postgres
) -> None:
    cut = []

    uploaders = _under_load(service, lambda: cut.append(postgres.terminate_backends()), times(5, 50))

    assert sum(cut) > 5
    assert len(uploaders.acknowledged) > 20


@pytest.mark.slow
def test_two_services_on_one_database_answer_alike_and_one_carries_on_alone(
    service: Service, tmp_path: Path
) -> None:
    other = Service(service.database, tmp_path / "other.log")
    other.start()
    try:
        token, reader = service.token("upload"), service.token("read")
        both = [Uploaders(one, token, 4) for one in (service, other)]
        for one in both:
            one.start()
        for one in both:
            one.wait_for(20)
        for one in both:
            one.stop()
        paths = [
            "/api/v1/projects/shop/snapshots?limit=200",
            "/api/v1/projects/shop/trend?contract=one-cart",
            "/api/v1/projects/shop/violations",
        ]
        read_whole_trend(service, reader)
        answers = [[one.get(path, reader).body for path in paths] for one in (service, other)]
        other.kill()

        assert answers[0] == answers[1]
        for audited in [audit(service, reader, one) for one in both]:
            assert not audited.lost
            assert not audited.duplicated
        assert service.get(paths[1], reader).status == 200
    finally:
        other.stop()


@pytest.mark.slow
def test_a_token_revoked_in_one_process_is_refused_by_the_next_request_of_the_other(
    service: Service, tmp_path: Path
) -> None:
    import subprocess  # noqa: PLC0415

    from tests.battery.service import ARCHGUARD  # noqa: PLC0415

    other = Service(service.database, tmp_path / "other.log")
    other.start()
    try:
        reader = service.token("read")
        before = [one.get("/api/v1/projects/shop", reader).status for one in (service, other)]
        identity = reader.split("_")[1]
        command = [*ARCHGUARD, "token", "revoke", "--database", service.database, identity]
        subprocess.run(command, check=True, capture_output=True)
        after = [one.get("/api/v1/projects/shop", reader).status for one in (service, other)]
    finally:
        other.stop()

    assert before == [404, 404]  # a project of which nothing was uploaded yet
    assert after == [401, 401]

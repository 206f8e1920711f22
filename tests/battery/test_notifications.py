"""Notifications of a service that is killed: none is lost, and what arrives twice has the same id."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.store import Store
from archguard_api.store.schema import notification_deliveries
from tests.api.services.notifications.receivers import raw_receiver, receiver
from tests.api.serving import UPLOADED
from tests.api.snapshots import history
from tests.battery.scale import times
from tests.battery.service import Service

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from archguard.snapshot import Upload

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")
PROJECTS = times(8, 60)
_ALLOWED = {"ARCHGUARD_WEBHOOK_ALLOW": "127.0.0.0/8", "ARCHGUARD_UPLOADS_PER_HOUR": "100000"}


def _upload(service: Service, project: str, uploads: Sequence[Upload], token: str) -> None:
    for one in uploads:
        path = f"/api/v1/projects/{project}/snapshots"
        answer = service.request("POST", path, body=compress(encode(one)), token=token, headers=UPLOADED)
        assert answer.status in (200, 201), answer.body


def _add_rule(service: Service, project: str, target: str, token: str) -> None:
    body = {"channel": "webhook", "target": target, "events": ["sealed", "came-back"]}
    answer = service.request(
        "POST",
        f"/api/v1/projects/{project}/notifications",
        body=json.dumps(body).encode(),
        token=token,
        headers={"content-type": "application/json"},
    )
    assert answer.status == 201, answer.body


def _let_claims_end(database: str) -> None:
    """Do what two minutes do: what a killed process had is free."""
    store = Store(database, reserve_bytes=0)
    statement = update(notification_deliveries).values(claimed_until=None)
    store._database.write(lambda connection: connection.execute(statement))
    store.close()


def _read(headers: dict[str, str], body: bytes) -> tuple[str, str, str]:
    message: dict[str, Any] = json.loads(body)
    return headers["webhook-id"], message["data"]["project"], message["type"]


@pytest.mark.slow
def test_every_change_is_told_once_by_a_service_that_is_killed_again_and_again(
    database: str, tmp_path: Path
) -> None:
    uploads = history([[A, B], [], [A]])
    projects = [f"shop{number}" for number in range(PROJECTS)]
    service = Service(database, tmp_path / "log", environment=_ALLOWED)
    with receiver() as listening:
        service.start()
        try:
            token = service.token("admin", None)
            for project in projects:
                _upload(service, project, uploads[:1], token)
                _add_rule(service, project, f"http://127.0.0.1:{listening.port}/", token)
            for step in (1, 2):
                for number, project in enumerate(projects):
                    _upload(service, project, uploads[step : step + 1], token)
                    if number % 4 == 3:
                        service.kill()
                        _let_claims_end(database)
                        service.start()
                listening.wait_for(step * PROJECTS)
                end = time.monotonic() + 60
                while len(_distinct(listening.requests)) < step * PROJECTS:
                    assert time.monotonic() < end
                    _let_claims_end(database)
                    time.sleep(0.5)
        finally:
            service.stop()

    told = [_read(headers, body) for _, headers, body in listening.requests]
    by_id = {key: (project, event) for key, project, event in told}
    print(f"{len(told)} arrived, {len(by_id)} of them different")  # noqa: T201
    assert all(by_id[key] == (project, event) for key, project, event in told)
    expected = [(one, f"archguard.{event}") for one in projects for event in ("sealed", "came-back")]
    assert sorted(by_id.values()) == sorted(expected)


def _distinct(requests: Sequence[tuple[str, dict[str, str], bytes]]) -> set[str]:
    return {headers["webhook-id"] for _, headers, _ in requests}


@pytest.mark.slow
def test_targets_that_hang_redirect_or_answer_slowly_do_not_harm_uploads(
    database: str, tmp_path: Path
) -> None:
    uploads = history([[A], [], [A], [], [A], []])
    service = Service(database, tmp_path / "log", environment=_ALLOWED)
    with (
        raw_receiver(b"") as hanging,
        raw_receiver(b"H", repeat=True) as slow,
        receiver() as redirecting,
        receiver() as listening,
    ):
        redirecting.status = 302
        redirecting.headers = {"location": f"http://127.0.0.1:{listening.port}/secret"}
        service.start()
        try:
            token = service.token("admin", None)
            ports = {"hanging": hanging, "slow": slow, "redirecting": redirecting.port}
            for project, port in ports.items():
                _upload(service, project, uploads[:1], token)
                for _ in range(10):
                    _add_rule(service, project, f"http://127.0.0.1:{port}/", token)
            longest = 0.0
            for one in uploads[1:]:
                for project in ports:
                    began = time.monotonic()
                    _upload(service, project, [one], token)
                    longest = max(longest, time.monotonic() - began)
                time.sleep(1)
            redirecting.wait_for(1)
            assert service.get("/readyz").status == 200
            began = time.monotonic()
            service.signal(15)
            assert service.wait(20) == 0
            stopping = time.monotonic() - began
        finally:
            service.stop()

    print(f"longest upload {longest:.2f} s, stopped in {stopping:.1f} s")  # noqa: T201
    assert listening.requests == []
    assert longest < 5  # the limit of a request: an upload that is slower gets a 503
    assert b"Traceback" not in (tmp_path / "log").read_bytes(), os.fspath(tmp_path / "log")

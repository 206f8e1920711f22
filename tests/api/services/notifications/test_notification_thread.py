"""The whole way: an upload, and what arrives at a real server, whatever that server does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING

import pytest

from archguard_api.models.notifications import DeliveryState
from archguard_api.services.notifications import deliverer, notification_thread
from tests.api.services.notifications.receivers import raw_receiver, receiver
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import history

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")
_JSON = {"content-type": "application/json"}


@pytest.fixture(autouse=True)
def _look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notification_thread, "POLL_SECONDS", 0.05)


def _add_rule(running: Service, target: str, **fields: object) -> dict[str, str]:
    body = {"channel": "webhook", "target": target, "events": ["sealed", "came-back"], **fields}
    headers = {**running.as_(running.token()), **_JSON}
    answer = running.client.post(f"{SHOP}/notifications", content=json.dumps(body), headers=headers)
    assert answer.status_code == 201, answer.text
    added: dict[str, str] = answer.json()
    return added


def _send_test(running: Service, rule: str) -> None:
    headers = running.as_(running.token())
    assert running.client.post(f"{SHOP}/notifications/{rule}/test", headers=headers).status_code == 202


def _wait(
    running: Service, condition: Callable[[list[dict[str, object]]], bool]
) -> list[dict[str, object]]:
    """Return the deliveries once they satisfy a condition."""
    end = time.monotonic() + 60
    while True:
        items: list[dict[str, object]] = running.get(f"{SHOP}/deliveries").json()["items"]
        if condition(items):
            return items
        assert time.monotonic() < end, items
        time.sleep(0.05)


def _are_done(items: list[dict[str, object]]) -> bool:
    return bool(items) and all(one["state"] != DeliveryState.PENDING for one in items)


def test_a_webhook_arrives_signed_and_the_log_says_so(database: str, tmp_path: Path) -> None:
    with (
        receiver() as listening,
        service(
            tmp_path, database=database, webhook_allow="127.0.0.0/8", public_url="https://ag.example"
        ) as running,
    ):
        uploads = history([[A, B], []])
        running.upload(uploads[0])
        rule = _add_rule(running, f"http://127.0.0.1:{listening.port}/hook")
        running.upload(uploads[1])
        listening.wait_for(1)
        (delivery,) = _wait(running, _are_done)

    ((path, headers, body),) = listening.requests
    message = json.loads(body)
    assert (path, message["type"]) == ("/hook", "archguard.sealed")
    assert message["data"]["url"] == "https://ag.example/p/shop"
    key = base64.b64decode(rule["secret"].removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert delivery["id"] == headers["webhook-id"]
    assert (delivery["state"], delivery["last_status"], delivery["attempts"]) == ("delivered", 204, 1)


def test_without_the_operators_leave_nothing_arrives_on_this_machine(tmp_path: Path) -> None:
    with receiver() as listening, service(tmp_path) as running:
        running.upload(history([[A]])[0])
        for host in ("127.0.0.1", "localhost", "169.254.169.254"):
            _send_test(running, _add_rule(running, f"http://{host}:{listening.port}/")["id"])
        items = _wait(running, _are_done)

    assert {(one["state"], one["attempts"]) for one in items} == {("failed", 1)}
    assert {str(one["last_error"]) for one in items} == {
        "the address is not public, and the service's operator has not allowed it"
    }
    assert listening.requests == []


def test_a_failed_delivery_is_tried_again_with_the_same_id_until_there_is_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliverer, "RETRY_SECONDS", (0, 0))
    with receiver() as listening, service(tmp_path, webhook_allow="127.0.0.0/8") as running:
        listening.status = 503
        running.upload(history([[A]])[0])
        _send_test(running, _add_rule(running, f"http://127.0.0.1:{listening.port}/")["id"])
        (delivery,) = _wait(running, _are_done)

    assert (delivery["state"], delivery["attempts"]) == ("failed", 3)
    assert delivery["last_error"] == "it answered 503"
    assert len({headers["webhook-id"] for _, headers, _ in listening.requests}) == 1
    assert len(listening.requests) == 3


def test_targets_that_hang_keep_neither_requests_nor_other_projects_waiting(
    tmp_path: Path,
) -> None:
    with (
        raw_receiver(b"") as hanging,
        receiver() as listening,
        service(tmp_path, webhook_allow="127.0.0.0/8") as running,
    ):
        for project in ("shop", "other"):
            running.upload(history([[A]])[0], project)
        for _ in range(3):
            _send_test(running, _add_rule(running, f"http://127.0.0.1:{hanging}/")["id"])
        _wait(running, lambda items: len(items) == 3)
        headers = {**running.as_(running.token()), **_JSON}
        body = {
            "channel": "slack",
            "target": f"http://127.0.0.1:{listening.port}/x",
            "events": ["sealed"],
        }
        path = "/api/v1/projects/other/notifications"
        rule = running.client.post(path, content=json.dumps(body), headers=headers).json()
        running.client.post(f"{path}/{rule['id']}/test", headers=headers)
        listening.wait_for(1)
        slow = time.process_time()
        assert running.upload(history([[A], [A]])[1]).status_code == 201
        assert running.get(SHOP).status_code == 200
        pending = [one["state"] for one in running.get(f"{SHOP}/deliveries").json()["items"]]
        stopped = time.monotonic()

    assert time.process_time() - slow < 5
    assert "pending" in pending
    assert time.monotonic() - stopped < 8  # the service does not wait for what hangs when it stops


def test_a_service_that_is_stopped_leaves_what_it_did_not_send_to_the_next_one(tmp_path: Path) -> None:
    with raw_receiver(b"") as hanging, service(tmp_path, webhook_allow="127.0.0.0/8") as running:
        running.upload(history([[A]])[0])
        _send_test(running, _add_rule(running, f"http://127.0.0.1:{hanging}/")["id"])
        end = time.monotonic() + 30
        while not _count_claimed(running):
            assert time.monotonic() < end
            time.sleep(0.02)

    with service(tmp_path, database=f"sqlite:///{tmp_path}/service.db") as again:
        (delivery,) = again.get(f"{SHOP}/deliveries").json()["items"]
    assert (delivery["state"], delivery["attempts"]) == ("pending", 0)


def _count_claimed(running: Service) -> int:
    from sqlalchemy import func, select  # noqa: PLC0415

    from archguard_api.store.schema import notification_deliveries  # noqa: PLC0415

    query = select(func.count(notification_deliveries.c.claimed_until))
    return running.store._database.read(lambda connection: connection.scalar(query) or 0)

"""Notifications over HTTP: rules without their secrets, tests, and the log of deliveries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.services.notifications import notification_thread
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx2 import Response

RULES = f"{SHOP}/notifications"
BODY: dict[str, Any] = {
    "channel": "slack",
    "target": "https://hooks.slack.com/services/T000/B000/XXXX",
    "events": ["sealed", "came-back"],
}


@pytest.fixture(autouse=True)
def _send_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notification_thread, "POLL_SECONDS", 3600)


@pytest.fixture
def running(database: str, tmp_path: Path) -> Iterator[Service]:
    """A service whose project `shop` has a snapshot."""
    with service(tmp_path, database=database, smtp_host="mail.invalid", mail_from="a@b.example") as one:
        assert one.upload(history([[]])[0]).status_code == 201
        yield one


def _ask(running: Service, method: str, path: str, body: object = None) -> Response:
    headers = {**running.as_(running.token()), "content-type": "application/json"}
    content = None if body is None else json.dumps(body)
    return running.client.request(method, path, content=content, headers=headers)


def _add(running: Service, **fields: object) -> dict[str, Any]:
    answer = _ask(running, "POST", RULES, {**BODY, **fields})
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


def test_only_the_answer_that_makes_a_webhook_has_its_secret(running: Service) -> None:
    added = _add(running, channel="webhook", target="https://example.org/path?key=abc", name="ours")
    secret = added.pop("secret")

    assert secret.startswith("whsec_")
    assert added["target"] == "https://example.org/\N{HORIZONTAL ELLIPSIS}"
    changed = _ask(running, "PATCH", f"{RULES}/{added['id']}", {"owner": "@team"}).json()
    assert changed == {**added, "owner": "@team"}
    assert running.get(f"{RULES}/{added['id']}").json() == changed
    _ask(running, "POST", f"{RULES}/{added['id']}/test")
    everything = "".join(
        running.get(path).text for path in (RULES, f"{SHOP}/deliveries", "/api/v1/audit", SHOP)
    )
    assert secret not in everything
    assert "key=abc" not in everything


def test_a_rule_of_slack_has_no_secret_and_its_address_is_not_shown_again(running: Service) -> None:
    added = _add(running)

    assert added["secret"] is None
    assert "T000" not in json.dumps(added) + running.get(RULES).text


def test_what_a_change_leaves_out_stays_and_null_takes_a_name_away(running: Service) -> None:
    added = _add(running, name="ours", owner="@team", silent_days=3)
    rule = f"{RULES}/{added['id']}"

    assert _ask(running, "PATCH", rule, {}).json() == running.get(rule).json()
    changed = _ask(running, "PATCH", rule, {"name": None, "owner": None, "enabled": False}).json()
    assert (changed["name"], changed["owner"], changed["enabled"]) == (None, None, False)
    assert (changed["silent_days"], changed["events"]) == (3, ["came-back", "sealed"])


def test_a_test_is_a_delivery_in_the_log_which_is_a_file_too(running: Service) -> None:
    added = _add(running)

    answer = _ask(running, "POST", f"{RULES}/{added['id']}/test")

    assert answer.status_code == 202
    delivery = answer.json()
    assert (delivery["event"], delivery["state"], delivery["attempts"]) == ("test", "pending", 0)
    assert running.get(f"{SHOP}/deliveries?rule={added['id']}").json()["items"] == [delivery]
    assert running.get(f"{SHOP}/deliveries?rule=0123456789ab").json()["items"] == []
    assert delivery["id"] in running.get(f"{SHOP}/deliveries?format=csv").text


def test_the_log_comes_in_pages(running: Service) -> None:
    rules = [_add(running)["id"] for _ in range(3)]
    sent = [_ask(running, "POST", f"{RULES}/{rule}/test").json()["id"] for rule in rules]

    first = running.get(f"{SHOP}/deliveries?limit=2").json()
    rest = running.get(f"{SHOP}/deliveries?limit=2&after={first['next']}").json()

    assert [one["id"] for one in (*first["items"], *rest["items"])] == sent[::-1]
    assert rest["next"] is None


def test_what_administrators_do_stands_in_the_audit_log(running: Service) -> None:
    rule = _add(running)["id"]
    _ask(running, "PATCH", f"{RULES}/{rule}", {"enabled": False})
    assert _ask(running, "DELETE", f"{RULES}/{rule}").status_code == 204

    entries = running.get("/api/v1/audit?project=shop").json()["items"]
    told = [(one["action"], one["details"]) for one in entries if one["subject"] == rule]
    assert told == [
        ("notification-deleted", {"channel": "slack"}),
        ("notification-changed", {"changed": "enabled"}),
        ("notification-added", {"channel": "slack"}),
    ]
    assert running.get(f"{RULES}/{rule}").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"target": "ftp://example.org/"},
        {"target": "file:///etc/passwd"},
        {"target": "https://user:password@example.org/"},
        {"target": "https://user@example.org/"},
        {"target": "https:///path"},
        {"target": "https://example.org/#part"},
        {"target": "https://exa mple.org/"},
        {"target": "https://example.org\\@127.0.0.1/"},
        {"target": "https://example.org:0/"},
        {"target": "https://example.org:99999/"},
        {"target": "https://ex\u00e4mple.org/"},
        {"target": "https://[fe80::1%25eth0]/"},
        {"target": f"https://example.org/{'a' * 2048}"},
        {"channel": "mail", "target": "two@example.org, three@example.org"},
        {"channel": "mail", "target": "a@example.org\r\nBcc: b@example.org"},
        {"channel": "mail", "target": "https://example.org/"},
        {"channel": "pager"},
        {"events": []},
        {"events": ["sealed", "sealed"]},
        {"events": ["test"]},
        {"silent_days": 0},
        {"name": ""},
        {"owner": "a\nb"},
        {"secret": "mine"},
    ],
)
def test_what_cannot_be_sent_to_is_refused(fields: dict[str, Any], tmp_path: Path) -> None:
    with service(tmp_path, smtp_host="mail.invalid", mail_from="a@b.example") as running:
        running.upload(history([[]])[0])

        answer = _ask(running, "POST", RULES, {**BODY, **fields})

        assert answer.status_code == 422, answer.text
        assert running.get(RULES).json() == {"items": []}


def test_the_controls_of_what_can_be_sent_to(running: Service) -> None:
    for fields in (
        {"target": "http://example.org"},
        {"target": "https://example.org:8443/a/b?c=d&e=%20f"},
        {"target": "https://[2606:4700::1111]/"},
        {"channel": "mail", "target": "first.last+tag@mail.example.org"},
        {"channel": "teams", "target": "https://example.org/workflows/x"},
    ):
        _add(running, **fields)


def test_a_service_without_a_mail_server_has_no_rule_that_sends_mail(tmp_path: Path) -> None:
    with service(tmp_path) as running:
        running.upload(history([[]])[0])

        answer = _ask(running, "POST", RULES, {**BODY, "channel": "mail", "target": "a@example.org"})

    assert answer.status_code == 422
    assert "mail server" in answer.json()["detail"]


def test_a_project_that_is_being_deleted_takes_no_rule(running: Service) -> None:
    rule = _add(running)["id"]
    _ask(running, "DELETE", SHOP)

    assert _ask(running, "POST", RULES, BODY).status_code == 409
    assert _ask(running, "PATCH", f"{RULES}/{rule}", {}).status_code == 409
    assert _ask(running, "DELETE", f"{RULES}/{rule}").status_code == 409
    assert _ask(running, "POST", f"{RULES}/{rule}/test").status_code == 409
    assert running.get(RULES).status_code == 200

"""The audit log: what is written, who sees it, and that nobody changes it."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import exc, text

from archguard_api.errors import ServiceError
from archguard_api.models import Action, AuditFilter, Scope
from archguard_api.models.audit import COMMAND_LINE
from archguard_api.store import audit_rows
from archguard_api.store.audit_rows import AuditEvent
from tests.api.clock import Clock
from tests.api.serving import SHOP, Service, serve
from tests.api.snapshots import commit_id, history

if TYPE_CHECKING:
    from collections.abc import Iterator

EDGE = ("shop.a", "shop.old")
AUDIT = "/api/v1/audit"


@pytest.fixture
def clock() -> Clock:
    """The service's clock."""
    return Clock()


@pytest.fixture
def running(database: str, clock: Clock) -> Iterator[Service]:
    """A service with the projects `shop` and `other`."""
    with serve(database, clock=clock, request_timeout=60) as service:
        for one in history([[EDGE], []]):
            service.upload(one)
            service.upload(one, "other")
        yield service


def _list(running: Service, token: str, **parameters: str) -> list[dict[str, Any]]:
    answer = running.client.get(AUDIT, headers=running.as_(token), params=parameters)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_every_change_says_who_made_it(running: Service, clock: Clock) -> None:
    admin = running.token(Scope.ADMIN, "shop")
    who = running.as_(admin)
    client = running.client
    made = client.post("/api/v1/tokens", headers=who, json={"project": "shop", "scope": "read"}).json()[
        "id"
    ]
    client.post(f"/api/v1/tokens/{made}/rotate", headers=who)
    client.delete(f"/api/v1/tokens/{made}", headers=who)
    clock.now += 1
    client.delete(f"/api/v1/tokens/{made}", headers=who)  # again, which changes nothing
    client.patch(SHOP, headers=who, json={"public": True, "settings": {"stale_after_days": 9}})
    client.patch(SHOP, headers=who, json={"public": True, "settings": {"stale_after_days": 9}})
    client.post(f"{SHOP}/prune", headers=who, json={"keep_days": 0})
    client.patch(f"{SHOP}/branches/main", headers=who, json={"name": "trunk"})
    client.delete(f"{SHOP}/snapshots/{commit_id('c1')}", headers=who)
    client.delete(f"{SHOP}/branches/trunk", headers=who)
    client.delete(SHOP, headers=who)
    client.post(f"{SHOP}/restore", headers=who)

    entries = _list(running, admin)

    own = admin.split("_")[1]
    assert [(one["action"], one["subject"]) for one in reversed(entries)] == [
        ("token-created", own),
        ("token-created", made),
        ("token-rotated", made),
        ("token-revoked", made),
        ("visibility-changed", None),
        ("settings-changed", None),
        ("graphs-pruned", None),
        ("branch-renamed", "main"),
        ("snapshot-deleted", commit_id("c1")),
        ("branch-deleted", "trunk"),
        ("project-deleted", None),
        ("project-restored", None),
    ]
    actors = [(one["actor_kind"], one["actor"]) for one in reversed(entries)]
    assert actors == [("command-line", None), *[("token", own)] * 11]
    details = {one["action"]: one["details"] for one in entries}
    assert details["settings-changed"] == {"stale_after_days": 9}
    assert details["branch-renamed"] == {"to": "trunk"}


def test_an_administrator_sees_the_own_project_only(running: Service) -> None:
    everything = running.token()
    own, other = running.token(Scope.ADMIN, "shop"), running.token(Scope.ADMIN, "other")

    assert {one["project"] for one in _list(running, own)} == {"shop"}
    assert {one["project"] for one in _list(running, other)} == {"other"}
    assert {one["project"] for one in _list(running, everything)} == {"shop", "other", None}
    assert {one["project"] for one in _list(running, everything, project="other")} == {"other"}
    foreign, absent = (
        running.client.get(AUDIT, headers=running.as_(own), params={"project": project})
        for project in ("other", "none")
    )
    assert foreign.status_code == absent.status_code == 404
    assert foreign.content == absent.content


def test_a_project_sees_nothing_of_a_purged_one_of_its_name(running: Service) -> None:
    everything = running.token()
    running.token(Scope.READ, "shop")
    running.store.deletions.delete("shop", grace=9)
    running.store.deletions.begin_purges("shop")
    running.store.purger.finish()
    admin = running.token(Scope.ADMIN, "shop")
    running.upload(history([[EDGE]])[0], token=admin)

    assert [one["action"] for one in _list(running, admin)] == ["token-created"]
    actions = [one["action"] for one in _list(running, everything, project="shop")]
    assert actions == ["token-created", "project-purged", "project-deleted", "token-created"]


def test_lists_have_pages_and_filters(running: Service) -> None:
    everything = running.token()
    for days in range(1, 6):
        running.client.patch(
            SHOP, headers=running.as_(everything), json={"settings": {"stale_after_days": days}}
        )
    first = running.client.get(
        AUDIT, headers=running.as_(everything), params={"action": "settings-changed", "limit": "3"}
    ).json()
    rest = running.client.get(
        AUDIT,
        headers=running.as_(everything),
        params={"action": "settings-changed", "limit": "3", "after": first["next"]},
    ).json()

    limits = [one["details"]["stale_after_days"] for one in (*first["items"], *rest["items"])]
    assert limits == [5, 4, 3, 2, 1]
    assert rest["next"] is None
    actor = everything.split("_")[1]
    assert len(_list(running, everything, actor=actor)) == 5
    assert _list(running, everything, since="2027-01-16") == []
    assert len(_list(running, everything, until="2027-01-15")) == 6


def test_an_export_has_every_entry(running: Service) -> None:
    everything = running.token()
    for days in range(1, 6):
        running.client.patch(
            SHOP, headers=running.as_(everything), json={"settings": {"stale_after_days": days}}
        )
    entries = _list(running, everything)

    lines, table = (
        running.client.get(AUDIT, headers=running.as_(everything), params={"format": kind})
        for kind in ("ndjson", "csv")
    )

    assert [json.loads(line) for line in lines.text.splitlines()] == entries
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [int(row["id"]) for row in rows] == [one["id"] for one in entries]
    assert "attachment" in table.headers["content-disposition"]


@pytest.mark.parametrize("change", ["UPDATE audit_entries SET actor = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_an_entry(running: Service, change: str) -> None:
    running.token()
    before = running.store.audit.list(None, AuditFilter(), of_all=True, after=None, limit=99)
    assert before.items

    with (
        pytest.raises(exc.DBAPIError, match="append-only"),
        running.store._database.engines.writer.begin() as connection,
    ):
        connection.execute(text(change))

    after = running.store.audit.list(None, AuditFilter(), of_all=True, after=None, limit=99)
    assert after == before


def test_an_entry_of_a_change_that_fails_is_not_there(running: Service) -> None:
    def fail(connection: Any) -> None:
        event = AuditEvent(Action.PROJECT_DELETED, COMMAND_LINE, 1, "shop")
        audit_rows.insert_entry(connection, event)
        audit_rows.insert_entry(connection, event)  # tried again: one entry
        raise ServiceError("it fails")

    with pytest.raises(ServiceError):
        running.store._database.write(fail)

    which = AuditFilter(Action.PROJECT_DELETED)
    assert not running.store.audit.list(None, which, of_all=True, after=None, limit=9).items

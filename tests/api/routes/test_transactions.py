"""Every request that writes does all of it or nothing, whichever of its statements fails."""

from __future__ import annotations

import json
import time
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.http.credentials import COOKIE
from archguard_api.models import Scope
from archguard_api.models.trusted_publishers import DEFAULT_ISSUERS
from archguard_api.services import token_uses
from archguard_api.services.notifications import notification_thread
from archguard_api.services.sessions import create_cookie
from archguard_api.services.tokens import create_token
from archguard_api.store.schema import metadata
from tests.api.http.authorization_table import PUBLISHER_BODY, RULE_BODY, RULE_IDS, TABLE
from tests.api.issuers import AUDIENCE, Issuer, add_publisher, run_issuer
from tests.api.notifications import add_known_rule
from tests.api.serving import SHOP, UPLOADED, Service, service
from tests.api.snapshots import commit_id, history

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_JSON = {"content-type": "application/json"}
_PAIRS = [("a", "old"), ("b", "old")]
REQUESTS: dict[str, tuple[str, bytes, dict[str, str]]] = {
    "PATCH /api/v1/projects/{project}": (
        SHOP,
        b'{"public": true, "settings": {"default_branch": "dev"}}',
        _JSON,
    ),
    "DELETE /api/v1/projects/{project}": (SHOP, b"", {}),
    "POST /api/v1/projects/{project}/restore": (f"{SHOP}/restore", b"", {}),
    "PATCH /api/v1/projects/{project}/branches/{branch:path}": (
        f"{SHOP}/branches/dev",
        b'{"name": "next"}',
        _JSON,
    ),
    "DELETE /api/v1/projects/{project}/branches/{branch:path}": (f"{SHOP}/branches/dev", b"", {}),
    "DELETE /api/v1/projects/{project}/snapshots/{commit}": (
        f"{SHOP}/snapshots/{commit_id('c0')}",
        b"",
        {},
    ),
    "DELETE /api/v1/projects/{project}/snapshots": (f"{SHOP}/snapshots?uploaded_by=UPLOADER", b"", {}),
    "POST /api/v1/projects/{project}/plans": (
        f"{SHOP}/plans",
        b'{"format_version": 1, "violations": [], "batches": []}',
        _JSON,
    ),
    "POST /api/v1/projects/{project}/snapshots": (
        "/api/v1/projects/new/snapshots",
        compress(encode(history([_PAIRS], branch="dev")[0])),
        UPLOADED,
    ),
    "POST /api/v1/projects/{project}/prune": (f"{SHOP}/prune", b'{"keep_days": 0}', _JSON),
    "POST /api/v1/projects/{project}/notifications": (f"{SHOP}/notifications", RULE_BODY, _JSON),
    "PATCH /api/v1/projects/{project}/notifications/{rule}": (
        f"{SHOP}/notifications/{RULE_IDS['shop']}",
        b'{"enabled": false, "events": ["sealed"]}',
        _JSON,
    ),
    "DELETE /api/v1/projects/{project}/notifications/{rule}": (
        f"{SHOP}/notifications/{RULE_IDS['shop']}",
        b"",
        {},
    ),
    "POST /api/v1/projects/{project}/notifications/{rule}/test": (
        f"{SHOP}/notifications/{RULE_IDS['shop']}/test",
        b"",
        {},
    ),
    "POST /api/v1/projects/{project}/trusted-publishers": (
        f"{SHOP}/trusted-publishers",
        PUBLISHER_BODY,
        _JSON,
    ),
    "DELETE /api/v1/projects/{project}/trusted-publishers/{publisher}": (
        f"{SHOP}/trusted-publishers/PUBLISHER",
        b"",
        {},
    ),
    "POST /api/v1/oidc/exchange": ("/api/v1/oidc/exchange", b"ID_TOKEN", _JSON),
    "POST /api/v1/tokens": ("/api/v1/tokens", b'{"project": "shop", "scope": "read"}', _JSON),
    "POST /api/v1/tokens/{token_id}/rotate": ("/api/v1/tokens/VICTIM/rotate", b"", {}),
    "DELETE /api/v1/tokens/{token_id}": ("/api/v1/tokens/VICTIM", b"", {}),
    "POST /api/v1/session": ("/api/v1/session", b"", {}),
    "DELETE /api/v1/session": ("/api/v1/session", b"", {}),
}
"""By route, a request that writes as much as one can."""
ONE_STATEMENT = {"DELETE /api/v1/session"}


@pytest.fixture(autouse=True)
def _no_last_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written between requests, however long the test takes."""
    monkeypatch.setattr(token_uses, "WRITE_SECONDS", 3600)
    monkeypatch.setattr(notification_thread, "POLL_SECONDS", 3600)


class _Fault:
    """Makes one writing statement of a service's database fail, in the database."""

    def __init__(self, running: Service) -> None:
        self._engine = running.store._engines.writer
        self.at = 0
        self.seen = 0

    @contextmanager
    def installed(self, at: int) -> Iterator[None]:
        """Fail the statement of this number, counted from 1."""
        self.at, self.seen = at, 0
        event.listen(self._engine, "before_cursor_execute", self._replace, retval=True)
        try:
            yield
        finally:
            event.remove(self._engine, "before_cursor_execute", self._replace)

    def _replace(
        self, _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> tuple[str, Any]:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self.seen += 1
            if self.seen == self.at:
                return "SELECT no_such_function()", [()] if many else ()
        return statement, parameters


def _serve(folder: Path, database: str, issuer: Issuer) -> AbstractContextManager[Service]:
    return service(
        folder,
        database=database,
        disk_reserve_bytes=0,
        public_url=AUDIENCE,
        oidc_issuers=(*DEFAULT_ISSUERS, issuer.address),
    )


def _prepare_exchange(running: Service, issuer: Issuer, path: str, body: bytes) -> tuple[str, bytes]:
    """Trust a publisher, if the request is about one, and put its id or its ID token there."""
    if "PUBLISHER" not in path and body != b"ID_TOKEN":
        return path, body
    publisher = add_publisher(running.store, issuer.address)
    if body == b"ID_TOKEN":
        body = json.dumps({"project": "shop", "id_token": issuer.sign()}).encode()
    return path.replace("PUBLISHER", publisher.id), body


def _dump(running: Service) -> dict[str, list[str]]:
    """Return every row of every table."""
    with running.store._engines.reader.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in metadata.sorted_tables
        }


def test_every_route_that_writes_has_a_request() -> None:
    assert {route for route in TABLE if not route.startswith("GET ")} == set(REQUESTS)


@pytest.mark.parametrize("route", REQUESTS)
def test_whichever_statement_fails_nothing_is_written(route: str, database: str, tmp_path: Path) -> None:
    path, body, headers = REQUESTS[route]
    now = int(time.time())
    _, victim = create_token("shop", Scope.READ, now=now - 60, days=1)
    cookie, cookie_hash = create_cookie()
    with run_issuer() as issuer, _serve(tmp_path, database, issuer) as running:
        for upload in history([_PAIRS, _PAIRS[:1], []]):
            assert running.upload(upload).status_code == 201
        running.upload(history([[]], branch="dev", prefix="d")[0])
        add_known_rule(running.store, "shop", RULE_IDS["shop"])
        running.store.credentials.add_token(victim)
        running.store.credentials.add_session(cookie_hash, victim.id, now)
        path, body = _prepare_exchange(running, issuer, path, body)
        headers = {**headers, **running.as_(running.token()), "cookie": f"{COOKIE}={cookie}"}
        path = path.replace("VICTIM", victim.id).replace("UPLOADER", running.token().split("_")[1])
        if route.endswith("/restore"):
            assert running.client.delete(SHOP, headers=headers).status_code == 202
        time.sleep(1.1 if "prune" in route else 0)  # graphs of this second are not old yet
        before, fault = _dump(running), _Fault(running)
        failed: list[int] = []
        while True:
            with fault.installed(len(failed) + 1):
                answer = running.client.request(
                    route.partition(" ")[0],
                    path,
                    content=body or None,
                    headers=headers,
                )
            if answer.status_code < 300:
                break
            assert answer.status_code == 503, answer.text
            failed.append(answer.status_code)
            assert _dump(running) == before
        after = _dump(running)

    assert len(failed) == 1 if route in ONE_STATEMENT else len(failed) > 1
    assert after != before


@pytest.mark.parametrize("route", REQUESTS)
def test_once_something_is_committed_no_request_fails(route: str, database: str, tmp_path: Path) -> None:
    path, body, headers = REQUESTS[route]
    now = int(time.time())
    _, victim = create_token("shop", Scope.READ, now=now - 60, days=1)
    cookie, cookie_hash = create_cookie()
    with run_issuer() as issuer, _serve(tmp_path, database, issuer) as running:
        running.upload(history([[]])[0])
        running.upload(history([[]], branch="dev", prefix="d")[0])
        add_known_rule(running.store, "shop", RULE_IDS["shop"])
        running.store.credentials.add_token(victim)
        running.store.credentials.add_session(cookie_hash, victim.id, now)
        path, body = _prepare_exchange(running, issuer, path, body)
        headers = {**headers, **running.as_(running.token()), "cookie": f"{COOKIE}={cookie}"}
        path = path.replace("VICTIM", victim.id).replace("UPLOADER", running.token().split("_")[1])
        if route.endswith("/restore"):
            assert running.client.delete(SHOP, headers=headers).status_code == 202
        time.sleep(1.1 if "prune" in route else 0)  # graphs of this second are not old yet
        with _failing_once_committed(running) as commits:
            answer = running.client.request(
                route.partition(" ")[0],
                path,
                content=body or None,
                headers=headers,
            )

    assert commits
    assert answer.status_code < 300


@contextmanager
def _failing_once_committed(running: Service) -> Iterator[list[object]]:
    """Fail every statement after a commit, as if the database went away; list the commits."""
    engines = running.store._engines
    commits: list[object] = []

    def fail(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> tuple[str, Any]:
        return ("SELECT no_such_function()", ()) if commits else (statement, parameters)

    def note(connection: object) -> None:
        commits.append(connection)

    event.listen(engines.writer, "commit", note)
    for engine in (engines.writer, engines.reader):
        event.listen(engine, "before_cursor_execute", fail, retval=True)
    try:
        yield commits
    finally:
        event.remove(engines.writer, "commit", note)
        for engine in (engines.writer, engines.reader):
            event.remove(engine, "before_cursor_execute", fail)


def test_a_change_with_a_setting_that_cannot_be_publishes_nothing(database: str, tmp_path: Path) -> None:
    with service(tmp_path, database=database, disk_reserve_bytes=0) as running:
        running.upload(history([[]])[0])
        change = {"public": True, "settings": {"default_branch": "\0"}}
        headers = running.as_(running.token())

        answer = running.client.patch(SHOP, json=change, headers=headers)

        assert answer.status_code == 422
        assert not running.store.deletions.get_access("shop").is_public
        assert running.client.get(SHOP).status_code == 401

"""A store that is slow costs a request its deadline and no more, on every route of the document."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from fastapi import Response
from fastapi.testclient import TestClient
from sqlalchemy import event

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.app import create_app
from archguard_api.http.deadline_middleware import DeadlineMiddleware
from archguard_api.models import Scope as TokenScope
from archguard_api.settings import Settings
from tests.api.http.authorization_table import TABLE
from tests.api.serving import SHOP, Service
from tests.api.snapshots import commit_id, history, upload
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx2 import Response as Answer
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from archguard_api.store import Store

    Open = Callable[..., Store]

_CALLS = {route.replace(":path}", "}"): call for route, call in TABLE.items()}
"""By the routes as the document has them."""
SECONDS = 0.4
"""What a request may take in these tests."""
HEALTH, READY = "GET /healthz", "GET /readyz"
EXCHANGE = "POST /api/v1/oidc/exchange"
"""An ID token that is not valid, such as these tests send, is refused without a look at the database."""
TREND = f"{SHOP}/trend?contract=no-old"
LATE = commit_id("late")
WRITES = {
    "PATCH /api/v1/projects/{project}": b'{"public": true}',
    "POST /api/v1/projects/{project}/prune": b'{"keep_days": 0}',
    "POST /api/v1/projects/{project}/snapshots": compress(
        encode(upload("late", [("z", "old")], parent="c3"))
    ),
}
"""Bodies that would change something."""


class SlowDatabase:
    """A real database that can be made slow: SQLite sleeps, PostgreSQL waits for locked tables."""

    def __init__(self, url: str, store: Store) -> None:
        self._url = url
        self._delay: Callable[[str], float] = lambda _statement: 0
        if url.startswith("sqlite"):
            for engine in (store._engines.reader, store._engines.writer):
                event.listen(engine, "connect", self._trace)
                engine.dispose()  # those that are open are not traced

    def _trace(self, connection: Any, _record: object) -> None:
        connection.set_trace_callback(lambda statement: time.sleep(self._delay(statement)))

    @contextmanager
    def slow(self, delay: Callable[[str], float], tables: Callable[[str], bool]) -> Iterator[None]:
        """Delay SQLite's statements so many seconds each, and lock these tables of PostgreSQL."""
        if self._url.startswith("sqlite"):
            self._delay = delay
            try:
                yield
            finally:
                self._delay = lambda _statement: 0
            return
        with psycopg.connect(self._url) as connection:
            names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            for (table,) in connection.execute(names).fetchall():
                if tables(table):
                    connection.execute(f'LOCK TABLE "{table}" IN ACCESS EXCLUSIVE MODE')
            yield


@contextmanager
def _serving(url: str, store: Store, seconds: float) -> Iterator[Service]:
    app = create_app(Settings(database=url, request_timeout=seconds), store)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Service(app, store, client)


@pytest.fixture
def shop(database: str, store: Store) -> Iterator[tuple[Service, SlowDatabase]]:
    """A project with a short history, on each kind of database, for requests that may take `SECONDS`."""
    for one in history([[("a", "old")], [], [("a", "old")], []]):
        store.add_snapshot("shop", one, token_id=None)
    with _serving(database, store, SECONDS) as running:
        running.token()
        yield running, SlowDatabase(database, store)


def _routes(running: Service) -> list[str]:
    paths = running.client.get("/openapi.json").json()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def _ask(running: Service, route: str) -> tuple[Answer, float]:
    """Send a route's request as an administrator; return the answer and how long it took."""
    call = _CALLS[route]
    watch = Stopwatch()
    response = running.client.request(
        route.partition(" ")[0],
        call.path.replace("VICTIM", "a1B2c3D4"),
        content=WRITES.get(route, call.body) or None,
        headers={**dict(call.headers), **running.as_(running.token())},
    )
    return response, watch.seconds()


def _walk(running: Service, routes: list[str]) -> dict[str, tuple[Answer, float]]:
    with ThreadPoolExecutor(6) as pool:
        return dict(zip(routes, pool.map(lambda route: _ask(running, route), routes), strict=True))


def _assert_all_refused(answers: dict[str, tuple[Answer, float]]) -> None:
    assert {route: answer.status_code for route, (answer, _) in answers.items()} == dict.fromkeys(
        answers, 503
    )
    assert all(int(answer.headers["retry-after"]) >= 1 for answer, _ in answers.values())
    assert {answer.headers["content-type"] for answer, _ in answers.values()} == {
        "application/problem+json"
    }
    assert {route: took for route, (_, took) in answers.items() if took > SECONDS + 1} == {}


def _wait_until_idle(store: Store) -> None:
    """Wait until no endpoint works any more."""
    ends = time.monotonic() + 20
    pools: list[Any] = [store._engines.reader.pool, store._engines.writer.pool]
    while any(pool.checkedout() for pool in pools):
        assert time.monotonic() < ends
        time.sleep(0.01)


def _state(store: Store) -> object:
    project = store.get_project("shop")
    assert project is not None
    graphs = [store.get_graph_digest("shop", commit_id(f"c{number}")) for number in range(4)]
    return project, graphs, store.credentials.list_tokens(None), store.get_snapshot("shop", LATE)


def test_every_route_answers_503_in_time_and_has_changed_nothing(
    shop: tuple[Service, SlowDatabase],
) -> None:
    running, database = shop
    routes = [route for route in _routes(running) if route not in (HEALTH, READY, EXCHANGE)]
    before = _state(running.store)
    about_tokens = {route for route in routes if "/token" in route or "/session" in route}

    with database.slow(lambda _statement: 0.15, lambda table: table != "tokens"):
        answers = _walk(running, [route for route in routes if route not in about_tokens])
        health, _ = _ask(running, HEALTH)
        _ready, took = _ask(running, READY)
        _assert_all_refused(answers)
    _wait_until_idle(running.store)
    with database.slow(
        lambda statement: 3 * SECONDS if "tokens" in statement else 0, lambda table: table == "tokens"
    ):
        _assert_all_refused(_walk(running, sorted(about_tokens)))

    _wait_until_idle(running.store)
    assert health.status_code == 200
    assert took < 1
    assert len(answers) + len(about_tokens) >= 27
    assert _state(running.store) == before


def test_without_a_deadline_the_same_database_keeps_a_request_waiting(
    database: str, store: Store
) -> None:
    store.add_snapshot("shop", upload("c0", [("a", "old")]), token_id=None)
    slow = SlowDatabase(database, store)
    with _serving(database, store, 60) as running, ThreadPoolExecutor(1) as pool:
        running.token()
        with slow.slow(lambda _statement: 0.15, lambda table: table != "tokens"):
            answer = pool.submit(running.get, TREND)
            time.sleep(1.5 * SECONDS)
            assert not answer.done()
        assert answer.result().status_code == 200


@pytest.mark.slow
def test_what_is_committed_is_acknowledged_however_late(upgraded_sqlite: str, open_store: Open) -> None:
    store = open_store(upgraded_sqlite)
    seconds = 3

    def sleep_before_commit(connection: Any, _record: object) -> None:
        connection.set_trace_callback(lambda sql: time.sleep(seconds + 1) if sql == "COMMIT" else None)

    with _serving(upgraded_sqlite, store, seconds) as running:
        running.token(TokenScope.UPLOAD)
        event.listen(store._engines.writer, "connect", sleep_before_commit)
        store._engines.writer.dispose()

        watch = Stopwatch()
        answer = running.upload(upload("late"), token=running.token(TokenScope.UPLOAD))

        assert watch.seconds() > seconds
        assert answer.status_code == 201
        assert store.get_snapshot("shop", LATE) is not None


class Channel:
    """A client that sends its body in parts, with pauses, and keeps what it is answered."""

    def __init__(self, *pauses: float) -> None:
        self._pauses = list(pauses)
        self.statuses: list[int] = []
        self.bodies = 0

    async def receive(self) -> Message:
        await asyncio.sleep(self._pauses.pop(0))
        return {"type": "http.request", "body": b"x", "more_body": bool(self._pauses)}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.statuses.append(message["status"])
        else:
            self.bodies += 1


def _run(app: ASGIApp, channel: Channel, seconds: float) -> None:
    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    middleware = DeadlineMiddleware(app, seconds=seconds)
    asyncio.run(middleware(scope, channel.receive, channel.send))


def _app(seconds: float) -> ASGIApp:
    """An application that reads the body, and works so long before it answers."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass
        await asyncio.sleep(seconds)
        await Response("done")(scope, receive, send)

    return app


def test_the_time_for_sending_the_body_does_not_count() -> None:
    channel = Channel(0.2, 0.5, 0.5)

    _run(_app(0), channel, 0.8)

    assert channel.statuses == [200]


def test_the_time_after_the_body_counts_and_a_late_answer_is_dropped() -> None:
    channel = Channel(0.0, 0.0)

    _run(_app(0.5), channel, 0.1)

    assert (channel.statuses, channel.bodies) == ([503], 1)

"""An answer is given again as long as asking the database would give the same, and no longer."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

import pytest

from archguard_api.http.response_cache import ResponseCache
from archguard_api.models import ProjectSettings, Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import Store
from archguard_api.store.response_basis import ResponseBasis
from tests.api.serving import SHOP, Service, serve, service
from tests.api.snapshots import history, upload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TREND = f"{SHOP}/trend"


def _count(running: Service, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queries: list[str] = []
    ask = running.store.credentials.get_token

    def counted(token_id: str) -> object:
        queries.append(token_id)
        return ask(token_id)

    monkeypatch.setattr(running.store.credentials, "get_token", counted)
    return queries


def test_the_second_time_nothing_is_asked(shop: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = _count(shop, monkeypatch)

    first, second = shop.get(TREND), shop.get(TREND)

    assert first.content == second.content
    assert first.headers == second.headers
    assert len(queries) == 1


def test_an_upload_ends_the_project_s_answers(shop: Service) -> None:
    before = shop.get(TREND).json()
    shop.upload(upload("c4", [], parent="c3", at=1_700_000_000 + 4 * 86_400))

    assert len(shop.get(TREND).json()["points"]) == len(before["points"]) + 1


def test_another_process_s_revocation_ends_an_answer(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, token = create_token("shop", Scope.READ, now=int(time.time()), days=1)
    shop.store.credentials.add_token(token)
    assert shop.client.get(TREND, headers=shop.as_(text)).status_code == 200
    other = Store(shop.app.state.archguard.settings.database_url)

    other.credentials.revoke_token(token.id, int(time.time()))
    other.close()

    assert shop.client.get(TREND, headers=shop.as_(text)).status_code == 401


def test_an_answer_holds_no_longer_than_its_token(tmp_path: Path) -> None:
    now = [1_800_000_000]
    with service(tmp_path, clock=lambda: now[0]) as shop:
        shop.upload(upload("c0"))
        text, token = create_token("shop", Scope.READ, now=now[0], days=1)
        shop.store.credentials.add_token(dataclasses.replace(token, expires_at=now[0] + 60))
        assert shop.client.get(TREND, headers=shop.as_(text)).status_code == 200

        now[0] += 61

        assert shop.client.get(TREND, headers=shop.as_(text)).status_code == 401


def test_answers_of_one_caller_are_not_given_to_another(shop: Service) -> None:
    assert shop.get(TREND).status_code == 200

    assert shop.client.get(TREND).status_code == 401
    stranger = shop.as_(shop.token(Scope.READ, "other"))
    assert shop.client.get(TREND, headers=stranger).status_code == 404


def test_an_answer_given_again_is_counted_under_its_route(shop: Service) -> None:
    for _ in range(3):
        assert shop.get(TREND).status_code == 200

    figures = shop.get("/metrics").text

    wanted = (
        'http_requests_total{handler="/api/v1/projects/{project}/trend",method="GET",status="2xx"} 3.0'
    )
    assert wanted in figures


def test_of_two_tokens_in_one_request_the_one_that_is_looked_at_is_the_one_that_is_kept(
    shop: Service,
) -> None:
    true, false = shop.as_(shop.token())["authorization"], "Bearer nothing"
    twice = [("authorization", true), ("authorization", false)]
    assert shop.client.get(TREND, headers=twice).status_code == 200

    assert shop.client.get(TREND, headers={"authorization": false}).status_code == 401


@pytest.fixture
def two_processes(database: str) -> Iterator[tuple[Service, Store]]:
    """A service with two projects, and a store of another process on the same database."""
    with serve(database) as running:
        for project in ("shop", "bank"):
            for one in history([[("a", "old")], []]):
                running.upload(one, project)
        other = Store(database, reserve_bytes=0)
        yield running, other
        other.close()


def _count_routed(running: Service, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """List the requests that reach their routes."""
    routed: list[str] = []
    find = running.store.get_branch

    def counted(project: str, name: str | None = None) -> object:
        routed.append(project)
        return find(project, name)

    monkeypatch.setattr(running.store, "get_branch", counted)
    return routed


def test_a_change_of_another_project_ends_no_answer(
    two_processes: tuple[Service, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, other = two_processes
    routed = _count_routed(running, monkeypatch)
    before = running.get(TREND)
    _, token = create_token("bank", Scope.READ, now=int(time.time()), days=1)

    changes: list[Callable[[], object]] = [
        lambda: other.add_snapshot("bank", upload("new", [], parent="c1"), token_id=None),
        lambda: other.add_snapshot("third", upload("new"), token_id=None),
        lambda: other.projects.change("bank", public=True),
        lambda: other.credentials.add_token(token),
        lambda: other.credentials.revoke_token(token.id, int(time.time())),
        lambda: running.store.add_snapshot("bank", upload("newer", [], parent="new"), token_id=None),
    ]
    for change in changes:
        change()
        assert running.get(TREND).content == before.content

    assert routed == ["shop"]


def test_every_change_of_the_project_itself_ends_its_answers(
    two_processes: tuple[Service, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, other = two_processes
    routed = _count_routed(running, monkeypatch)
    running.get(TREND)
    at = 1_700_000_000 + 4 * 86_400

    def work_in() -> None:
        other.add_snapshot("shop", upload("late", [], parent="c0", at=1_700_000_001), token_id=None)
        running.get(TREND)
        other.upkeep.finish_rebuilds()

    changes: list[Callable[[], object]] = [
        lambda: other.add_snapshot("shop", upload("c2", [], parent="c1", at=at), token_id=None),
        lambda: other.add_snapshot("shop", upload("dev", branch="dev"), token_id=None),
        lambda: other.projects.change("shop", public=True),
        lambda: other.projects.change("shop", settings=ProjectSettings(default_branch="main")),
        work_in,
        lambda: other.upkeep.prune_graphs("shop", keep_days=0, keep_last=0),
    ]
    for change in changes:
        routed.clear()
        change()
        running.get(TREND)
        assert routed
        routed.clear()
        running.get(TREND)
        assert not routed


def test_an_answer_to_a_token_ends_with_it_whatever_becomes_of_the_project(
    two_processes: tuple[Service, Store],
) -> None:
    running, other = two_processes
    text, token = create_token("shop", Scope.READ, now=int(time.time()), days=1)
    other.credentials.add_token(token)
    reader = running.as_(text)
    assert running.client.get(TREND, headers=reader).status_code == 200
    other.credentials.set_last_uses({token.id: int(time.time())})
    assert running.client.get(TREND, headers=reader).status_code == 200

    other.credentials.replace_token_secret(token.id, b"another")

    assert running.client.get(TREND, headers=reader).status_code == 401


def test_a_project_that_is_made_private_is_nobody_s_at_once(
    two_processes: tuple[Service, Store],
) -> None:
    running, other = two_processes
    other.projects.change("shop", public=True)
    assert running.client.get(TREND).status_code == 200

    other.projects.change("shop", public=False)

    assert running.client.get(TREND).status_code == 401


def test_who_varies_the_query_pushes_out_no_answer_that_was_given_again() -> None:
    cache = ResponseCache(lambda: 0.0)
    basis = ResponseBasis(1, None)

    def put(key: bytes, size: int) -> None:
        cache.put(key, bytes(size), "", project="shop", stamp=1, basis=basis)

    put(b"given again", 100)
    put(b"given once", 100)
    assert cache.get(b"given again")

    for number in range(100):
        put(b"variation %d" % number, 1_000_000)

    assert cache.get(b"given again")
    assert not cache.get(b"given once")

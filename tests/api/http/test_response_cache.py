"""An answer is given again only while asking the database would give the same."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING

from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.store import Store
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TREND = f"{SHOP}/trend"


def _count(running: Service, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    queries: list[str] = []
    ask = running.store.get_token

    def counted(token_id: str) -> object:
        queries.append(token_id)
        return ask(token_id)

    monkeypatch.setattr(running.store, "get_token", counted)
    return queries


def test_the_second_time_nothing_is_asked(shop: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = _count(shop, monkeypatch)

    first, second = shop.get(TREND), shop.get(TREND)

    assert first.content == second.content
    assert first.headers == second.headers
    assert len(queries) == 1


def test_an_upload_ends_every_answer(shop: Service) -> None:
    before = shop.get(TREND).json()
    shop.upload(upload("c4", [], parent="c3", at=1_700_000_000 + 4 * 86_400))

    assert len(shop.get(TREND).json()["points"]) == len(before["points"]) + 1


def test_another_process_s_commit_ends_every_answer(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, token = create_token("shop", Scope.READ, now=int(time.time()), days=1)
    shop.store.add_token(token)
    assert shop.client.get(TREND, headers=shop.as_(text)).status_code == 200
    other = Store(shop.app.state.archguard.settings.database_url)

    other.revoke_token(token.id, int(time.time()))
    other.close()

    assert shop.client.get(TREND, headers=shop.as_(text)).status_code == 401


def test_an_answer_holds_no_longer_than_its_token(tmp_path: Path) -> None:
    now = [1_800_000_000]
    with service(tmp_path, clock=lambda: now[0]) as shop:
        shop.upload(upload("c0"))
        text, token = create_token("shop", Scope.READ, now=now[0], days=1)
        shop.store.add_token(dataclasses.replace(token, expires_at=now[0] + 60))
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

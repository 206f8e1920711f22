"""A token is exchanged for a cookie, which dies with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from archguard_api.app import create_app
from archguard_api.http.credentials import COOKIE
from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from archguard_api.settings import Settings
from archguard_api.store.session_rows import MAX_SESSIONS
from archguard_api.times import DAY
from tests.api.clock import NOW, Clock
from tests.api.serving import SHOP, Service, serve
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx2 import Response

SESSION = "/api/v1/session"
OWN_PAGE = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def running(database: str, clock: Clock) -> Iterator[Service]:
    """A service on each kind of database, with a private project."""
    with serve(database, clock=clock) as started:
        assert started.upload(upload("one")).status_code == 201
        yield started


def _sign_in(running: Service, token: str) -> Response:
    answer = running.client.post(SESSION, headers=running.as_(token))
    assert answer.status_code == 201
    return answer


def _make_token(running: Service, scope: Scope = Scope.READ) -> tuple[str, str]:
    text, token = create_token("shop", scope, now=NOW, days=1, name="a desk")
    running.store.credentials.add_token(token)
    return text, token.id


def test_a_cookie_says_who_one_is_and_no_script_can_read_it(running: Service) -> None:
    text, token_id = _make_token(running)

    signed_in = _sign_in(running, text)

    expected = {
        "token": token_id,
        "name": "a desk",
        "scope": "read",
        "project": "shop",
        "expires_at": "2027-01-16T08:00:00Z",
    }
    assert signed_in.json() == expected
    assert running.client.get(SESSION).json() == expected
    parts = signed_in.headers["set-cookie"].split("; ")
    assert set(parts[1:]) == {"HttpOnly", f"Max-Age={DAY}", "Path=/", "SameSite=lax"}
    assert text not in signed_in.headers["set-cookie"]


def test_over_tls_the_cookie_is_secure_and_its_path_is_the_root_path(running: Service) -> None:
    database = running.app.state.archguard.settings.database
    app = create_app(Settings(database=database, root_path="/guard"), running.store)
    text, _ = _make_token(running)

    with TestClient(app, base_url="https://testserver") as client:
        given = client.post(f"/guard{SESSION}", headers=running.as_(text)).headers["set-cookie"]
        taken = client.delete(f"/guard{SESSION}", headers=OWN_PAGE).headers["set-cookie"]
        dead = client.get(f"/guard{SESSION}", headers={"cookie": f"{COOKIE}=x"}).headers["set-cookie"]

    for cookie in (given, taken, dead):
        assert "; Secure" in cookie
        assert "Path=/guard;" in cookie


def test_the_cookie_is_stored_as_a_digest(running: Service) -> None:
    text, _ = _make_token(running)
    _sign_in(running, text)
    cookie = running.client.cookies[COOKIE]

    with running.store._engines.reader.connect() as connection:
        stored = connection.exec_driver_sql("SELECT cookie_hash FROM sessions").scalars().all()

    assert len(stored) == 1
    assert cookie.encode() not in bytes(stored[0])
    assert len(bytes(stored[0])) == 32


def test_signing_out_ends_the_session_and_nothing_else(running: Service) -> None:
    text, _ = _make_token(running)
    _sign_in(running, text)
    cookie = {"cookie": f"{COOKIE}={running.client.cookies[COOKIE]}"}
    running.client.cookies.clear()
    assert running.client.get(SHOP, headers=cookie).status_code == 200

    ended = running.client.delete(SESSION, headers={**cookie, **OWN_PAGE})

    assert ended.status_code == 204
    assert "Max-Age=0" in ended.headers["set-cookie"]
    assert running.client.get(SHOP, headers=cookie).status_code == 401
    assert running.client.get(SHOP, headers=running.as_(text)).status_code == 200


def test_a_session_ends_with_its_token_s_time(running: Service, clock: Clock) -> None:
    text, _ = _make_token(running)
    _sign_in(running, text)
    clock.now += DAY - 1
    assert running.client.get(SHOP).status_code == 200

    clock.now += 1
    after = running.client.get(SHOP)

    assert after.status_code == 401
    assert "Max-Age=0" in after.headers["set-cookie"]


def test_a_session_ends_with_its_token_s_revocation_in_another_process(running: Service) -> None:
    text, token_id = _make_token(running)
    _sign_in(running, text)
    cookie = {"cookie": f"{COOKIE}={running.client.cookies[COOKIE]}"}
    url = running.app.state.archguard.settings.database
    with serve(url, clock=running.store._clock) as other:
        assert other.client.get(SHOP, headers=cookie).status_code == 200

        running.store.credentials.revoke_token(token_id, NOW)
        after = other.client.get(SHOP, headers=cookie)

    assert after.status_code == 401


def test_a_dead_cookie_sees_public_pages(running: Service) -> None:
    text, token_id = _make_token(running)
    _sign_in(running, text)
    admin = running.as_(running.token())
    running.client.patch(SHOP, json={"public": True}, headers=admin)
    running.store.credentials.revoke_token(token_id, NOW)
    cookie = {"cookie": f"{COOKIE}={running.client.cookies[COOKIE]}"}
    running.client.cookies.clear()

    for _ in range(2):  # not only the first time: an answer from the cache takes it away, too
        answer = running.client.get(f"{SHOP}/trend", headers=cookie)

        assert answer.status_code == 200
        assert "Max-Age=0" in answer.headers["set-cookie"]
    assert running.client.get(SESSION, headers=cookie).status_code == 204
    assert running.client.get("/badge/shop.svg", headers=cookie).status_code == 200


def test_an_answer_is_given_again_to_the_same_cookie_alone(running: Service) -> None:
    readers = []
    for _ in range(2):
        text, _ = _make_token(running)
        _sign_in(running, text)
        readers.append({"cookie": f"{COOKIE}={running.client.cookies[COOKIE]}"})
        running.client.cookies.clear()
    trend = f"{SHOP}/trend"
    answers = [running.client.get(trend, headers=reader) for reader in (*readers, *readers)]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert {answer.headers["vary"] for answer in answers} == {"Authorization, Cookie"}
    assert running.client.get(trend).status_code == 401
    running.client.delete(SESSION, headers={**readers[0], **OWN_PAGE})
    after = [running.client.get(trend, headers=reader).status_code for reader in readers]
    assert after == [401, 200]


@pytest.mark.parametrize("kind", ["svg", "json"])
def test_a_badge_for_somebody_lies_in_no_cache_that_others_share(running: Service, kind: str) -> None:
    text, _ = _make_token(running)
    path = f"/badge/shop.{kind}"
    anybody = running.client.get(path)
    by_token = running.client.get(path, headers=running.as_(text))
    _sign_in(running, text)
    by_cookie = running.client.get(path)

    lifetimes = [answer.headers["cache-control"] for answer in (anybody, by_token, by_cookie)]
    assert lifetimes == ["max-age=60", "private, max-age=60", "private, max-age=60"]
    assert anybody.headers["vary"] == "Authorization, Cookie"
    assert anybody.content != by_cookie.content


@pytest.mark.parametrize("headers", [OWN_PAGE, {"origin": "http://testserver"}])
def test_a_cookie_changes_something_from_an_own_page(running: Service, headers: dict[str, str]) -> None:
    text, _ = _make_token(running, Scope.ADMIN)
    _sign_in(running, text)

    changed = running.client.patch(SHOP, json={"public": True}, headers=headers)

    assert changed.status_code == 200


def test_signing_in_again_ends_the_session_before(running: Service) -> None:
    text, _ = _make_token(running)
    _sign_in(running, text)
    first = {"cookie": f"{COOKIE}={running.client.cookies[COOKIE]}"}
    _sign_in(running, text)

    assert running.client.get(SHOP).status_code == 200
    running.client.cookies.clear()
    assert running.client.get(SHOP, headers=first).status_code == 401


def test_a_token_has_so_many_sessions_and_no_more(running: Service) -> None:
    _, token_id = _make_token(running)
    for number in range(MAX_SESSIONS + 5):
        running.store.credentials.add_session(number.to_bytes(32), token_id, NOW + number)

    alive = [
        number
        for number in range(MAX_SESSIONS + 5)
        if running.store.credentials.get_session_token(number.to_bytes(32)) is not None
    ]

    assert alive == list(range(5, MAX_SESSIONS + 5))


def test_the_sessions_of_tokens_that_hold_no_longer_are_dropped(running: Service) -> None:
    _, brief = _make_token(running)
    _, token = create_token("shop", Scope.READ, now=NOW, days=None)
    running.store.credentials.add_token(replace(token, expires_at=None))
    running.store.credentials.add_session(b"brief", brief, NOW)

    running.store.credentials.add_session(b"long", token.id, NOW + DAY)

    assert running.store.credentials.get_session_token(b"brief") is None
    assert running.store.credentials.get_session_token(b"long") is not None

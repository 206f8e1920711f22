"""Every route against every caller, by token and by cookie, on both databases."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from archguard_api.http.credentials import COOKIE
from archguard_api.models import Scope
from archguard_api.services.sessions import create_cookie
from archguard_api.services.tokens import create_token
from tests.api.databases import create_sqlite
from tests.api.http.authorization_table import CALLERS, DEAD, TABLE, Call, expect_by_cookie, upload_shops
from tests.api.reused_postgresql import copy_postgresql
from tests.api.serving import Service, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from httpx2 import Response

OWN_PAGE = {"sec-fetch-site": "same-origin"}
ELSEWHERE = {
    "cross-site": {"sec-fetch-site": "cross-site", "origin": "http://testserver"},
    "a sibling": {"sec-fetch-site": "same-site"},
    "another origin": {"origin": "http://evil.example"},
    "another scheme": {"origin": "https://testserver"},
    "an opaque origin": {"origin": "null"},
    "no word": {},
}
WITHOUT_COOKIES = ("POST /api/v1/session", "POST /api/v1/oidc/exchange")
"""Routes that look at no cookie."""
STRANGERS = ("nobody", "garbage", "foreign upload", "foreign read", "foreign admin")


@dataclass(frozen=True)
class Shops:
    """A service with the private projects `shop` and `other`, and each caller's token."""

    running: Service
    tokens: dict[str, str | None]

    def ask(self, route: str, call: Call, headers: dict[str, str]) -> Response:
        """Send the call of a route."""
        self.running.client.cookies.clear()  # a browser would send back what a sign-in gave it
        answer = self.running.client.request(
            route.partition(" ")[0],
            self._make_path(call.path),
            headers={**dict(call.headers), **headers},
            content=call.body or None,
        )
        if answer.status_code == 202:
            self.running.store.deletions.restore("shop")
        return answer

    def by_token(self, who: str) -> dict[str, str]:
        """Headers of a caller who sends the token."""
        return self.running.as_(self.tokens[who])

    def by_cookie(self, who: str) -> dict[str, str]:
        """Headers of a caller who sends a cookie: of a new session, since some calls end it."""
        token = self.tokens[who]
        if token is None:
            return {}
        text, digest = create_cookie()
        if who == "garbage":
            text = token
        elif who not in ("mistyped", "unknown"):
            self.running.store.credentials.add_session(digest, token.split("_")[1], int(time.time()))
        return {"cookie": f"{COOKIE}={text}"}

    def _make_path(self, path: str) -> str:
        if "VICTIM" not in path:
            return path
        now = int(time.time())
        _, victim = create_token("shop", Scope.READ, now=now, days=1)
        self.running.store.credentials.add_token(replace(victim, expires_at=now + 60))
        return path.replace("VICTIM", victim.id)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def shops(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shops]:
    """A service on each kind of database, and callers with every kind of token."""
    folder = tmp_path_factory.mktemp("service")
    with (
        _open_database(request, folder) as url,
        serve(url, failed_tokens_per_minute=100_000) as running,
    ):
        upload_shops(running)
        yield Shops(running, _make_tokens(running))


@contextmanager
def _open_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield create_sqlite(folder / "service.db")
        return
    server = request.getfixturevalue("postgresql_server")
    with copy_postgresql(server, template=request.getfixturevalue("_postgresql_template")) as url:
        yield url


def _make_tokens(running: Service) -> dict[str, str | None]:
    now = int(time.time())
    tokens: dict[str, str | None] = {"nobody": None, "garbage": "agp_x"}
    for kind, project in (("", "shop"), ("foreign ", "other"), ("all ", None)):
        for scope in Scope:
            tokens[f"{kind}{scope}"] = running.token(scope, project)
    tokens["expired"], token = create_token("shop", Scope.ADMIN, now=now, days=1)
    running.store.credentials.add_token(replace(token, expires_at=now - 1))
    tokens["revoked"], token = create_token("shop", Scope.ADMIN, now=now, days=1)
    running.store.credentials.add_token(replace(token, revoked_at=now - 1))
    tokens["unknown"], _ = create_token("shop", Scope.ADMIN, now=now, days=1)
    good = running.token(Scope.ADMIN, "shop")
    tokens["mistyped"] = good[:-8] + ("a" if good[-8] != "a" else "b") + good[-7:]
    return tokens


def test_every_route_has_a_row(shops: Shops) -> None:
    routes = {
        f"{method} {route.path}"  # type: ignore[attr-defined]
        for route in shops.running.app.routes
        for method in set(route.methods or ()) - {"HEAD"}  # type: ignore[attr-defined]
    }

    assert routes == set(TABLE)


@pytest.mark.parametrize("route", TABLE)
def test_everybody_gets_what_the_table_says(route: str, shops: Shops) -> None:
    statuses = {who: shops.ask(route, TABLE[route], shops.by_token(who)).status_code for who in CALLERS}

    assert statuses == dict(TABLE[route].expected)


@pytest.mark.parametrize("route", TABLE)
def test_a_cookie_stands_for_its_token(route: str, shops: Shops) -> None:
    statuses = {
        who: shops.ask(route, TABLE[route], {**OWN_PAGE, **shops.by_cookie(who)}).status_code
        for who in CALLERS
    }

    assert statuses == expect_by_cookie(route)


@pytest.mark.parametrize("route", [route for route in TABLE if not route.startswith("GET ")])
@pytest.mark.parametrize("page", ELSEWHERE)
def test_a_cookie_changes_nothing_from_another_site_s_page(route: str, page: str, shops: Shops) -> None:
    who = "all admin"
    answer = shops.ask(route, TABLE[route], {**ELSEWHERE[page], **shops.by_cookie(who)})

    assert answer.status_code == (401 if route in WITHOUT_COOKIES else 403)


@pytest.mark.parametrize("route", [route for route, call in TABLE.items() if call.private])
@pytest.mark.parametrize("way", [Shops.by_token, Shops.by_cookie])
def test_a_foreign_project_answers_as_an_absent_one(
    route: str, way: Callable[[Shops, str], dict[str, str]], shops: Shops
) -> None:
    call = TABLE[route]
    absent = replace(call, path=call.path.replace("/shop", "/none", 1))

    for who in STRANGERS:
        foreign, missing = (
            shops.ask(route, asked, {**OWN_PAGE, **way(shops, who)}) for asked in (call, absent)
        )

        assert foreign.status_code == missing.status_code, who
        assert foreign.content == missing.content, who
        assert foreign.headers == missing.headers, who


def test_tokens_that_do_not_hold_all_get_the_same_answer(shops: Shops) -> None:
    route = "GET /api/v1/projects/{project}"
    answers = {
        (answer.status_code, answer.content, tuple(sorted(answer.headers.items())))
        for who in ("nobody", *DEAD)
        for answer in [shops.ask(route, TABLE[route], shops.by_token(who))]
    }

    assert len(answers) == 1
    assert dict(answers.pop()[2])["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("who", DEAD)
def test_a_dead_cookie_is_taken_away_and_a_dead_token_is_not_rescued_by_a_live_cookie(
    who: str, shops: Shops
) -> None:
    route = "GET /api/v1/projects"
    dead = shops.ask(route, TABLE[route], shops.by_cookie(who))
    live = shops.by_cookie("all admin")
    both = shops.ask(route, TABLE[route], {**shops.by_token(who), **live})

    assert dead.status_code == 200
    assert dead.json()["items"] == []
    assert "Max-Age=0" in dead.headers["set-cookie"]
    assert both.status_code == 401
    assert "set-cookie" not in shops.ask(route, TABLE[route], live).headers

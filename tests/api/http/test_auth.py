"""Who may do what: every route against every caller; a route without a row fails."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.models import Scope
from archguard_api.services.dashboard_files import DashboardFiles
from archguard_api.services.tokens import create_token
from tests.api.serving import SHOP, UPLOADED, Service, service
from tests.api.snapshots import commit_id, history, upload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from httpx2 import Response

V1 = "/api/v1"
CALLERS = (
    "nobody",
    "garbage",
    "mistyped",
    "unknown",
    "expired",
    "revoked",
    "upload",
    "read",
    "admin",
    "foreign upload",
    "foreign read",
    "foreign admin",
    "all upload",
    "all read",
    "all admin",
)
_BAD = dict.fromkeys(("garbage", "mistyped", "unknown", "expired", "revoked"), 401)


def _row(
    nobody: int, own: tuple[int, int, int], foreign: int, everything: tuple[int, int, int]
) -> dict[str, int]:
    """Statuses: no token; upload, read, admin of the project; a token of another; of all."""
    return {
        "nobody": nobody,
        **_BAD,
        **dict(zip(("upload", "read", "admin"), own, strict=True)),
        **dict.fromkeys(("foreign upload", "foreign read", "foreign admin"), foreign),
        **dict(zip(("all upload", "all read", "all admin"), everything, strict=True)),
    }


READ = _row(401, (403, 200, 200), 404, (403, 200, 200))
UPLOAD = _row(401, (200, 403, 200), 404, (200, 403, 200))
ADMIN = _row(401, (403, 403, 200), 404, (403, 403, 200))
LIST = {**_row(200, (403, 200, 200), 200, (403, 200, 200)), "foreign upload": 403}
OPEN = dict.fromkeys(CALLERS, 200)
HOLDS = {**OPEN, **_BAD, "nobody": 401}
BADGE = {**OPEN, **_BAD}
TOKENS = {**_row(401, (403, 403, 200), 403, (403, 403, 200)), "foreign admin": 200}
MAKE_TOKEN = {**_row(401, (403, 403, 201), 403, (403, 403, 201)), "foreign admin": 404}
REVOKE = {**_row(401, (403, 403, 204), 403, (403, 403, 204)), "foreign admin": 404}
METRICS = _row(401, (403, 403, 403), 403, (403, 200, 200))


@dataclass(frozen=True)
class Call:
    """A request that is right in everything but, perhaps, who sends it."""

    path: str
    expected: Mapping[str, int]
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    private: bool = False
    """Whether another project's answer must be an absent project's, byte for byte."""


COMMIT = commit_id("c3")
_JSON = (("content-type", "application/json"),)
TABLE = {
    f"GET {V1}/projects": Call(f"{V1}/projects", LIST),
    f"GET {V1}/projects/{{project}}": Call(SHOP, READ, private=True),
    f"PATCH {V1}/projects/{{project}}": Call(SHOP, ADMIN, b"{}", _JSON, private=True),
    f"POST {V1}/projects/{{project}}/prune": Call(
        f"{SHOP}/prune", ADMIN, b'{"keep_days": 9}', _JSON, private=True
    ),
    f"GET {V1}/projects/{{project}}/branches": Call(f"{SHOP}/branches", READ, private=True),
    f"POST {V1}/projects/{{project}}/snapshots": Call(
        f"{SHOP}/snapshots",
        UPLOAD,
        compress(encode(history([[], [], [], []])[0])),
        tuple(UPLOADED.items()),
        private=True,
    ),
    f"GET {V1}/projects/{{project}}/snapshots": Call(f"{SHOP}/snapshots", READ, private=True),
    f"GET {V1}/projects/{{project}}/snapshots/{{commit}}": Call(
        f"{SHOP}/snapshots/{COMMIT}", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/snapshots/{{commit}}/graph": Call(
        f"{SHOP}/snapshots/{COMMIT}/graph", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/snapshots/{{commit}}/violations": Call(
        f"{SHOP}/snapshots/{COMMIT}/violations", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/trend": Call(f"{SHOP}/trend", READ, private=True),
    f"GET {V1}/projects/{{project}}/violations": Call(f"{SHOP}/violations", READ, private=True),
    f"GET {V1}/projects/{{project}}/violations/groups": Call(
        f"{SHOP}/violations/groups?by=owner", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/compare": Call(
        f"{SHOP}/compare?base={commit_id('c0')}&head={COMMIT}", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/modules/{{module}}": Call(
        f"{SHOP}/modules/shop", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/modules/{{module}}/neighbourhood": Call(
        f"{SHOP}/modules/shop/neighbourhood", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/modules/{{module}}/history": Call(
        f"{SHOP}/modules/shop/history", READ, private=True
    ),
    f"GET {V1}/projects/{{project}}/chain": Call(f"{SHOP}/chain?from=shop&to=shop", READ, private=True),
    f"GET {V1}/projects/{{project}}/modules": Call(f"{SHOP}/modules?search=s", READ, private=True),
    f"GET {V1}/projects/{{project}}/between": Call(
        f"{SHOP}/between?from=shop&to=shop", READ, private=True
    ),
    f"GET {V1}/token": Call(f"{V1}/token", HOLDS),
    f"GET {V1}/tokens": Call(f"{V1}/tokens", TOKENS),
    f"POST {V1}/tokens": Call(
        f"{V1}/tokens", MAKE_TOKEN, b'{"project": "shop", "scope": "read"}', _JSON
    ),
    f"DELETE {V1}/tokens/{{token_id}}": Call(f"{V1}/tokens/VICTIM", REVOKE),
    "GET /badge/{project}.svg": Call("/badge/shop.svg", BADGE, private=True),
    "GET /badge/{project}.json": Call("/badge/shop.json", BADGE, private=True),
    "GET /metrics": Call("/metrics", METRICS),
    "GET /healthz": Call("/healthz", OPEN),
    "GET /readyz": Call("/readyz", OPEN),
    "GET /openapi.json": Call("/openapi.json", OPEN),
    "GET /docs": Call("/docs", OPEN),
    "GET /docs/start.js": Call("/docs/start.js", OPEN),
    "GET /docs/{name}": Call("/docs/swagger-ui.css", OPEN),
    "GET /": Call("/", OPEN),
    "GET /settings": Call("/settings", OPEN),
    "GET /p/{rest:path}": Call("/p/shop/violations?sort=times", OPEN),
    "GET /assets/{name}": Call(f"/assets/{min(DashboardFiles().assets, default='not-built')}", OPEN),
}


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Projects `shop` and `other`, both private, with the same history."""
    with service(tmp_path_factory.mktemp("service"), failed_tokens_per_minute=10_000) as started:
        for project in ("shop", "other"):
            for one in history([[], [], [], []]):
                assert started.upload(one, project).status_code == 201
        yield started


@pytest.fixture(scope="module")
def tokens(shops: Service) -> dict[str, str | None]:
    now = int(time.time())
    by_caller: dict[str, str | None] = {"nobody": None, "garbage": "agp_x"}
    for kind, project in (("", "shop"), ("foreign ", "other"), ("all ", None)):
        for scope in Scope:
            by_caller[f"{kind}{scope}"] = shops.token(scope, project)
    text, token = create_token("shop", Scope.ADMIN, now=now, days=1)
    shops.store.add_token(replace(token, expires_at=now - 1))
    by_caller["expired"] = text
    by_caller["unknown"], _ = create_token("shop", Scope.ADMIN, now=now, days=1)
    text, token = create_token("shop", Scope.ADMIN, now=now, days=1)
    shops.store.add_token(replace(token, revoked_at=now - 1))
    by_caller["revoked"] = text
    good = shops.token(Scope.ADMIN, "shop")
    by_caller["mistyped"] = good[:-8] + ("a" if good[-8] != "a" else "b") + good[-7:]
    return by_caller


def _routes(running: Service) -> set[str]:
    return {
        f"{method} {route.path}"  # type: ignore[attr-defined]
        for route in running.app.routes
        for method in set(route.methods or ()) - {"HEAD"}  # type: ignore[attr-defined]
    }


def _ask(running: Service, route: str, call: Call, token: str | None) -> Response:
    path = call.path
    if "VICTIM" in path:
        _, victim = create_token("shop", Scope.READ, now=int(time.time()), days=1)
        running.store.add_token(victim)
        path = path.replace("VICTIM", victim.id)
    headers = {**dict(call.headers), **running.as_(token)}
    return running.client.request(
        route.partition(" ")[0], path, headers=headers, content=call.body or None
    )


def test_every_route_has_a_row(shops: Service) -> None:
    assert _routes(shops) == set(TABLE)


@pytest.mark.parametrize("route", TABLE)
def test_everybody_gets_what_the_table_says(
    route: str, shops: Service, tokens: dict[str, str | None]
) -> None:
    call = TABLE[route]
    statuses = {who: _ask(shops, route, call, tokens[who]).status_code for who in CALLERS}

    assert statuses == dict(call.expected)


@pytest.mark.parametrize("route", [route for route, call in TABLE.items() if call.private])
@pytest.mark.parametrize("who", ["nobody", "garbage", "foreign upload", "foreign read", "foreign admin"])
def test_a_foreign_project_answers_as_an_absent_one(
    route: str, who: str, shops: Service, tokens: dict[str, str | None]
) -> None:
    call = TABLE[route]
    absent = replace(call, path=call.path.replace("/shop", "/none", 1))

    foreign, missing = (_ask(shops, route, one, tokens[who]) for one in (call, absent))

    assert foreign.status_code == missing.status_code
    assert foreign.content == missing.content
    assert foreign.headers == missing.headers


def test_tokens_that_do_not_hold_all_get_the_same_answer(
    shops: Service, tokens: dict[str, str | None]
) -> None:
    answers = {
        (one.status_code, one.content, tuple(sorted(one.headers.items())))
        for one in (shops.client.get(SHOP, headers=shops.as_(tokens[who])) for who in ("nobody", *_BAD))
    }

    assert len(answers) == 1
    assert dict(answers.pop()[2])["www-authenticate"] == "Bearer"


def test_a_revoked_token_does_not_hold_from_the_next_request_on(shops: Service) -> None:
    text, token = create_token("shop", Scope.READ, now=int(time.time()), days=1)
    shops.store.add_token(token)
    assert shops.client.get(f"{SHOP}/trend", headers=shops.as_(text)).status_code == 200

    shops.store.revoke_token(token.id, int(time.time()))

    assert shops.client.get(f"{SHOP}/trend", headers=shops.as_(text)).status_code == 401


def test_a_token_in_the_address_is_not_looked_at(shops: Service) -> None:
    assert shops.client.get(f"{SHOP}?token={shops.token()}").status_code == 422


def test_a_public_project_is_read_by_anybody_and_changed_by_nobody(running: Service) -> None:
    running.upload(upload("one"))
    stranger = running.token(Scope.ADMIN, "other")

    running.client.patch(SHOP, json={"public": True}, headers=running.as_(running.token()))

    for who in (None, stranger):
        assert running.client.get(f"{SHOP}/trend", headers=running.as_(who)).status_code == 200
        changed = running.client.patch(SHOP, json={"public": False}, headers=running.as_(who))
        assert changed.status_code == (401 if who is None else 403)
    listed = running.client.get(f"{V1}/projects").json()["items"]
    assert [one["name"] for one in listed] == ["shop"]


def test_a_project_token_lists_its_own_project_and_public_ones(shops: Service) -> None:
    listed = shops.client.get(
        f"{V1}/projects", headers=shops.as_(shops.token(Scope.READ, "shop"))
    ).json()

    assert [one["name"] for one in listed["items"]] == ["shop"]


def test_a_project_that_the_settings_open_is_listed_for_everybody(tmp_path: Path) -> None:
    with service(tmp_path, public_read="shop") as running:
        for project in ("other", "shop"):
            running.upload(upload("one"), project)
        stranger = running.token(Scope.READ, "other")

        listed = [
            [one["name"] for one in running.client.get(f"{V1}/projects", headers=who).json()["items"]]
            for who in ({}, running.as_(stranger))
        ]

    assert listed == [["shop"], ["other", "shop"]]


def test_a_project_that_the_settings_open_is_said_to_be_public_whatever_the_store_says(
    tmp_path: Path,
) -> None:
    with service(tmp_path, public_read="shop") as running:
        for project in ("other", "shop"):
            running.upload(upload("one"), project)
        admin = running.as_(running.token(Scope.ADMIN))
        projects = [
            running.client.get(SHOP).json(),
            *running.client.get(f"{V1}/projects").json()["items"],
            running.client.patch(SHOP, json={"public": False}, headers=admin).json(),
        ]
        other = running.client.get(f"{V1}/projects/other", headers=admin).json()

    assert [one["public"] for one in projects] == [True, True, True]
    assert other["public"] is False


def test_who_tries_many_tokens_is_told_to_wait_and_a_right_one_still_holds(tmp_path: object) -> None:
    with service(tmp_path, failed_tokens_per_minute=3) as running:  # type: ignore[arg-type]
        statuses = [running.client.get(SHOP, headers=running.as_("agp_x")).status_code for _ in range(5)]
        refused = running.client.get(SHOP, headers=running.as_("agp_x"))

        assert statuses == [401, 401, 401, 429, 429]
        assert int(refused.headers["retry-after"]) > 0
        assert running.get(f"{V1}/projects").status_code == 200


@pytest.mark.parametrize("header", ["Basic c2hvcDpzaG9w", "Negotiate x", "agp_x", "", "Basic"])
def test_another_scheme_than_bearer_is_a_401_of_the_api_and_the_figures_alone(
    header: str, tmp_path: Path
) -> None:
    with service(tmp_path, failed_tokens_per_minute=3, metrics_public=True) as running:
        running.upload(upload("one"))
        running.client.patch(SHOP, json={"public": True}, headers=running.as_(running.token()))
        headers = {"authorization": header}
        statuses = {
            path: {running.client.get(path, headers=headers).status_code for _ in range(5)}
            for path in (
                *(SHOP, f"{V1}/projects", f"{V1}/token", "/metrics"),
                *("/", "/p/shop", "/badge/shop.svg", "/badge/shop.json", "/healthz", "/readyz", "/docs"),
            )
        }
        bearers = {running.client.get(path).status_code for path in (SHOP, "/metrics")}

    needs_bearer = {SHOP, f"{V1}/projects", f"{V1}/token", "/metrics"}
    assert {path for path, status in statuses.items() if status == {401}} == needs_bearer
    assert all(status == {200} for path, status in statuses.items() if path not in needs_bearer)
    assert bearers == {200}

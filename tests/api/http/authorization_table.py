"""Who may do what: each route, with the status that each caller gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from archguard_api.services.dashboard_files import DashboardFiles
from tests.api.families import ENGINE
from tests.api.notifications import add_known_rule
from tests.api.serving import SHOP, UPLOADED
from tests.api.snapshots import commit_id, history, pull_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.api.serving import Service

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
DELETE = _row(401, (403, 403, 202), 404, (403, 403, 202))
DELETE_ABSENT = _row(401, (403, 403, 404), 404, (403, 403, 404))
SEND_TEST = _row(401, (403, 403, 202), 404, (403, 403, 202))
MAKE_RULE = _row(401, (403, 403, 201), 404, (403, 403, 201))
MAKE_PUBLISHER = _row(401, (403, 403, 422), 404, (403, 403, 422))
"""The service has no public URL; who may trust a publisher is told that."""
ADMIN = _row(401, (403, 403, 200), 404, (403, 403, 200))
LIST = {**_row(200, (403, 200, 200), 200, (403, 200, 200)), "foreign upload": 403}
OPEN = dict.fromkeys(CALLERS, 200)
REFUSED = dict.fromkeys(CALLERS, 401)
HOLDS = {**OPEN, **_BAD, "nobody": 401}
BADGE = {**OPEN, **_BAD}
TOKENS = {**_row(401, (403, 403, 200), 403, (403, 403, 200)), "foreign admin": 200}
MAKE_TOKEN = {**_row(401, (403, 403, 201), 403, (403, 403, 201)), "foreign admin": 404}
REVOKE = {**_row(401, (403, 403, 200), 403, (403, 403, 200)), "foreign admin": 404}
SIGN_IN = {**dict.fromkeys(CALLERS, 201), **_BAD, "nobody": 401}
WHO = {**OPEN, **_BAD, "nobody": 204}
SIGN_OUT = {**dict.fromkeys(CALLERS, 204), **_BAD}
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
RULE_IDS = {"shop": "0123456789ab", "other": "ba9876543210"}
RULE_BODY = (
    b'{"channel": "webhook", "target": "http://127.0.0.1:9/", "events": ["sealed"], "name": "nobody"}'
)
"""A rule whose target is refused, so that nothing is sent."""
PUBLISHER_BODY = b'{"provider": "github", "repository": "acme/shop", "repository_id": "123456"}'
PLAN = b'{"format_version": 1, "violations": [], "batches": []}'
TABLE = {
    f"GET {V1}/projects": Call(f"{V1}/projects", LIST),
    f"GET {V1}/summary": Call(f"{V1}/summary", LIST),
    f"GET {V1}/violations": Call(f"{V1}/violations", LIST),
    f"GET {V1}/projects/{{project}}": Call(SHOP, READ, private=True),
    f"PATCH {V1}/projects/{{project}}": Call(SHOP, ADMIN, b"{}", _JSON, private=True),
    f"DELETE {V1}/projects/{{project}}": Call(SHOP, DELETE, private=True),
    f"POST {V1}/projects/{{project}}/restore": Call(f"{SHOP}/restore", ADMIN, private=True),
    # A foreign token sees nothing to delete, and an administrator's finds nothing of this name.
    f"DELETE {V1}/projects/{{project}}/snapshots/{{commit}}": Call(
        f"{SHOP}/snapshots/{commit_id('absent')}", DELETE_ABSENT, private=True
    ),
    f"DELETE {V1}/projects/{{project}}/snapshots": Call(
        f"{SHOP}/snapshots?uploaded_by=a1B2c3D4&preview=true", ADMIN, private=True
    ),
    f"DELETE {V1}/projects/{{project}}/branches/{{branch:path}}": Call(
        f"{SHOP}/branches/absent/branch", DELETE_ABSENT, private=True
    ),
    f"PATCH {V1}/projects/{{project}}/branches/{{branch:path}}": Call(
        f"{SHOP}/branches/main", ADMIN, b'{"name": "main"}', _JSON, private=True
    ),
    f"GET {V1}/audit": Call(f"{V1}/audit", TOKENS),
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
    f"POST {V1}/projects/{{project}}/plans": Call(f"{SHOP}/plans", UPLOAD, PLAN, _JSON, private=True),
    f"GET {V1}/projects/{{project}}/plans": Call(f"{SHOP}/plans", READ, private=True),
    f"GET {V1}/projects/{{project}}/plans/newest": Call(f"{SHOP}/plans/newest", READ, private=True),
    f"GET {V1}/projects/{{project}}/pulls": Call(f"{SHOP}/pulls", READ, private=True),
    f"GET {V1}/projects/{{project}}/pulls/{{number}}": Call(f"{SHOP}/pulls/12", READ, private=True),
    f"GET {V1}/projects/{{project}}/families": Call(f"{SHOP}/families", READ, private=True),
    f"GET {V1}/projects/{{project}}/families/{{contract:path}}": Call(
        f"{SHOP}/families/{ENGINE}", READ, private=True
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
    f"GET {V1}/projects/{{project}}/notifications": Call(f"{SHOP}/notifications", ADMIN, private=True),
    f"POST {V1}/projects/{{project}}/notifications": Call(
        f"{SHOP}/notifications", MAKE_RULE, RULE_BODY, _JSON, private=True
    ),
    f"GET {V1}/projects/{{project}}/deliveries": Call(f"{SHOP}/deliveries", ADMIN, private=True),
    f"GET {V1}/projects/{{project}}/notifications/{{rule}}": Call(
        f"{SHOP}/notifications/{RULE_IDS['shop']}", ADMIN, private=True
    ),
    f"PATCH {V1}/projects/{{project}}/notifications/{{rule}}": Call(
        f"{SHOP}/notifications/{RULE_IDS['shop']}", ADMIN, b"{}", _JSON, private=True
    ),
    f"DELETE {V1}/projects/{{project}}/notifications/{{rule}}": Call(
        f"{SHOP}/notifications/{RULE_IDS['other']}", DELETE_ABSENT, private=True
    ),
    f"POST {V1}/projects/{{project}}/notifications/{{rule}}/test": Call(
        f"{SHOP}/notifications/{RULE_IDS['shop']}/test", SEND_TEST, private=True
    ),
    f"GET {V1}/projects/{{project}}/trusted-publishers": Call(
        f"{SHOP}/trusted-publishers", ADMIN, private=True
    ),
    f"POST {V1}/projects/{{project}}/trusted-publishers": Call(
        f"{SHOP}/trusted-publishers", MAKE_PUBLISHER, PUBLISHER_BODY, _JSON, private=True
    ),
    f"DELETE {V1}/projects/{{project}}/trusted-publishers/{{publisher}}": Call(
        f"{SHOP}/trusted-publishers/ba9876543210", DELETE_ABSENT, private=True
    ),
    # An ID token decides, whatever else somebody sends; this one is refused.
    f"POST {V1}/oidc/exchange": Call(
        f"{V1}/oidc/exchange", REFUSED, b'{"project": "shop", "id_token": "a.b.c"}', _JSON
    ),
    f"GET {V1}/token": Call(f"{V1}/token", HOLDS),
    f"GET {V1}/tokens": Call(f"{V1}/tokens", TOKENS),
    f"POST {V1}/tokens": Call(
        f"{V1}/tokens", MAKE_TOKEN, b'{"project": "shop", "scope": "read"}', _JSON
    ),
    f"DELETE {V1}/tokens/{{token_id}}": Call(f"{V1}/tokens/VICTIM", REVOKE),
    f"POST {V1}/tokens/{{token_id}}/rotate": Call(f"{V1}/tokens/VICTIM/rotate", REVOKE),
    f"POST {V1}/session": Call(f"{V1}/session", SIGN_IN),
    f"GET {V1}/session": Call(f"{V1}/session", WHO),
    f"DELETE {V1}/session": Call(f"{V1}/session", SIGN_OUT),
    "GET /badge/{project}.svg": Call("/badge/shop.svg", BADGE, private=True),
    "GET /badge/{project}.json": Call("/badge/shop.json", BADGE, private=True),
    "GET /chart/{project}.svg": Call("/chart/shop.svg", BADGE, private=True),
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

DEAD = tuple(_BAD)
"""Callers whose tokens hold no longer, or never did."""
COOKIE_ONLY = {
    f"POST {V1}/projects/{{project}}/snapshots": 403,
    f"POST {V1}/projects/{{project}}/plans": 403,
    f"POST {V1}/session": 401,
}
"""Statuses of every live cookie where they are not those of its token."""


def upload_shops(running: Service) -> None:
    """Give a service the private projects `shop` and `other`, with the same history."""
    for project in ("shop", "other"):
        *before, tip = history([[], [], [], []])
        (contract,) = tip.snapshot.contracts
        family = contract.model_copy(update={"id": ENGINE, "type": "canonical"})
        contracts = (contract, family)
        snapshot = tip.snapshot.model_copy(update={"contracts": contracts})
        for upload in (*before, tip.model_copy(update={"snapshot": snapshot})):
            assert running.upload(upload, project).status_code == 201
        assert running.upload(pull_request(12, [], at=1), project).status_code == 201
        assert running.send_plan(PLAN, project=project).status_code == 201
        add_known_rule(running.store, project, RULE_IDS[project])


def expect_by_cookie(route: str) -> dict[str, int]:
    """Return the statuses of callers who send a session's cookie in place of their token.

    The cookie of a token that holds no longer is nobody's.
    """
    expected = TABLE[route].expected
    live = {who: COOKIE_ONLY.get(route, status) for who, status in expected.items()}
    return {**live, **dict.fromkeys(("nobody", *DEAD), expected["nobody"])}

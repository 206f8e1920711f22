"""What every answer has, and what becomes of wrong requests and of bugs."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from archguard.snapshot import compress
from archguard.snapshot.codec import encode
from tests.api.serving import SHOP, UPLOADED, Service, service
from tests.api.snapshots import commit_id, history, upload

if TYPE_CHECKING:
    from pathlib import Path

HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}
GOOD = encode(upload("good", [("a", "old")]))


@pytest.mark.parametrize(
    ("path", "status"),
    [(SHOP, 200), ("/nothing", 404), (f"{SHOP}?x=1", 422), ("/badge/shop.svg", 200), ("/docs", 200)],
)
def test_every_answer_has_the_headers_for_safety(path: str, status: int, shop: Service) -> None:
    answer = shop.get(path)

    assert answer.status_code == status
    assert HEADERS.items() <= answer.headers.items()
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in answer.headers


def test_other_sites_may_show_a_badge_and_nothing_else(shop: Service) -> None:
    policies = [
        shop.get(path).headers["cross-origin-resource-policy"]
        for path in ("/badge/shop.svg", "/chart/shop.svg", SHOP)
    ]

    assert policies == ["cross-origin", "cross-origin", "same-origin"]


def test_a_bug_is_a_500_with_a_request_id_and_nothing_else(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("the secret reason")

    monkeypatch.setattr(shop.store, "get_project_standing", broken)
    answer = shop.get(SHOP)

    assert answer.status_code == 500
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert HEADERS.items() <= answer.headers.items()


def test_a_method_that_a_path_does_not_know_is_told_those_that_it_does(shop: Service) -> None:
    answer = shop.client.put(SHOP)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PATCH"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query",
    [
        "x=1",
        "points=3",
        "points=a",
        "since=2026-02-30",
        "since=yesterday",
        "branch=%00",
        "contract=" + "a" * 600,
    ],
)
def test_a_wrong_parameter_is_a_422_that_does_not_repeat_it(query: str, shop: Service) -> None:
    answer = shop.get(f"{SHOP}/trend?{query}")

    assert answer.status_code == 422
    assert "yesterday" not in answer.text
    assert answer.json()["errors"][0]["at"].startswith("query")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe{}",
        b'{"snapshot": NaN}',
        GOOD.replace(b'"committed_at":1700000000', b'"committed_at":9223372036854775808'),
        GOOD.replace(b'"committed_at":1700000000', b'"committed_at":1e400'),
        GOOD.replace(b'"committed_at":1700000000', b'"committed_at":true'),
        GOOD.replace(b'"branch":"main"', b'"branch":"\\ud800"'),
        GOOD.replace(b'"branch":"main"', b'"branch":"a\\u0000"'),
        GOOD.replace(b'"branch":"main"', b'"branch":"main","more":1'),
        GOOD.replace(b'"format_version":1', b'"format_version":99'),
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("utf-16"),
        GOOD[:-1],
        GOOD + b"x",
        b'{"a":' * 100_000,
    ],
)
def test_a_hostile_body_is_a_422_and_stores_nothing(body: bytes, shop: Service) -> None:
    answer = shop.send(body, headers={"content-type": "application/json"})

    assert answer.status_code == 422
    assert shop.get(f"{SHOP}/snapshots/{commit_id('good')}").status_code == 404
    assert shop.send(GOOD, headers={"content-type": "application/json"}).status_code == 201


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "text/plain"}, GOOD, 415),
        ({}, GOOD, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, GOOD, 415),
        (UPLOADED, GOOD, 422),
        (UPLOADED, compress(GOOD)[:-5], 422),
        (UPLOADED, compress(GOOD) + b"x", 422),
        (UPLOADED, compress(bytes(64 * 2**20)), 413),
        ({"content-type": "application/json"}, b" " * (8 * 2**20 + 1), 413),
        ({**UPLOADED, "content-digest": "sha-256=:AAAA:"}, compress(GOOD), 422),
    ],
)
def test_a_body_that_is_not_what_it_should_be_is_refused(
    headers: dict[str, str], body: bytes, status: int, shop: Service
) -> None:
    assert shop.send(body, headers=headers).status_code == status
    assert shop.get(f"{SHOP}/snapshots/{commit_id('good')}").status_code == 404


def test_a_right_digest_is_accepted(shop: Service) -> None:
    body = compress(GOOD)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()

    assert (
        shop.send(body, headers={**UPLOADED, "content-digest": f"sha-256=:{digest}:"}).status_code == 201
    )


def test_the_same_again_is_a_200_and_other_content_a_409(shop: Service) -> None:
    again = history([[("a", "old"), ("b", "old")]])[0]

    assert shop.upload(again).json()["created"] is False
    assert shop.upload(again).status_code == 200
    assert shop.upload(upload("c0", [("a", "old")])).status_code == 409


def test_uploads_of_a_project_have_a_limit(tmp_path: Path) -> None:
    with service(tmp_path, uploads_per_hour=2) as running:
        answers = [running.upload(one) for one in history([[], [], []])]

    assert [one.status_code for one in answers] == [201, 201, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3601


def test_a_host_that_is_not_allowed_is_a_400(tmp_path: Path) -> None:
    with service(tmp_path, allowed_hosts="testserver,*.example.org") as running:
        statuses = {
            host: running.client.get("/healthz", headers={"host": host}).status_code
            for host in ("testserver", "a.example.org:80", "example.org", "evil.org")
        }

    assert statuses == {"testserver": 200, "a.example.org:80": 200, "example.org": 400, "evil.org": 400}


def test_what_has_not_changed_is_a_304_until_it_has(shop: Service) -> None:
    first = shop.get(f"{SHOP}/trend")
    etag = first.headers["etag"]

    assert shop.get(f"{SHOP}/trend", **{"if-none-match": etag}).status_code == 304
    assert shop.get(f"{SHOP}/trend", **{"if-none-match": f'"x", W/{etag}'}).status_code == 304

    shop.upload(upload("c4", [], parent="c3", at=1_700_000_000 + 4 * 86_400))
    after = shop.get(f"{SHOP}/trend", **{"if-none-match": etag})

    assert after.status_code == 200
    assert len(after.json()["points"]) == len(first.json()["points"]) + 1


def test_the_trend_says_what_happened(shop: Service) -> None:
    body = shop.get(f"{SHOP}/trend?contract=no-old").json()

    assert [one["violations"] for one in body["points"]] == [2, 1, 0, 1]
    assert [one["reintroduced"] for one in body["points"]] == [0, 0, 0, 1]
    assert body["summary"]["highest"]["violations"] == 2
    assert body["summary"]["sealed_since"] is None
    assert body["summary"]["reintroduced"] == 1
    assert body["summary"]["oldest_open"]["importer"] == "a"
    assert body["forecast"]["reason"]


def test_a_part_of_the_trend_is_between_its_dates(shop: Service) -> None:
    body = shop.get(f"{SHOP}/trend?since=2023-11-15&until=2023-11-16").json()

    assert [one["committed_at"][:10] for one in body["points"]] == ["2023-11-15", "2023-11-16"]
    assert body["summary"]["points"] == 4


def test_the_documentation_names_no_other_host(shop: Service) -> None:
    page = shop.get("/docs").text

    assert "http" not in page
    assert shop.get("/docs/swagger-ui-bundle.js").status_code == 200


def test_every_error_of_the_document_is_problem_json(shop: Service) -> None:
    document = json.loads(shop.get("/openapi.json").text)
    for path in document["paths"].values():
        for operation in path.values():
            for status, response in operation["responses"].items():
                if status[0] in "45":
                    assert list(response["content"]) == ["application/problem+json"], operation[
                        "summary"
                    ]


@pytest.mark.parametrize(
    "path",
    [
        *("snapshots", "trend", "violations", "violations/groups?by=owner", "modules/shop/history"),
        f"compare?base={commit_id('c0')}&head={commit_id('c1')}",
    ],
)
def test_a_branch_that_nobody_uploaded_is_a_404(path: str, shop: Service) -> None:
    address = f"{SHOP}/{path}{'&' if '?' in path else '?'}branch="

    known, unknown = (shop.get(f"{address}{name}") for name in ("main", "none"))

    assert (known.status_code, unknown.status_code) == (200, 404)
    assert unknown.headers["content-type"] == "application/problem+json"

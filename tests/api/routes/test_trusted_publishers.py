"""ID tokens over HTTP: what is right is accepted, and each thing that is wrong is refused alone."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.models import AuditFilter, Scope
from archguard_api.services.oidc.issuer_keys import RETRY_SECONDS
from archguard_api.services.oidc.token_exchange import LIFE_SECONDS
from tests.api.issuers import (
    AUDIENCE,
    KEY_ID,
    Issuer,
    add_publisher,
    encode_part,
    make_ec_key,
    make_rsa_key,
    publish_ec,
    publish_rsa,
    run_issuer,
    sign_es256,
    sign_hs256_with_public_key,
    sign_rs256,
    sign_with,
)
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import commit_id, history, pull_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from httpx2 import Response

    from tests.api.clock import Clock

EXCHANGE = "/api/v1/oidc/exchange"
PUBLISHERS = f"{SHOP}/trusted-publishers"


@dataclass
class Shop:
    """A service whose project `shop` trusts the workflows of `acme/shop`, and their issuer."""

    running: Service
    issuer: Issuer
    clock: Clock

    def exchange(self, id_token: str, project: str = "shop") -> Response:
        """Exchange an ID token, without any other."""
        body = json.dumps({"project": project, "id_token": id_token})
        return self.running.client.post(
            EXCHANGE, content=body, headers={"content-type": "application/json"}
        )

    def get_upload_token(self, **claims: object) -> str:
        """Return the upload token for an ID token that is right."""
        answer = self.exchange(self.issuer.sign(**claims))
        assert answer.status_code == 201, answer.text
        text: str = answer.json()["token"]
        return text


@pytest.fixture
def shop(database: str, tmp_path: Path, clock: Clock) -> Iterator[Shop]:
    """A project with its publisher, on each database."""
    with (
        run_issuer(clock) as issuer,
        service(
            tmp_path,
            database=database,
            clock=clock,
            public_url=AUDIENCE,
            oidc_issuers=(issuer.address,),
        ) as running,
    ):
        for project in ("shop", "other"):
            assert running.upload(history([[]])[0], project).status_code == 201
        add_publisher(running.store, issuer.address)
        yield Shop(running, issuer, clock)


def test_an_id_token_gives_an_upload_token_of_its_run_for_15_minutes(shop: Shop) -> None:
    answer = shop.exchange(shop.issuer.sign())

    assert answer.status_code == 201
    token = answer.json()
    assert (token["project"], token["scope"], token["name"]) == ("shop", "upload", "acme/shop run 77")
    upload = history([[]])[0]
    assert shop.running.upload(upload, token=token["token"]).status_code == 200
    assert shop.running.upload(upload, token=token["token"]).status_code == 200
    assert shop.running.upload(upload, "other", token=token["token"]).status_code == 404
    shop.clock.now += LIFE_SECONDS
    assert shop.running.upload(upload, token=token["token"]).status_code == 401
    entries = shop.running.store.audit.list("shop", AuditFilter(), of_all=True, after=None, limit=1)
    assert entries.items[0].subject == token["id"]
    assert entries.items[0].details["name"] == "acme/shop run 77"


def _forge(issuer: Issuer) -> str:
    """Sign with another key, under the id of the issuer's."""
    return sign_with(lambda text: sign_rs256(make_rsa_key(1), text), issuer.claim())


def _change_after_signing(issuer: Issuer) -> str:
    header, _, signature = issuer.sign().split(".")
    return f"{header}.{encode_part(issuer.claim(repository='acme/shop2'))}.{signature}"


def _sign_by_other_issuer(issuer: Issuer) -> str:
    return issuer.sign(iss="https://token.actions.githubusercontent.com")


def _sign_nothing(issuer: Issuer) -> str:
    return sign_with(lambda _: b"", issuer.claim(), {"alg": "none"})


def _sign_with_public_key(issuer: Issuer) -> str:
    return sign_with(
        lambda text: sign_hs256_with_public_key(make_rsa_key(), text), issuer.claim(), {"alg": "HS256"}
    )


def _bring_own_key(issuer: Issuer) -> str:
    """Sign with a key that the token itself brings."""
    own = publish_rsa(make_rsa_key(1), "own")
    header = {"kid": "own", "jwk": own, "jku": f"{issuer.address}/own"}
    return sign_with(lambda text: sign_rs256(make_rsa_key(1), text), issuer.claim(), header)


WRONG: dict[str, Callable[[Issuer], str]] = {
    "a forged signature": _forge,
    "claims changed after signing": _change_after_signing,
    "an issuer that is not listed": _sign_by_other_issuer,
    "no signature": _sign_nothing,
    "HS256 with the public key": _sign_with_public_key,
    "its own key": _bring_own_key,
    "another service's audience": lambda issuer: issuer.sign(aud="https://other.example.org"),
    "one audience more": lambda issuer: issuer.sign(aud=[AUDIENCE, "https://other.example.org"]),
    "an audience with a slash": lambda issuer: issuer.sign(aud=f"{AUDIENCE}/"),
    "expired": lambda issuer: issuer.sign(exp=int(issuer.clock()) - 60),
    "not yet valid": lambda issuer: issuer.sign(nbf=int(issuer.clock()) + 61),
    "made in the future": lambda issuer: issuer.sign(iat=int(issuer.clock()) + 61),
    "too long a life": lambda issuer: issuer.sign(exp=int(issuer.clock()) + 86_401),
    "times that are no numbers": lambda issuer: issuer.sign(exp="9999999999"),
    "another repository": lambda issuer: issuer.sign(repository_id="654321"),
    "a tag": lambda issuer: issuer.sign(ref="refs/tags/main"),
    "another kind of header": lambda issuer: issuer.sign({"kid": ["key-1"]}),
    "a pull request from the default branch's name": lambda issuer: issuer.sign(
        ref="refs/pull/12/merge", head_ref="main"
    ),
    **{
        f"no {claim}": lambda issuer, claim=claim: issuer.sign(**{claim: None})  # type: ignore[misc]
        for claim in ("aud", "exp", "nbf", "iat", "jti", "repository_id", "run_id", "ref", "sha")
    },
    "not three parts": lambda _: "a.b",
    "no JSON": lambda _: "a.b.c",
    "no object": lambda _: f"{encode_part(b'[]')}.{encode_part(b'[]')}.",
}


@pytest.mark.parametrize("what", WRONG)
def test_one_thing_that_is_wrong_refuses_it(shop: Shop, what: str) -> None:
    refused = shop.exchange(WRONG[what](shop.issuer))
    accepted = shop.exchange(shop.issuer.sign())

    assert (refused.status_code, accepted.status_code) == (401, 201)
    assert refused.json() == shop.exchange(shop.issuer.sign(), "absent").json()


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": -59},
        {"nbf": 60},
        {"iat": 60},
        {"exp": 86_400},
    ],
)
def test_clocks_may_differ_by_a_minute(shop: Shop, changes: dict[str, int]) -> None:
    times = {name: int(shop.clock()) + seconds for name, seconds in changes.items()}

    assert shop.exchange(shop.issuer.sign(**times)).status_code == 201


def test_a_listed_issuer_that_the_project_does_not_trust_is_refused(
    database: str, tmp_path: Path, clock: Clock
) -> None:
    with (
        run_issuer(clock) as trusted,
        run_issuer(clock) as other,
        service(
            tmp_path,
            database=database,
            clock=clock,
            public_url=AUDIENCE,
            oidc_issuers=(trusted.address, other.address),
        ) as running,
    ):
        assert running.upload(history([[]])[0]).status_code == 201
        add_publisher(running.store, trusted.address)
        shop = Shop(running, trusted, clock)

        assert shop.exchange(other.sign()).status_code == 401
        assert shop.exchange(trusted.sign()).status_code == 201


def test_it_is_good_for_one_exchange_until_its_age_refuses_it(shop: Shop) -> None:
    id_token = shop.issuer.sign()
    assert shop.exchange(id_token).status_code == 201

    assert shop.exchange(id_token).status_code == 401
    shop.clock.now += 359
    assert shop.exchange(id_token).status_code == 401
    assert shop.exchange(shop.issuer.sign()).status_code == 201


def test_of_many_exchanges_at_once_one_is_accepted(shop: Shop) -> None:
    id_tokens = [shop.issuer.sign()] * 12

    with ThreadPoolExecutor(12) as pool:
        statuses = [answer.status_code for answer in pool.map(shop.exchange, id_tokens)]

    assert sorted(statuses) == [201, *[401] * 11]


def test_an_absent_project_and_one_without_publishers_get_the_same_answer(shop: Shop) -> None:
    answers = [shop.exchange(shop.issuer.sign(), project) for project in ("absent", "other")]

    assert {answer.status_code for answer in answers} == {401}
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("publisher", "right", "wrong"),
    [
        ({"branch": "main"}, {}, {"ref": "refs/heads/dev"}),
        ({"branch": "main"}, {}, {"ref": "refs/pull/12/merge", "head_ref": "main"}),
        ({"environment": "ci"}, {"environment": "ci"}, {"environment": "other"}),
        ({"environment": "ci"}, {"environment": "ci"}, {}),
    ],
)
def test_a_publisher_may_have_one_branch_or_environment(
    shop: Shop, publisher: dict[str, Any], right: dict[str, Any], wrong: dict[str, Any]
) -> None:
    issuer = shop.issuer
    add_publisher(shop.running.store, issuer.address, "other", **publisher)

    assert shop.exchange(issuer.sign(**wrong), "other").status_code == 401
    assert shop.exchange(issuer.sign(**right), "other").status_code == 201


def test_a_run_uploads_its_own_branch_and_commit_only(shop: Shop) -> None:
    own, later = history([[], []])
    token = shop.get_upload_token()

    assert shop.running.upload(own, token=token).status_code == 200
    assert shop.running.upload(later, token=token).status_code == 403
    elsewhere = own.model_copy(update={"branch": "dev"})
    assert shop.running.upload(elsewhere, token=token).status_code == 403
    assert shop.running.upload(pull_request(12, [], at=0), token=token).status_code == 403
    plan = b'{"format_version": 1, "violations": [], "batches": []}'
    assert shop.running.send_plan(plan, token=token).status_code == 201


def test_a_pull_requests_run_uploads_as_that_pull_request_only(shop: Shop) -> None:
    one = pull_request(12, [], at=0)
    token = shop.get_upload_token(ref="refs/pull/12/merge", head_ref=one.branch, sha=commit_id("merge"))

    assert shop.running.upload(one, token=token).status_code == 201
    assert shop.running.upload(history([[]])[0], token=token).status_code == 403
    other = pull_request(13, [], at=0).model_copy(update={"branch": one.branch})
    assert shop.running.upload(other, token=token).status_code == 403


def test_a_merge_request_of_gitlab_and_its_branches(shop: Shop) -> None:
    add_publisher(shop.running.store, shop.issuer.address, "other", provider="gitlab")
    gitlab: dict[str, object] = {
        "repository_id": None,
        "repository": None,
        "run_id": None,
        "project_id": "123456",
        "project_path": "acme/shop",
        "pipeline_id": "9",
    }
    branch = {**gitlab, "ref": "main", "ref_type": "branch", "ref_path": "refs/heads/main"}
    request = {**gitlab, "ref": "feature", "ref_path": "refs/merge-requests/12/head"}

    for claims in (branch, request):
        answer = shop.exchange(shop.issuer.sign(**claims), "other")
        assert answer.status_code == 201
        assert answer.json()["name"] == "acme/shop run 9"
    assert shop.exchange(shop.issuer.sign(**{**branch, "project_id": "1"}), "other").status_code == 401
    assert shop.exchange(shop.issuer.sign(**branch)).status_code == 401  # GitHub's publisher


def test_es256_is_accepted_and_a_new_key_is_fetched_at_most_once_a_minute(shop: Shop) -> None:
    assert shop.exchange(shop.issuer.sign()).status_code == 201
    fetched = len(shop.issuer.requests)
    shop.issuer.publish(publish_ec(make_ec_key(), "new"))
    signed = [
        sign_with(
            lambda text: sign_es256(make_ec_key(), text),
            shop.issuer.claim(),
            {"alg": "ES256", "kid": "new"},
        )
        for _ in range(2)
    ]

    assert [shop.exchange(text).status_code for text in signed] == [401, 401]
    assert len(shop.issuer.requests) == fetched
    shop.clock.now += RETRY_SECONDS
    assert shop.exchange(signed[0]).status_code == 201
    assert len(shop.issuer.requests) == fetched + 2
    assert shop.exchange(shop.issuer.sign()).status_code == 401  # the old key was withdrawn


@pytest.mark.parametrize("fault", ["redirect", "elsewhere", "large", "broken", "other issuer", "gone"])
def test_keys_come_from_the_issuer_itself_or_not_at_all(shop: Shop, fault: str) -> None:
    issuer = shop.issuer
    discovery = "/.well-known/openid-configuration"
    right = {**issuer.documents}
    with run_issuer(shop.clock) as evil:
        own = publish_rsa(make_rsa_key(), KEY_ID)
        faults: dict[str, dict[str, object]] = {
            "redirect": {"/jwks": f"{evil.address}/jwks"},
            "elsewhere": {discovery: {"issuer": issuer.address, "jwks_uri": f"{evil.address}/jwks"}},
            "large": {"/jwks": {"keys": [own], "x": "x" * 300_000}},
            "broken": {"/jwks": b"{"},
            "other issuer": {discovery: {"issuer": evil.address, "jwks_uri": f"{issuer.address}/jwks"}},
            "gone": {discovery: None},
        }
        issuer.documents.update(faults[fault])
        answer = shop.exchange(issuer.sign())

        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert not evil.requests
    issuer.documents.update(right)
    shop.clock.now += RETRY_SECONDS
    assert shop.exchange(issuer.sign()).status_code == 201


def test_keys_that_are_known_outlive_an_issuer_that_is_down_for_a_day(shop: Shop) -> None:
    assert shop.exchange(shop.issuer.sign()).status_code == 201
    shop.issuer.documents.clear()

    shop.clock.now += 86_400
    assert shop.exchange(shop.issuer.sign()).status_code == 201
    shop.clock.now += RETRY_SECONDS
    assert shop.exchange(shop.issuer.sign()).status_code == 503


def test_refusals_are_counted_by_address(database: str, tmp_path: Path, clock: Clock) -> None:
    with service(tmp_path, database=database, clock=clock, failed_tokens_per_minute=2) as running:
        body = b'{"project": "shop", "id_token": "a.b.c"}'
        headers = {"content-type": "application/json"}
        answers = [running.client.post(EXCHANGE, content=body, headers=headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]


def test_administrators_list_add_and_remove_publishers(shop: Shop) -> None:
    client, headers = shop.running.client, shop.running.as_(shop.running.token(Scope.ADMIN, "shop"))
    body = {"provider": "github", "repository": "acme/tools", "repository_id": "9", "branch": "dev"}
    refused = client.post(PUBLISHERS, json=body, headers=headers)  # github.com is not listed here
    assert refused.status_code == 422
    body["issuer"] = shop.issuer.address
    shop.clock.now += 1

    added = client.post(PUBLISHERS, json=body, headers=headers)

    assert added.status_code == 201
    listed = client.get(PUBLISHERS, headers=headers).json()
    assert listed["audience"] == AUDIENCE
    assert listed["items"][1] == added.json()
    assert {name: added.json()[name] for name in body} == body
    id_token = shop.issuer.sign(repository_id="9", ref="refs/heads/dev")
    assert shop.exchange(id_token).status_code == 201
    path = f"{PUBLISHERS}/{added.json()['id']}"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.delete(path, headers=headers).status_code == 404
    again = shop.issuer.sign(repository_id="9", ref="refs/heads/dev")
    assert shop.exchange(again).status_code == 401
    entries = shop.running.get("/api/v1/audit?project=shop").json()["items"]
    actions = [entry["action"] for entry in entries]
    assert actions[:3] == ["publisher-removed", "token-created", "publisher-added"]


def test_tokens_of_runs_are_listed_while_they_hold(shop: Shop) -> None:
    shop.get_upload_token()
    assert len(shop.running.get("/api/v1/tokens?project=shop").json()["items"]) == 1

    shop.clock.now += LIFE_SECONDS

    assert shop.running.get("/api/v1/tokens?project=shop").json()["items"] == []


def test_a_renamed_project_keeps_its_publishers_and_a_deleted_one_accepts_nothing(shop: Shop) -> None:
    headers = shop.running.as_(shop.running.token())
    renamed = shop.running.client.patch(SHOP, json={"name": "store"}, headers=headers)
    assert renamed.status_code == 200, renamed.text
    for name in ("shop", "store"):
        answer = shop.exchange(shop.issuer.sign(), name)
        assert (answer.status_code, answer.json()["project"]) == (201, "store")

    deleted = shop.running.client.delete("/api/v1/projects/store", headers=headers)

    assert deleted.status_code == 202
    assert shop.exchange(shop.issuer.sign(), "store").status_code == 401

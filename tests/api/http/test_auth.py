"""Tokens that hold and that do not, and projects that are public."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from archguard_api.models import Scope
from archguard_api.services.tokens import create_token
from tests.api.http.authorization_table import V1, upload_shops
from tests.api.serving import SHOP, Service, service
from tests.api.snapshots import upload

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def shops(running: Service) -> Service:
    """A service with the private projects `shop` and `other`."""
    upload_shops(running)
    return running


def test_a_revoked_token_does_not_hold_from_the_next_request_on(shops: Service) -> None:
    text, token = create_token("shop", Scope.READ, now=int(time.time()), days=1)
    shops.store.credentials.add_token(token)
    assert shops.client.get(f"{SHOP}/trend", headers=shops.as_(text)).status_code == 200

    shops.store.credentials.revoke_token(token.id, int(time.time()))

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
                "/chart/shop.svg",
            )
        }
        bearers = {running.client.get(path).status_code for path in (SHOP, "/metrics")}

    needs_bearer = {SHOP, f"{V1}/projects", f"{V1}/token", "/metrics"}
    assert {path for path, status in statuses.items() if status == {401}} == needs_bearer
    assert all(status == {200} for path, status in statuses.items() if path not in needs_bearer)
    assert bearers == {200}

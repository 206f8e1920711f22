"""What the service says of modules: what each is, how one reaches what has to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.serving import SHOP
from tests.api.snapshots import commit_id, history, upload

if TYPE_CHECKING:
    from tests.api.serving import Service

OLD = [("shop.order", "shop.old.cart"), ("shop.page", "shop.old")]
OTHERS = [("shop.main", "shop.page"), ("shop.order", "shop.cart"), ("shop.main", "lib")]


@pytest.fixture
def shop(running: Service) -> Service:
    """`shop.old` and what is below it has to go; `shop.cart` takes its place."""
    one = upload("one", OLD, others=OTHERS)
    (contract,) = one.snapshot.contracts
    contract = contract.model_copy(update={"deprecated": ("shop.old",), "replacements": ("shop.cart",)})
    kinds = "".join({"lib": "x", "shop.old": "g"}.get(name, "m") for name in one.snapshot.graph.modules)
    graph = one.snapshot.graph.model_copy(update={"kinds": kinds})
    snapshot = one.snapshot.model_copy(update={"contracts": (contract,), "graph": graph})
    assert running.upload(one.model_copy(update={"snapshot": snapshot})).status_code == 201
    return running


def test_a_module_s_neighbours_say_what_they_are(shop: Service) -> None:
    body = shop.get(f"{SHOP}/modules/shop.order").json()

    assert (body["kind"], body["role"]) == ("module", None)
    assert body["nodes"] == [
        {"module": "shop.cart", "kind": "module", "role": "canonical"},
        {"module": "shop.old.cart", "kind": "module", "role": "deprecated"},
    ]


def test_a_neighbourhood_has_a_node_for_each_module(shop: Service) -> None:
    body = shop.get(f"{SHOP}/modules/shop.page/neighbourhood?depth=2").json()

    assert [one["module"] for one in body["nodes"]] == body["modules"]
    assert {one["module"]: (one["kind"], one["role"]) for one in body["nodes"]} == {
        "lib": ("external", None),
        "shop.main": ("module", None),
        "shop.old": ("ghost", "deprecated"),
        "shop.page": ("module", None),
    }


def test_modules_are_searched_by_a_part_of_their_names(shop: Service) -> None:
    body = shop.get(f"{SHOP}/modules?search=cart&limit=1").json()

    assert [one["module"] for one in body["items"]] == ["shop.cart"]
    assert body["total"] == 2


def test_without_a_text_every_module_is_found(shop: Service) -> None:
    body = shop.get(f"{SHOP}/modules").json()

    assert body["total"] == len(body["items"]) == 8


def test_a_chain_leads_to_what_a_contract_deprecates(shop: Service) -> None:
    def chain(query: str) -> list[str]:
        modules: list[str] = shop.get(f"{SHOP}/chain?{query}").json()["modules"]
        return modules

    assert chain("from=shop.main&contract=no-old") == ["shop.main", "shop.page", "shop.old"]
    assert chain("from=shop.main") == ["shop.main", "shop.page", "shop.old"]
    assert chain("from=shop.cart&contract=no-old") == []
    assert chain("from=shop.old&contract=no-old") == ["shop.old"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("to=shop.old", 422),
        ("from=shop.main&contract=none", 404),
        ("from=none&contract=no-old", 404),
    ],
)
def test_a_chain_without_one_end_is_refused(query: str, status: int, shop: Service) -> None:
    assert shop.get(f"{SHOP}/chain?{query}").status_code == status


def test_between_packages_both_ways(shop: Service) -> None:
    body = shop.get(f"{SHOP}/between?from=shop.main&to=lib").json()

    assert body["imports"] == [{"importer": "shop.main", "imported": "lib"}]
    assert [one["module"] for one in body["nodes"]] == ["lib", "shop.main"]
    assert shop.get(f"{SHOP}/between?from=shop&to=none").status_code == 404


def test_a_token_says_what_it_is_good_for(shop: Service) -> None:
    token = shop.token()

    body = shop.get("/api/v1/token").json()

    assert (body["project"], body["scope"]) == (None, "admin")
    assert body["id"] in token
    assert "secret" not in str(body)


def test_a_module_s_history_is_where_its_number_changed(running: Service) -> None:
    for one in history([[("a", "old"), ("b", "old")], [("a", "old")], [], [("a", "old")]]):
        assert running.upload(one).status_code == 201

    body = running.get(f"{SHOP}/modules/old/history").json()

    assert body["module"] == "old"
    assert [(one["commit"], one["violations"]) for one in body["points"]] == [
        (commit_id(f"c{number}"), count) for number, count in enumerate([2, 1, 0, 1])
    ]
    assert [one["violations"] for one in running.get(f"{SHOP}/modules/b/history").json()["points"]] == [
        1,
        0,
        0,
    ]
    assert running.get(f"{SHOP}/modules/old/history?branch=none").status_code == 404


def test_a_long_history_is_thinned_and_keeps_its_ends(running: Service) -> None:
    for one in history([[("a", "old")] if number % 2 else [] for number in range(320)]):
        assert running.upload(one).status_code == 201

    points = running.get(f"{SHOP}/modules/old/history").json()["points"]

    assert len(points) == 300
    assert (points[0]["commit"], points[-1]["commit"]) == (commit_id("c0"), commit_id("c319"))

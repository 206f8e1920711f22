"""A comparison as a client asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.times import format_time
from tests.api.serving import SHOP
from tests.api.snapshots import CONTRACT, DAY, START, commit_id, upload

if TYPE_CHECKING:
    from tests.api.serving import Service


def test_a_point_of_the_line_is_compared_with_the_one_before(shop: Service) -> None:
    body = shop.get(f"{SHOP}/compare?head={commit_id('c3')}").json()

    assert (body["base"], body["head"]) == (commit_id("c2"), commit_id("c3"))
    assert (body["base_at"], body["head_at"]) == (
        format_time(START + 2 * DAY),
        format_time(START + 3 * DAY),
    )
    identity = {"contract": CONTRACT, "importer": "a", "imported": "old"}
    assert body["violations_added"] == [{**identity, "reintroduced": True}]
    assert body["violations_fixed"] == []
    assert body["graphs"] is True
    assert body["imports_added"] == [{"importer": "a", "imported": "old"}]
    zero = {"kept": True, "violations": 0, "exposure": 0, "lower_bound": False, "adoption": None}
    one = {**zero, "kept": False, "violations": 1, "exposure": 2}
    named = {"id": CONTRACT, "name": f"Nobody imports {CONTRACT}"}
    assert body["contracts"] == [{**named, "before": zero, "after": one, "unjudged": False}]


def test_the_first_point_has_nothing_before_it_and_that_is_said(shop: Service) -> None:
    answer = shop.get(f"{SHOP}/compare?head={commit_id('c0')}")

    assert answer.status_code == 404
    assert "first snapshot" in answer.json()["detail"]


def test_a_commit_of_another_branch_needs_it_or_a_base(shop: Service) -> None:
    shop.upload(upload("d", [("b", "old")], parent="c2", branch="dev", at=START + 9 * DAY))
    head = commit_id("d")

    assert shop.get(f"{SHOP}/compare?head={head}").status_code == 404
    first = shop.get(f"{SHOP}/compare?head={head}&branch=dev")
    assert first.status_code == 404
    assert "first snapshot" in first.json()["detail"]
    body = shop.get(f"{SHOP}/compare?head={head}&base={commit_id('c2')}").json()
    assert [one["reintroduced"] for one in body["violations_added"]] == [None]


def test_where_a_graph_is_not_kept_violations_still_differ(shop: Service) -> None:
    shop.store.upkeep.prune_graphs("shop", keep_days=None, keep_last=1)

    body = shop.get(f"{SHOP}/compare?head={commit_id('c3')}").json()

    assert len(body["violations_added"]) == 1
    assert body["graphs"] is False
    assert (body["imports_added"], body["modules_added"]) == ([], [])

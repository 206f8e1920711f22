"""Violations as a client asks for them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from archguard_api.times import format_time
from tests.api.serving import SHOP, Service
from tests.api.snapshots import DAY, START, commit_id, history

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _asked(shop: Service, query: str) -> Mapping[str, Any]:
    answer = shop.get(f"{SHOP}/violations?{query}")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.parametrize(
    ("query", "importers"),
    [
        ("", ["a"]),
        ("module=old", ["a"]),
        ("module=a&package=a&kind=top-level&owner=@team&search=OL", ["a"]),
        ("module=b", []),
        ("kind=function", []),
        ("introduced_since=2023-11-17", ["a"]),  # the fourth commit's day
        ("introduced_since=2023-11-18", []),
        ("state=fixed", ["b"]),
        ("state=fixed&module=b&search=old", ["b"]),
        ("state=fixed&since=2023-11-16", []),
    ],
)
def test_a_page_says_how_many_there_are(query: str, importers: list[str], shop: Service) -> None:
    page = _asked(shop, query)

    assert [one["importer"] for one in page["items"]] == importers
    assert (page["total"], page["next"]) == (len(importers), None)


def test_a_snapshot_s_violations_have_owners(shop: Service) -> None:
    page = shop.get(f"{SHOP}/snapshots/{commit_id('c0')}/violations").json()["items"]

    assert [(one["importer"], one["owner"]) for one in page] == [("a", "@team"), ("b", "@team")]


@pytest.mark.parametrize("query", ["kind=top-level", "introduced_since=2023-11-17"])
def test_what_is_not_known_of_fixed_ones_is_no_filter_that_does_nothing(
    query: str, shop: Service
) -> None:
    answer = shop.get(f"{SHOP}/violations?state=fixed&{query}")

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"at": f"query.{query.partition('=')[0]}", "problem": "only with state=open"}
    ]


@pytest.mark.parametrize("query", ["introduced_since=2023-02-30", "since=yesterday"])
def test_a_day_that_is_none_is_refused(query: str, shop: Service) -> None:
    assert shop.get(f"{SHOP}/violations?{query}").status_code == 422


@pytest.fixture
def groups(running: Service) -> Callable[[str], Mapping[str, Any]]:
    """Three violations of three importers in two packages; one of them is the oldest."""
    orders, older, cart = ("shop.orders.a", "old"), ("shop.orders.b", "older"), ("shop.cart", "old")
    for one in history([[orders], [orders, older, cart]]):
        running.upload(one)

    def ask(query: str) -> Mapping[str, Any]:
        answer = running.get(f"{SHOP}/violations/groups?{query}")
        assert answer.status_code == 200
        body: dict[str, Any] = answer.json()
        return body

    return ask


def test_groups_say_how_many_of_how_many_since_when(
    groups: Callable[[str], Mapping[str, Any]],
) -> None:
    first, second = (
        {"commit": commit_id(name), "committed_at": format_time(START + days * DAY)}
        for name, days in (("c0", 0), ("c1", 1))
    )

    assert groups("by=package") == {
        "by": "package",
        "total": 3,
        "items": [
            {"name": "shop.orders", "violations": 2, "importers": 2, "oldest": first},
            {"name": "shop.cart", "violations": 1, "importers": 1, "oldest": second},
        ],
        "left_out": 0,
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("by=package&depth=1", ["shop"]),
        ("by=package&depth=3", ["shop.cart", "shop.orders.a", "shop.orders.b"]),
        ("by=owner", ["@team"]),
        ("by=kind", ["top-level"]),
        ("by=imported", ["old", "older"]),
        ("by=imported&ascending=true", ["older", "old"]),
        ("by=importer", ["shop.cart", "shop.orders.a", "shop.orders.b"]),
        ("by=importer&contract=none", []),
    ],
)
def test_groups_are_sorted_by_size_and_name(
    query: str, names: list[str], groups: Callable[[str], Mapping[str, Any]]
) -> None:
    assert [one["name"] for one in groups(query)["items"]] == names


def test_an_age_turns_when_it_turns_and_its_etag_with_it(
    shop: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.token()
    introduced = START + 3 * DAY
    seen = []
    for now in (introduced + 7 * DAY - 60, introduced + 7 * DAY - 1, introduced + 7 * DAY):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        monkeypatch.setattr(shop.store, "_clock", lambda now=now: now)
        answer = shop.get(f"{SHOP}/violations")
        seen.append((answer.json()["items"][0]["age_days"], answer.headers["etag"]))

    assert [age for age, _ in seen] == [6, 6, 7]
    assert seen[0] == seen[1]
    assert seen[1][1] != seen[2][1]

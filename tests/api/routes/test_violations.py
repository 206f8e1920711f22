"""Violations as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.api.serving import SHOP, Service
from tests.api.snapshots import commit_id

if TYPE_CHECKING:
    from collections.abc import Mapping


def _asked(shop: Service, query: str) -> Mapping[str, Any]:
    answer = shop.get(f"{SHOP}/violations?{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


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

"""The pages Snapshots, Snapshot and Compare: their numbers, and the links between them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import corner_shop
from tests.browser.visitor import NOT_FOUND, assert_accessible, assert_fits, number, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
TO = "\N{RIGHTWARDS ARROW}"
LIST = "/p/corner/snapshots"
SHORT = [corner_shop.commit(number)[:9] for number in range(len(corner_shop.STEPS))]


def _cells(page: Page, name: str) -> list[str]:
    return page.locator(f"td[data-name='{name}']").all_inner_texts()


def _figure(page: Page, name: str) -> str:
    stat = page.locator(".stat", has=page.get_by_text(name, exact=True))
    return stat.locator(".stat-value").inner_text()


def _card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def _side(page: Page, title: str) -> list[str]:
    """Return the rows below a heading such as "Came in: 2"; the heading must count them."""
    side = page.locator(".sides section", has=page.locator("h3", has_text=re.compile(f"^{title}:")))
    rows = side.locator("li").all_inner_texts()
    assert number(side.locator("h3").inner_text()) == len(rows)
    return [" ".join(row.split()) for row in rows]


def test_the_list_is_the_branch_newest_first_with_each_count(visitor: Visitor) -> None:
    page = settled(visitor.open(LIST))

    assert _cells(page, "Commit") == SHORT[::-1]
    assert _cells(page, "Violations") == ["\N{MINUS SIGN}1 3", "+2 4", "\N{MINUS SIGN}1 2", "3"]
    assert _cells(page, "Contracts kept") == ["0 of 2", "0 of 2", "1 of 2", "1 of 2"]
    assert _cells(page, "Modules") == ["13"] * 4
    assert _cells(page, "Imports") == ["7", "8", "6", "7"]
    assert _cells(page, "Not read") == ["0", "0", "1", "0"]


def test_long_lists_are_cut_into_pages(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open("/p/storefront/snapshots"))
    first = service.get("projects/storefront/snapshots", branch="main")

    assert _cells(page, "Commit") == [one["commit"][:9] for one in first["items"]]
    page.get_by_role("button", name="Next").click()
    settled(page)
    second = service.get("projects/storefront/snapshots", branch="main", after=first["next"])
    assert _cells(page, "Commit") == [one["commit"][:9] for one in second["items"]]
    assert parse_qs(urlsplit(page.url).query)["after"] == [first["next"]]


def test_two_that_are_ticked_are_compared(visitor: Visitor) -> None:
    page = settled(visitor.open(LIST))

    for commit in (SHORT[0], SHORT[3]):
        page.get_by_label(f"Compare {commit}").check()
    assert parse_qs(urlsplit(page.url).query)["pick"] == [
        f"{corner_shop.commit(0)},{corner_shop.commit(3)}"
    ]
    page.get_by_role("link", name=f"Compare {SHORT[0]} with {SHORT[3]}").click()
    settled(page)

    assert parse_qs(urlsplit(page.url).query) == {
        "base": [corner_shop.commit(0)],
        "head": [corner_shop.commit(3)],
    }
    assert _side(page, "Came in") == ["shop.cart.total imports shop.pay.cash · no-cash"]
    assert _side(page, "Fixed") == ["shop.cart.view imports shop.legacy.engine · one-engine"]


def test_a_snapshot_says_what_the_commit_has(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{LIST}/{corner_shop.commit(1)}"))

    assert page.get_by_role("heading", level=1).inner_text() == SHORT[1]
    figures = ("Violations", "Contracts kept", "Modules", "Files read", "Files not read")
    assert [_figure(page, name) for name in figures] == ["2", "1", "13", "11", "1"]
    table = _card(page, "Contracts").locator("tbody tr").all_inner_texts()
    assert [re.sub(r"\s+", " ", row) for row in table] == [
        "There is one engine deprecated broken 2 2 2 none @cart",
        "Nobody pays cash deprecated kept 0 0 \N{EN DASH} none @pay",
    ]
    assert number(_card(page, "Violations").locator(".total").inner_text()) == 2
    unread = _card(page, "Files that were not read").inner_text()
    assert "shop/broken.py:7" in unread
    assert "invalid syntax" in unread
    build = page.get_by_role("link", name="ci")
    assert build.get_attribute("href") == "https://ci.example.org/runs/7"


def test_a_snapshot_says_what_it_changed(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{LIST}/{corner_shop.commit(2)}"))

    changed = _card(page, "What it changed")
    assert f"Against {SHORT[1]}" in changed.inner_text()
    assert "2 imports added, 0 removed; 0 modules added, 0 removed." in changed.inner_text()
    rows = [re.sub(r"\s+", " ", row) for row in changed.locator("tbody tr").all_inner_texts()]
    assert rows == [
        f"Nobody pays cash kept {TO} broken 0 {TO} 1 +1 0 {TO} 1 +1 \N{EN DASH}",
        f"There is one engine broken 2 {TO} 3 +1 2 {TO} 3 +1 2",
    ]
    assert _side(page, "Came in") == [
        "shop.cart.total imports shop.pay.cash · no-cash",
        "shop.pay.card imports shop.legacy.engine came back · one-engine",
    ]


def test_the_first_snapshot_has_none_before_it(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{LIST}/{corner_shop.commit(0)}"))

    assert "here the line begins" in _card(page, "What it changed").inner_text()
    visitor.faults.remove(NOT_FOUND)


def test_without_commits_the_last_two_are_compared(visitor: Visitor) -> None:
    page = settled(visitor.open("/p/corner/compare"))

    assert [_figure(page, name) for name in ("Came in", "Fixed", "Imports", "Modules")] == [
        "0",
        "1",
        "+0 \N{MINUS SIGN}1",
        "+0 \N{MINUS SIGN}0",
    ]
    assert _side(page, "Imports removed") == ["shop.cart.view imports shop.legacy.engine"]
    page.get_by_role("button", name="Swap").click()
    settled(page)
    assert _figure(page, "Came in") == "1"
    assert parse_qs(urlsplit(page.url).query) == {
        "base": [corner_shop.commit(3)],
        "head": [corner_shop.commit(2)],
    }


def test_a_commit_is_chosen_from_a_list(visitor: Visitor) -> None:
    page = settled(visitor.open("/p/corner/compare"))

    page.get_by_label("From").select_option(corner_shop.commit(0))
    settled(page)

    assert parse_qs(urlsplit(page.url).query) == {
        "base": [corner_shop.commit(0)],
        "head": [corner_shop.commit(3)],
    }
    assert _figure(page, "Came in") == "1"


def _day(moment: str) -> str:
    at = datetime.fromisoformat(moment)
    return f"{at.day} {at:%b} {at.year}"


def test_a_long_list_unfolds(visitor: Visitor, service: DashboardService) -> None:
    items = service.get("projects/storefront/snapshots", branch="main", limit=200)["items"]
    head, base = items[0]["commit"], items[100]["commit"]
    answer = service.get("projects/storefront/compare", base=base, head=head)
    page = settled(visitor.open(f"/p/storefront/compare?base={base}&head={head}"))
    fixed = page.locator(".sides section", has=page.locator("h3", has_text="Fixed:"))
    chosen = page.get_by_label("From").locator("option:checked").inner_text()
    assert chosen == f"{base[:9]} \N{MIDDLE DOT} {_day(answer['base_at'])}"  # not among the newest
    expected = len(answer["violations_fixed"])

    assert number(fixed.locator("h3").inner_text()) == expected > 20
    assert fixed.locator("li").count() == 20
    fixed.get_by_role("button").click()
    assert fixed.locator("li").count() == min(expected, 220)


PAGES = (LIST, f"{LIST}/{corner_shop.commit(1)}", "/p/corner/compare")


@pytest.mark.parametrize("path", PAGES)
def test_they_fit_any_width_and_are_accessible(visitor: Visitor, path: str) -> None:
    page = settled(visitor.open(path))

    assert_fits(page)
    assert_accessible(page)

"""The branch that the pages of a project show: one selector, the same address parameter everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.browser.project_histories import RELEASE
from tests.browser.visitor import assert_accessible, assert_fits, number, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
PROJECT = "branches"
PATH = f"/p/{PROJECT}"
MODULE = "shop.orm.legacy"
TABS = ("Burn-down", "Violations", "Snapshots", "Explorer", "Settings")
PAGES = (
    PATH,
    f"{PATH}/violations",
    f"{PATH}/snapshots",
    f"{PATH}/compare",
    f"{PATH}/explorer?module={MODULE}",
    f"{PATH}/modules/{MODULE}",
    f"{PATH}/settings",
)


def _selector(page: Page) -> str:
    """Return the branch that the page says it shows."""
    return page.get_by_role("combobox", name="Branch", exact=True).input_value()


def _on_release(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}branch={quote(RELEASE, safe='')}"


def test_each_page_says_which_branch_it_shows(visitor: Visitor) -> None:
    assert _selector(settled(visitor.open(PATH))) == "main"
    for path in PAGES:
        assert _selector(settled(visitor.open(_on_release(path)))) == RELEASE


def test_the_branch_is_chosen_once_and_kept_from_tab_to_tab(visitor: Visitor) -> None:
    page = settled(visitor.open(PATH))

    page.get_by_role("combobox", name="Branch", exact=True).select_option(RELEASE)
    for tab in TABS:
        page.locator(".tabs").get_by_role("link", name=tab, exact=True).click()
        settled(page)
        assert parse_qs(urlsplit(page.url).query)["branch"] == [RELEASE], tab
        assert _selector(page) == RELEASE, tab

    page.get_by_role("combobox", name="Branch", exact=True).select_option("main")
    assert "branch=" not in page.url
    page.go_back()
    assert _selector(settled(page)) == RELEASE


def test_the_burn_down_is_that_of_the_branch(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(_on_release(PATH)))

    contracts = service.get(f"projects/{PROJECT}", branch=RELEASE)["contracts"]
    elsewhere = service.get(f"projects/{PROJECT}")["contracts"]
    assert [one["contract"]["id"] for one in contracts] != [one["contract"]["id"] for one in elsewhere]
    rows = page.get_by_role("group", name="Contracts").locator("tbody tr")
    for index, one in enumerate(contracts):
        assert one["contract"]["name"] in rows.nth(index).inner_text()
        count = rows.nth(index).locator("td[data-name=Now] b").inner_text()
        assert number(count) == one["contract"]["violations"]
    oldest = service.get(f"projects/{PROJECT}/violations", branch=RELEASE, sort="introduced", limit=1)
    card = page.get_by_role("region", name="The oldest")
    assert oldest["items"][0]["importer"] in card.inner_text()


def test_lists_graphs_and_histories_are_those_of_the_branch(
    visitor: Visitor, service: DashboardService
) -> None:
    tip = service.get(f"projects/{PROJECT}/snapshots", branch=RELEASE, limit=1)["items"][0]["commit"]

    page = settled(visitor.open(_on_release(f"{PATH}/violations")))
    total = service.get(f"projects/{PROJECT}/violations", branch=RELEASE, limit=1)["total"]
    assert number(page.locator(".total").inner_text()) == total
    page = settled(visitor.open(_on_release(f"{PATH}/snapshots")))
    assert page.locator("tbody .commit").first.inner_text() == tip[:9]
    page = settled(visitor.open(_on_release(f"{PATH}/modules/{MODULE}")))
    assert tip[:9] in page.locator(".page-title .about").inner_text()
    page = settled(visitor.open(_on_release(f"{PATH}/explorer?module={MODULE}")))
    around = service.get(f"projects/{PROJECT}/modules/{MODULE}/neighbourhood", commit=tip)
    assert number(page.locator(".explorer-status").inner_text()) == len(around["modules"])


def test_a_branch_that_is_not_there_is_said_not_to_be(visitor: Visitor) -> None:
    for path in PAGES[:-1]:
        page = visitor.open(f"{path}{'&' if '?' in path else '?'}branch=nope")

        page.get_by_text("no such branch").first.wait_for()
        assert _selector(page) == "nope"
    visitor.faults[:] = [fault for fault in visitor.faults if "404" not in fault]


def test_a_long_name_fits_any_width_and_is_accessible(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{PATH}/violations?branch={'a-long-name-' * 12}"))

    assert_fits(page)
    assert_accessible(page)
    visitor.faults[:] = [fault for fault in visitor.faults if "404" not in fault]

"""The page Violations: its rows are the API's; filters and pages are in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browser import corner_shop
from tests.browser.visitor import PHONE, assert_accessible, assert_fits, number, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
LARGE, SMALL = "/p/storefront/violations", "/p/corner/violations"

# Parts of module names that stand on more than one line.
_BROKEN_WORDS = """() => [...document.querySelectorAll("td .module")].flatMap((name) => {
  const texts = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) {
      broken.push(texts.currentNode.data);
    }
  }
  return broken;
})"""


def _rows(page: Page) -> list[tuple[str, str]]:
    """Return (importer, imported) of each row."""
    cells = [page.locator(f"td[data-name='{name}'] > a.module") for name in ("Importer", "Imports")]
    return list(zip(*(cell.all_inner_texts() for cell in cells), strict=True))


def _pairs(answer: Any) -> list[tuple[str, str]]:
    return [(one["importer"], one["imported"]) for one in answer["items"]]


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def _total(page: Page) -> int:
    return number(page.locator(".total").inner_text())


def test_rows_and_total_are_the_api_s(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(LARGE))
    answer = service.get("projects/storefront/violations")

    assert _rows(page) == _pairs(answer)
    assert _total(page) == answer["total"] > len(answer["items"])


def test_a_row_says_where_how_old_and_what_instead(visitor: Visitor) -> None:
    page = settled(visitor.open(SMALL))

    assert set(_rows(page)) == {corner_shop.CARD, corner_shop.TEST, corner_shop.TOTAL}
    rows = {
        name: page.locator("tbody tr", has=page.get_by_role("link", name=name, exact=True)).inner_text()
        for name in ("shop.pay.card", "tests.test_cart", "shop.cart.total")
    }
    assert "use engine" in rows["shop.pay.card"]
    card = page.locator("tbody tr", has=page.get_by_role("link", name="shop.pay.card", exact=True))
    assert card.get_by_role("link", name="shop.engine", exact=True).inner_text() == "engine"
    assert "2 days" in rows["shop.pay.card"]
    assert "2\N{MULTIPLICATION SIGN}" in rows["shop.pay.card"]  # it came back
    assert corner_shop.commit(2)[:9] in rows["shop.pay.card"]
    assert "ghost" in rows["tests.test_cart"]
    assert "function" in rows["tests.test_cart"]
    assert "and 1 more" in rows["shop.cart.total"]
    assert "Nobody pays cash" in rows["shop.cart.total"]
    assert "@pay" in rows["shop.cart.total"]


def test_a_filter_is_in_the_address_and_narrows_the_rows(visitor: Visitor) -> None:
    page = settled(visitor.open(SMALL))

    for label, value, parameter, expected in (
        ("Contract", "no-cash", "contract", {corner_shop.TOTAL}),
        ("Owner", "@cart", "owner", {corner_shop.CARD, corner_shop.TEST}),
        ("Package", "shop.cart", "package", {corner_shop.TOTAL}),
        ("Kind", "function", "kind", {corner_shop.TEST}),
    ):
        page.get_by_label(label, exact=True).select_option(value)
        settled(page)

        assert _query(page) == {parameter: [value]}
        assert set(_rows(page)) == expected
        assert _total(page) == len(expected)
        page.get_by_role("button", name="Clear all filters").click()
        settled(page)
        assert _query(page) == {}
        assert _total(page) == 3


def test_the_search_is_in_the_address_and_an_address_is_a_search(visitor: Visitor) -> None:
    page = settled(visitor.open(SMALL))

    page.get_by_label("Search").fill("cart")
    page.wait_for_url("**search=cart")
    settled(page)

    assert set(_rows(page)) == {corner_shop.TEST, corner_shop.TOTAL}
    again = settled(visitor.open(f"{SMALL}?search=cash"))
    assert _rows(again) == [corner_shop.TOTAL]
    assert again.get_by_label("Search").input_value() == "cash"


def test_what_a_link_narrowed_is_shown_and_taken_away(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{SMALL}?imported={corner_shop.GHOST}"))

    assert _rows(page) == [corner_shop.TEST]
    assert f"imports {corner_shop.GHOST}" in page.locator(".chip").inner_text()
    page.locator(".chip button").click()
    settled(page)
    assert _query(page) == {}
    assert len(_rows(page)) == 3


def test_nothing_that_matches_is_said_with_a_way_out(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{SMALL}?search=nowhere"))

    assert page.get_by_role("heading", name="No violation matches").is_visible()
    page.locator(".notice").get_by_role("button", name="Clear all filters").click()
    settled(page)
    assert len(_rows(page)) == 3


def test_fixed_ones_say_when_and_in_which_commit(visitor: Visitor) -> None:
    page = settled(visitor.open(SMALL))

    page.get_by_role("button", name="Fixed").click()
    settled(page)

    assert _query(page) == {"state": ["fixed"]}
    assert _total(page) == 1  # CARD was fixed, and is back
    row = page.locator("tbody tr").inner_text()
    assert "shop.cart.view" in row
    assert corner_shop.commit(3)[:9] in row


def test_a_filter_that_says_nothing_of_fixed_ones_is_not_asked_for(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{SMALL}?kind=function&introduced_since=2020-01-01"))
    assert _rows(page) == [corner_shop.TEST]

    page.get_by_role("button", name="Fixed").click()
    settled(page)

    assert _total(page) == 1
    assert page.get_by_label("Kind").count() == page.locator(".chip").count() == 0


def test_sorting_is_the_service_s(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(LARGE))
    head = page.get_by_role("columnheader", name="Importer")

    for clicks, descending in ((1, False), (2, True)):
        head.get_by_role("button").click()
        settled(page)
        expected = service.get(
            "projects/storefront/violations", sort="importer", descending=str(descending).lower()
        )
        assert _rows(page) == _pairs(expected), clicks
        assert head.get_attribute("aria-sort") == ("descending" if descending else "ascending")
    assert _query(page) == {"sort": ["importer"], "descending": ["true"]}


def test_pages_lead_on_and_back_and_are_in_the_address(
    visitor: Visitor, service: DashboardService
) -> None:
    page = settled(visitor.open(LARGE))
    first = _rows(page)
    total = service.get("projects/storefront/violations", limit=1)["total"]
    pager = page.get_by_role("navigation", name="Pages of violations")
    assert pager.locator("p").inner_text() == f"1\N{EN DASH}50 of {total} violations"

    pager.get_by_role("button", name="Next").click()
    settled(page)

    assert pager.locator("p").inner_text() == f"51\N{EN DASH}{total} of {total} violations"
    assert not set(first) & set(_rows(page))
    assert len(first) + len(_rows(page)) == total
    assert pager.get_by_role("button", name="Next").is_disabled()
    again = settled(visitor.open(urlsplit(page.url)._replace(scheme="", netloc="").geturl()))
    assert _rows(again) == _rows(page)
    pager.get_by_role("button", name="First page").click()
    settled(page)
    assert _rows(page) == first
    assert _query(page) == {}


def test_35_violations_with_long_names_are_dense_and_names_break_at_dots_alone(
    visitor: Visitor,
) -> None:
    page = settled(visitor.open("/p/seed/violations"))

    assert page.locator("tbody tr").count() == 35
    assert page.evaluate("document.documentElement.scrollHeight") < 2_400
    assert page.locator("table").evaluate("(table) => table.offsetHeight") < 1_800
    assert page.evaluate(_BROKEN_WORDS) == []


def test_they_are_dense_on_a_phone_and_on_a_tablet(visitor: Visitor) -> None:
    phone = settled(visitor.open("/p/seed/violations", width=PHONE))

    assert phone.locator("tbody tr").count() == 35
    assert (
        phone.locator("table").evaluate("(table) => table.offsetHeight") < 5_500
    )  # links are 24 pixels tall
    row = phone.locator("tbody tr").first
    assert row.locator("td[data-name=Importer]").evaluate("(cell) => cell.offsetWidth") > 300
    tablet = settled(visitor.open(LARGE, width=768))
    contract = tablet.locator("td[data-name=Contract]").first
    assert contract.evaluate("(cell) => cell.offsetWidth") > 80
    tablet.emulate_media(media="print")
    assert contract.evaluate("(cell) => cell.offsetWidth") > 80


def test_it_fits_any_width_and_is_accessible(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{LARGE}?contract=one-engine"))

    assert_fits(page)
    assert_accessible(page)

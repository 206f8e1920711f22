"""Ways through the dashboard: back, forward, a kept scroll position, and parts that do not load."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser.visitor import assert_accessible, drawn, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
VIOLATIONS = "/p/storefront/violations"
PART = re.compile(r"/assets/violations-.*\.js")
"""The script of the page Violations."""


def _place(page: Page) -> str:
    """Return the path and the query string."""
    address = urlsplit(page.url)
    return f"{address.path}?{address.query}" if address.query else address.path


def _forgive(visitor: Visitor, text: str) -> None:
    """Drop the faults that a test provokes, which must have happened."""
    provoked = [fault for fault in visitor.faults if text in fault]
    assert provoked
    visitor.faults[:] = [fault for fault in visitor.faults if text not in fault]


def _scroll(page: Page, top: int) -> None:
    page.mouse.wheel(0, top)
    page.wait_for_function("(top) => Math.abs(scrollY - top) < 2", arg=top)


def test_back_undoes_a_filter_and_then_leaves_the_page(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/storefront"))
    page.get_by_role("link", name="Violations", exact=True).click()
    settled(page)

    page.get_by_label("Contract", exact=True).select_option("no-old-orm")
    settled(page)
    page.get_by_label("Search").press_sequentially("cart", delay=20)
    settled(page)
    page.get_by_label("Search").press_sequentially("_views", delay=20)
    settled(page)
    assert _place(page) == f"{VIOLATIONS}?contract=no-old-orm&search=cart_views"

    page.go_back()  # the search as a whole, not a letter of it
    assert _place(page) == f"{VIOLATIONS}?contract=no-old-orm"
    settled(page)
    assert page.get_by_label("Search").input_value() == ""
    page.go_back()
    assert _place(page) == VIOLATIONS
    page.go_back()
    assert _place(page) == "/p/storefront"
    drawn(page)


def test_back_and_a_reload_lead_to_where_the_page_was_scrolled_to(visitor: Visitor) -> None:
    page = settled(visitor.open(VIOLATIONS))
    _scroll(page, 600)

    page.locator("td[data-name=Importer] a.module").nth(15).click()
    settled(page)
    assert page.evaluate("scrollY") == 0
    page.go_back()
    settled(page)
    page.wait_for_function("() => Math.abs(scrollY - 600) < 2")

    page.reload()
    settled(page)
    page.wait_for_function("() => Math.abs(scrollY - 600) < 2")


def test_an_address_without_a_page_says_so_and_leads_on(
    visitor: Visitor, service: DashboardService
) -> None:
    page = visitor.open("/nope")

    page.get_by_role("heading", name="There is no such page").wait_for()
    assert_accessible(page)
    page.locator("main").get_by_role("link", name="All projects").click()
    page.locator(".project").first.wait_for()
    assert page.url == f"{service.origin}/"
    _forgive(visitor, "404")


def test_a_part_of_an_older_version_reloads_the_page_once(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/storefront"))
    page.route(PART, lambda route: route.fulfill(status=404))
    page.on("load", lambda at: at.unroute(PART))
    page.evaluate("window.isOldDocument = true")
    page.get_by_role("link", name="Violations", exact=True).click()

    page.wait_for_function("() => window.isOldDocument === undefined")
    settled(page)
    assert page.locator("tbody tr").count() > 0
    _forgive(visitor, "404")


def test_a_part_that_stays_away_is_a_new_version_to_be_loaded(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/storefront"))
    loaded: list[str] = []
    page.on("load", lambda at: loaded.append(at.url))
    page.route(PART, lambda route: route.fulfill(status=404))
    page.get_by_role("link", name="Violations", exact=True).click()

    page.get_by_role("heading", name="A new version is here").wait_for()
    assert len(loaded) == 1  # the page was reloaded once
    page.unroute(PART)
    page.get_by_role("button", name="Load the new version").click()
    settled(page)
    assert page.locator("tbody tr").count() > 0
    _forgive(visitor, "404")


def test_offline_a_page_says_so_and_can_be_tried_again(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/storefront"))

    page.context.set_offline(True)
    page.get_by_role("link", name="Violations", exact=True).click()
    page.get_by_role("heading", name="Offline: try again").wait_for()
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()

    settled(page)
    assert page.locator("tbody tr").count() > 0
    _forgive(visitor, "ERR_INTERNET_DISCONNECTED")


def test_escape_closes_what_changed_and_a_click_the_tooltip(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/storefront"))
    box = page.locator(".chart-surface").bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.6)
    page.locator(".tooltip").wait_for()
    page.mouse.down()
    page.mouse.up()
    page.get_by_role("region", name="What changed").wait_for()
    assert page.locator(".tooltip").count() == 0

    page.keyboard.press("Escape")
    page.get_by_role("region", name="What changed").wait_for(state="detached")
    assert _place(page) == "/p/storefront"

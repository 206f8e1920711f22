"""Violations as a worklist: a checklist, CSV, keys, what is mine, and what all rows have in common."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser import corner_shop, hostile_project
from tests.browser.visitor import PHONE, assert_accessible, assert_fits, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
LARGE, SMALL = "/p/storefront/violations", "/p/corner/violations"
CART = f"{SMALL}?owner=%40cart"


def _copied(page: Page) -> str:
    """Press the button that copies a checklist; return what is on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=re.compile("checklist")).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return str(page.evaluate("navigator.clipboard.readText()"))


def _saved(page: Page) -> list[tuple[str, str]]:
    with page.expect_download() as download:
        page.get_by_role("link", name="All as CSV").click()
    rows = csv.DictReader(Path(download.value.path()).read_text().splitlines())
    return [(row["importer"], row["imported"]) for row in rows]


def _focused(page: Page) -> int:
    """Return the number of the row that has the focus, or -1."""
    row = page.evaluate(
        "[...document.querySelectorAll('tbody tr')].findIndex((row) => row.matches(':focus-within'))"
    )
    assert isinstance(row, int)
    return row


def test_the_checklist_has_the_rows_of_the_filter(visitor: Visitor) -> None:
    page = settled(visitor.open(CART))

    items = _copied(page).splitlines()

    assert len(items) == 2
    test, card = items
    assert test.startswith(f"- [ ] `{corner_shop.TEST[0]}` imports `{corner_shop.TEST[1]}` (")
    assert card.startswith(f"- [ ] `{corner_shop.CARD[0]}` imports `{corner_shop.CARD[1]}` (")
    assert card.endswith(": use `shop.engine`")


def test_hostile_names_are_code_in_the_checklist(visitor: Visitor) -> None:
    page = settled(visitor.open("/p/hostile/violations"))

    items = _copied(page).splitlines()

    assert len(items) == page.locator("tbody tr").count()
    assert all(item.startswith("- [ ] `") for item in items)
    outside = [re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", item) for item in items]
    assert not re.search(r"[<>\[]", "".join(outside).replace("- [ ]", ""))
    assert any(text in item for item in items for text in hostile_project.TEXTS)


def test_the_csv_has_all_pages_of_the_filter(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(f"{LARGE}?sort=importer"))
    everything = service.get("projects/storefront/violations", sort="importer", limit=200)["items"]

    saved = _saved(page)

    assert len(saved) > page.locator("tbody tr").count()
    assert saved == [(one["importer"], one["imported"]) for one in everything]
    assert set(_saved(settled(visitor.open(CART)))) == {corner_shop.CARD, corner_shop.TEST}
    assert len(_saved(settled(visitor.open(f"{SMALL}?state=fixed")))) == 1


def test_what_all_rows_have_in_common_is_said_once(visitor: Visitor) -> None:
    page = settled(visitor.open(SMALL))
    assert page.locator("td[data-name=Contract]").count() == 3
    assert page.locator(".shared").count() == 0

    page = settled(visitor.open(CART))

    assert page.locator("td[data-name=Contract]").count() == 0
    assert page.locator("td[data-name=Times]").count() == 2  # once, and twice
    assert page.locator(".shared").inner_text().startswith("Contract")
    assert "@cart" in page.locator(".shared dd").inner_text()


def test_keys_move_through_the_rows_and_enter_opens_one(visitor: Visitor) -> None:
    page = settled(visitor.open(SMALL))
    rows = page.locator("tbody tr")

    moves = []
    for key in ("j", "j", "j", "j", "k"):
        page.keyboard.press(key)
        moves.append(_focused(page))
    assert moves == [0, 1, 2, 2, 1]

    module = rows.nth(1).locator("td[data-name=Importer] > a.module").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/modules/{module}")


def test_a_slash_leads_to_the_search_in_which_keys_are_text(visitor: Visitor) -> None:
    page = settled(visitor.open(SMALL))
    search = page.get_by_label("Search")

    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("jk/")

    assert search.input_value() == "jk/"
    assert _focused(page) == -1


def test_what_is_mine_is_remembered_and_shown_at_a_click(visitor: Visitor) -> None:
    page = settled(visitor.open(CART))
    mine = page.get_by_role("button", name="Mine", exact=True)
    assert mine.count() == 0

    page.get_by_role("button", name="Remember these as mine").click()
    expect(mine).to_have_attribute("aria-pressed", "true")
    mine.click()
    settled(page)
    assert page.locator("tbody tr").count() == 3
    page.reload()
    settled(page)
    expect(mine).to_have_attribute("aria-pressed", "false")
    mine.click()
    settled(page)

    assert page.locator("tbody tr").count() == 2
    assert page.url.endswith("?owner=%40cart")
    page.get_by_role("button", name="Forget that these are mine").click()
    expect(mine).to_have_count(0)


@pytest.mark.parametrize("path", [CART, f"{LARGE}?contract=one-engine", "/p/seed/violations"])
def test_it_fits_any_width_and_is_accessible(visitor: Visitor, path: str) -> None:
    page = settled(visitor.open(path))
    if path == CART:
        page.get_by_role("button", name="Remember these as mine").click()
    page.keyboard.press("j")

    assert_fits(page, (PHONE, 768, 1280))
    assert_accessible(page)

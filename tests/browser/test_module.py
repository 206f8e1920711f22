"""The page of a module: who imports it, what it imports, its violations, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import corner_shop
from tests.browser.visitor import NOT_FOUND, assert_accessible, assert_fits, number, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow


def _figures(page: Page) -> list[int]:
    return [number(text) for text in page.locator(".stat-value").all_inner_texts()]


def _card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.locator("h2", has_text=title))


def _names(card: Locator) -> list[str]:
    return card.locator("li a.module").all_inner_texts()


def _path(module: str, project: str = "corner") -> str:
    return f"/p/{project}/modules/{module}"


@pytest.mark.parametrize(
    ("module", "importers", "imports", "breaks", "left"),
    [
        ("shop.pay.card", 0, 3, 1, 0),
        (corner_shop.ENGINE, 1, 0, 0, 1),
        (corner_shop.NEW, 2, 0, 0, 0),
        ("shop.cart.total", 1, 2, 1, 0),
    ],
)
def test_the_figures_are_right(
    visitor: Visitor, module: str, importers: int, imports: int, breaks: int, left: int
) -> None:
    page = settled(visitor.open(_path(module)))

    assert _figures(page) == [importers, imports, breaks, left]


def test_importers_and_imports_are_the_api_s(visitor: Visitor, service: DashboardService) -> None:
    module = "shop.engine.order_engine"
    violations = service.get("projects/storefront/violations", limit=1)["items"]
    for name in (module, violations[0]["importer"], violations[0]["imported"]):
        page = settled(visitor.open(_path(name, "storefront")))
        answer = service.get(f"projects/storefront/modules/{name}")

        assert _figures(page)[:2] == [len(answer["importers"]), len(answer["imports"])]
        for title, key in (("Imported by", "importers"), ("Imports", "imports")):
            card = _card(page, title)
            more = card.get_by_role("button", name="Show")
            if more.count():
                more.click()
            assert _names(card) == answer[key]
        assert page.locator("tbody tr", has=page.locator("td[data-name=Imports]")).count() == min(
            20, len(answer["violations"])
        )


def test_what_a_module_is_stands_beside_its_name(visitor: Visitor) -> None:
    for module, words in (
        (corner_shop.ENGINE, ["deprecated"]),
        (corner_shop.GHOST, ["deprecated", "ghost"]),
        (corner_shop.NEW, ["canonical"]),
        ("shop.pay.card", []),
    ):
        page = settled(visitor.open(_path(module)))
        assert page.locator("h1 .tag").all_inner_texts() == words, module


def test_its_history_is_drawn_and_listed(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(_path("shop.pay.card")))

    points = service.get("projects/corner/modules/shop.pay.card/history")["points"]
    assert [one["violations"] for one in points] == [1, 0, 1, 1]
    card = _card(page, "Its history")
    assert card.locator(".history-now").inner_text().startswith("1 violation")
    card.get_by_text("As a table").click()
    rows = [row.split() for row in card.locator("tbody tr").all_inner_texts()]
    assert [(row[0], int(row[-1])) for row in rows] == [
        (one["commit"][:9], one["violations"]) for one in reversed(points)
    ]


def test_pointing_at_the_history_says_how_it_was_then(visitor: Visitor) -> None:
    page = settled(visitor.open(_path("shop.pay.card")))
    plot = page.locator(".history-plot svg")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None

    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    assert page.locator(".history-now").inner_text().startswith("0 violations")


def test_a_module_that_is_gone_says_so(visitor: Visitor) -> None:
    page = settled(visitor.open(_path("shop.never")))

    assert page.get_by_role("heading", name="The graph has no such module").is_visible()
    assert "None, at any commit" in _card(page, "Its history").inner_text()
    visitor.faults.remove(NOT_FOUND)


def test_the_way_leads_to_the_explorer(visitor: Visitor) -> None:
    page = settled(visitor.open(_path(corner_shop.NEW)))

    page.get_by_role("link", name="Explore around it").click()

    page.wait_for_url(f"**/p/corner/explorer?module={corner_shop.NEW}")


def test_it_fits_any_width_and_is_accessible(visitor: Visitor) -> None:
    page = settled(visitor.open(_path("shop.pay.card")))

    assert_fits(page)
    assert_accessible(page)

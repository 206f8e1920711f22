"""The menu of the burn-down: a picture, the points as CSV, and Markdown with the service's charts."""

from __future__ import annotations

import base64
import csv
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import expect

from tests.browser import hostile_project
from tests.browser.visitor import PHONE, assert_accessible, assert_fits, drawn

if TYPE_CHECKING:
    from playwright.sync_api import Download, Locator, Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Scheme, Visitor

pytestmark = pytest.mark.slow
PATH = "/p/storefront"
_WIDTH = 2400
"""Of a picture: 1200 pixels, at twice the density."""
# The colour of the pixel at the left top, and how many pixels are of that colour and of another.
_READ_PICTURE = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const {data} = context.getImageData(0, 0, image.width, image.height);
  const pixels = new Uint32Array(data.buffer);
  return {corner: [...data.slice(0, 4)], drawn: pixels.filter((one) => one !== pixels[0]).length};
}"""


def _menu(page: Page) -> Locator:
    """Open the menu and return its panel."""
    page.get_by_role("button", name="Share", exact=True).click()
    return page.locator(".menu-panel")


def _save(page: Page, name: str) -> Download:
    menu = _menu(page)
    with page.expect_download() as saved:
        menu.get_by_role("button", name=name).click()
    expect(menu).to_have_count(0)
    return saved.value


def _rows(download: Download) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(download.path()).read_text().splitlines()))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (PHONE, "dark")])
def test_the_picture_is_light_and_as_large_everywhere(
    visitor: Visitor, width: int, scheme: Scheme
) -> None:
    page = drawn(visitor.open(PATH, width=width, scheme=scheme))

    saved = _save(page, "Save as PNG")

    assert re.fullmatch(r"storefront-burn-down-\d{4}-\d\d-\d\d\.png", saved.suggested_filename)
    content = Path(saved.path()).read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", content[16:20]) == (_WIDTH,)
    picture = page.evaluate(_READ_PICTURE, f"data:image/png;base64,{base64.b64encode(content).decode()}")
    assert picture["corner"] == [255, 255, 255, 255]
    assert picture["drawn"] > _WIDTH * 10  # lines and texts, not an empty sheet


def test_the_csv_has_the_points_of_the_contracts_and_the_period_shown(
    visitor: Visitor, service: DashboardService
) -> None:
    identifier = "no-old-orm"
    page = drawn(visitor.open(f"{PATH}?contract={identifier}"))

    rows = _rows(_save(page, "Save as CSV"))

    points = service.get("projects/storefront/trend", contract=identifier)["points"]
    assert [(one["contract"], one["commit"], one["violations"]) for one in rows] == [
        (identifier, one["commit"], str(one["violations"])) for one in points
    ]
    page.get_by_role("button", name="30 days").click()
    drawn(page)
    recent = _rows(_save(page, "Save as CSV"))
    assert 0 < len(recent) < len(rows)
    assert recent == rows[-len(recent) :]


def test_the_markdown_shows_the_service_s_chart_of_what_is_shown(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(f"{PATH}?range=90d"))

    text = _menu(page).locator("pre").inner_text()

    contracts = [one["contract"] for one in service.get("projects/storefront")["contracts"]]
    pictures = re.findall(r"\[!\[([^\]]*)\]\(([^)]*)\)\]\(([^)]*)\)", text)
    assert [name for name, _, _ in pictures] == [one["name"] for one in contracts]
    for (_, picture, address), contract in zip(pictures, contracts, strict=True):
        assert urlsplit(picture).query == urlsplit(address).query
        answer = httpx2.get(picture, headers={"authorization": f"Bearer {service.token}"})
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert f"contract={contract['id']}&range=90d" in picture


def test_copy_puts_the_markdown_on_the_clipboard(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    menu = _menu(page)

    menu.get_by_role("button", name="Copy").click()

    expect(menu.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == menu.locator("pre").inner_text()


def test_a_keyboard_opens_it_and_escape_returns_to_the_button(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    button = page.get_by_role("button", name="Share", exact=True)

    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save as PNG")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator(".menu-panel")).to_have_count(0)
    expect(button).to_be_focused()


def test_a_click_elsewhere_closes_it(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    menu = _menu(page)

    page.get_by_role("heading", name="Contracts").click()

    expect(menu).to_have_count(0)


def test_it_fits_any_width_and_is_accessible(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    menu = _menu(page)

    assert_fits(page)
    assert_accessible(page)
    expect(menu).to_be_visible()


def test_hostile_names_are_saved_as_text(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open("/p/hostile"))
    names = [one["contract"]["name"] for one in service.get("projects/hostile")["contracts"]]
    assert any(text in name for name in names for text in hostile_project.TEXTS)

    assert Path(_save(page, "Save as PNG").path()).stat().st_size > 10_000
    saved = {one["name"].removeprefix("'") for one in _rows(_save(page, "Save as CSV"))}
    assert saved <= set(names)
    text = _menu(page).locator("pre").inner_text()
    assert not re.search(r"(?<!\\)<", text)

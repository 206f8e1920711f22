"""The project's page on paper: a report of two pages at most, whose text can be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import SCHEMES, drawn, settled

if TYPE_CHECKING:
    from tests.browser.visitor import Scheme, Visitor

pytestmark = pytest.mark.slow
_PAGE = re.compile(rb"/Type\s*/Page\b")
_LINK = re.compile(rb"/Rect \[(\S+) \S+ (\S+) \S+\][^\[]{0,200}?/URI \([^)]*/snapshots/")
"""A link to a snapshot, with its left and its right end."""
_POINTS = 0.75
"""Points of a pixel, on paper."""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_four_contracts_are_two_pages_and_their_text_can_be_read(
    visitor: Visitor, scheme: Scheme
) -> None:
    page = settled(drawn(visitor.open("/p/storefront", scheme=scheme)))
    assert page.locator("button.line-label").count() == 4

    document = page.pdf(format="A4")

    assert len(_PAGE.findall(document)) <= 2
    page.emulate_media(media="print")
    on_screen = page.locator("main a.commit").first.bounding_box()
    assert on_screen is not None
    link = _LINK.search(document)
    assert link is not None
    on_paper = float(link[2]) - float(link[1])
    assert on_paper > 0.75 * _POINTS * on_screen["width"]


def test_nothing_to_press_is_on_paper(visitor: Visitor) -> None:
    page = settled(drawn(visitor.open("/p/storefront")))
    page.get_by_role("button", name="Share", exact=True).click()

    page.emulate_media(media="print")

    assert not page.locator(".menu").is_visible()
    page = settled(visitor.open("/p/storefront/violations"))
    page.emulate_media(media="print")
    assert not page.locator(".worklist-actions").is_visible()
    assert not page.locator(".keys").is_visible()

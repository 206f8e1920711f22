"""No text covers another or is cut off, on a desktop, a tablet and a phone, where names are long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.legibility import find_illegible_texts
from tests.browser.visitor import DESKTOP, HEIGHT, PHONE, serious_findings, settled

if TYPE_CHECKING:
    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
WIDTHS = (DESKTOP, 768, PHONE)
PAGES = (
    "/p/seed",
    "/p/twelve",
    "/p/seed/violations",
    "/p/storefront/violations?state=fixed",
    "/p/storefront/snapshots",
    "/p/seed/snapshots/{tip}",
    "/p/storefront/compare",
    "/p/seed/modules/netra_backend.app.agents.supervisor.execution_engine",
    "/p/unread/snapshots/{tip}",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_text_covers_another_or_is_cut_off(
    path: str, visitor: Visitor, service: DashboardService
) -> None:
    project = path.split("/")[2]
    tip = service.get(f"projects/{project}/snapshots", limit=1)["items"][0]["commit"]
    page = settled(visitor.open(path.format(tip=tip)))

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.wait_for_timeout(300)  # the chart is laid out anew
        assert find_illegible_texts(page) == [], width


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("tbody td { position: absolute; top: 0; left: 0; }", "covers another: "),
        (".table-frame { width: 8rem; overflow: hidden; }", "cut off: "),
    ],
)
def test_texts_that_cannot_be_read_are_noticed(style: str, expected: str, visitor: Visitor) -> None:
    page = settled(visitor.open("/p/seed/violations"))

    page.evaluate(
        """(style) => {
          document.adoptedStyleSheets.push(new CSSStyleSheet());
          document.adoptedStyleSheets.at(-1).replaceSync(style);
        }""",
        style,
    )

    assert any(text.startswith(expected) for text in find_illegible_texts(page))


def test_what_is_not_accessible_is_noticed(visitor: Visitor) -> None:
    page = settled(visitor.open("/settings"))
    page.evaluate(
        """document.querySelector("main").insertAdjacentHTML("beforeend",
          '<img src="data:,"><h2>A</h2><h6>B</h6><p id="pale">pale</p>');
        document.querySelector("#pale").style.cssText = "color: #ddd; background: #fff";"""
    )

    rules = {finding.partition(": ")[0] for finding in serious_findings(page)}

    assert rules >= {"image-alt", "heading-order", "color-contrast"}

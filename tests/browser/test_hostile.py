"""Hostile names are shown as text on every page, and do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.browser import hostile_project
from tests.browser.visitor import NOT_FOUND, Visitor, settled

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

    from tests.browser.conftest import DashboardService

pytestmark = pytest.mark.slow
PATH = "/p/hostile"
BRANCH = quote(hostile_project.TEXTS[0], safe="")
_NAVIGATE = "(to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')); }"
# The dashboard itself has none of these elements.
_INJECTED = "iframe, base, meta[http-equiv], style, svg[onload], img:not(.badge img), body script"


def _harmless(page: Page) -> Page:
    """Unfold everything and assert that no element or link was injected; return the page."""
    settled(page)
    page.locator("details").evaluate_all("(all) => all.forEach((details) => { details.open = true; })")
    settled(page)
    assert page.locator(_INJECTED).count() == 0
    addresses = page.locator("a").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(addresses) <= {"http:", "https:"}
    return page


def _texts(page: Page, selector: str) -> list[str]:
    return page.locator(selector).all_text_contents()


PAGES = (
    "/",
    PATH,
    f"{PATH}?at={hostile_project.commit(1)}",
    f"{PATH}/violations",
    f"{PATH}/violations?state=fixed&branch={BRANCH}",
    f"{PATH}/violations?search={BRANCH}&owner={BRANCH}&package={BRANCH}&imported={BRANCH}",
    f"{PATH}/snapshots",
    f"{PATH}/snapshots?branch={BRANCH}",
    f"{PATH}/snapshots/{hostile_project.commit(2)}",
    f"{PATH}/compare?base={hostile_project.commit(0)}&head={hostile_project.commit(1)}",
    f"{PATH}/explorer",
    f"{PATH}/explorer?mode=between&from={BRANCH}&to={quote(hostile_project.TEXTS[1], safe='')}",
    f"{PATH}/settings",
    "/settings",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_harmless(visitor: Visitor, path: str) -> None:
    _harmless(visitor.open(path))

    # Some of the names are no packages, which the API answers with 404.
    visitor.faults[:] = [fault for fault in visitor.faults if fault != NOT_FOUND]


def test_violations_show_each_name_as_it_is(visitor: Visitor, service: DashboardService) -> None:
    for by in ("importer", "imported"):
        page = _harmless(visitor.open(f"{PATH}/violations?sort={by}"))
        items = service.get("projects/hostile/violations", sort=by)["items"]
        assert _texts(page, "td[data-name=Importer] > a.module") == [one["importer"] for one in items]
        assert _texts(page, "td[data-name=Imports] > a.module") == [one["imported"] for one in items]
        assert page.locator("td[data-name=Importer] .place").count() == 2 * len(items)
        assert (
            page.locator("td[data-name=Importer] .place a").count() == 0
        )  # the forge is no web address


def test_every_module_has_a_page_that_shows_its_name(visitor: Visitor) -> None:
    page = settled(visitor.open("/settings"))
    headings = []
    for text in hostile_project.TEXTS:
        # Without loading the document anew, as a link of the dashboard does.
        page.evaluate(_NAVIGATE, f"{PATH}/modules/{quote(text, safe='')}")
        _harmless(page)
        headings.append(page.locator("h1 bdi").text_content())
        assert page.title() == f"{text} \N{MIDDLE DOT} archguard"

    assert headings == list(hostile_project.TEXTS)
    # The API cannot be asked for a name with a slash: it answers 404.
    visitor.faults[:] = [fault for fault in visitor.faults if fault != NOT_FOUND]


def test_the_explorer_lists_and_draws_every_name(visitor: Visitor) -> None:
    at = quote(f"module {hostile_project.TEXTS[1]}", safe="")
    page = visitor.open(f"{PATH}/explorer?module={BRANCH}&depth=2&open=*&at={at}")
    page.wait_for_selector(".canvas[aria-busy=false] .graph canvas", timeout=60_000)
    _harmless(page)

    listed = page.evaluate("document.querySelector('.graph')._cyreg.cy.nodes().map((node) => node.id())")
    assert {f"module {text}" for text in hostile_project.TEXTS} <= set(listed)
    assert "<svg onload=alert(1)>" in _texts(page, ".outline bdi")


def test_a_search_finds_and_shows_them(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{PATH}/explorer"))

    page.get_by_role("combobox", name="Module").press_sequentially("<svg")
    page.wait_for_selector("[role=option]")

    assert hostile_project.TEXTS[0] in _texts(page, "[role=option] bdi")
    _harmless(page)


def _insert_as_markup(page: Page) -> list[str]:
    """Insert the texts as markup; return the messages of dialogs, to which those that open are added."""
    messages: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        messages.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.evaluate(
        "(texts) => { for (const text of texts) {"
        " const place = document.createElement('div'); document.body.append(place);"
        " place.innerHTML = text; } }",
        [text for text in hostile_project.TEXTS if "alert(1)" in text],
    )
    return messages


def test_control_the_same_texts_as_markup_do_attack(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<body></body>")

    dialogs = _insert_as_markup(page)
    for _ in range(300):
        if len(dialogs) >= 5:
            break
        page.wait_for_timeout(100)
    context.close()

    assert len(dialogs) >= 5


def test_control_the_policy_stops_what_would_be_markup_and_says_so(
    browser: Browser, service: DashboardService
) -> None:
    attacked = Visitor(browser, service.origin, service.token)
    page = settled(attacked.open("/settings"))

    dialogs = _insert_as_markup(page)
    page.wait_for_function("seen.reports.some((report) => report.includes('script-src'))")
    page.wait_for_timeout(1000)

    assert dialogs == []
    assert any(fault.startswith("policy: script-src") for fault in attacked.close())

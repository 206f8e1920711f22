"""Names that attack whoever looks at them are text on every page, and do nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from archguard_api.store import Store
from tests.browser import hostile
from tests.browser.conftest import serving
from tests.browser.visits import NOT_FOUND, Visitor, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Dialog, Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.slow
PATH = "/p/hostile"
BRANCH = quote(hostile.TEXTS[0], safe="")
# Nothing of the page's own has one of these.
_INJECTED = "iframe, base, meta[http-equiv], style, svg[onload], img:not(.badge img), body script"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service over the hostile project, whose forge is an attack, too."""
    folder = tmp_path_factory.mktemp("hostile")
    with serving(folder, {"hostile": hostile.uploads(int(time.time()))}) as found:
        store = Store(f"sqlite:///{folder / 'dashboard.db'}", reserve_bytes=0)
        settings = {"link": hostile.LINK, "default_branch": hostile.TEXTS[0]}
        store.set_settings("hostile", settings)
        store.close()
        yield found


@pytest.fixture
def victim(browser: Browser, attacked: Served) -> Iterator[Visitor]:
    """Somebody who looks; at the end nothing has happened to them."""
    found = Visitor(browser, attacked.origin, attacked.token)
    yield found
    assert found.close() == []


def _harmless(page: Page) -> Page:
    """The page, with all that can be unfolded, and nothing in it that is not the dashboard's."""
    settled(page)
    page.locator("details").evaluate_all("(all) => all.forEach((one) => { one.open = true; })")
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
    f"{PATH}?at={hostile.commit(1)}",
    f"{PATH}/violations",
    f"{PATH}/violations?state=fixed&branch={BRANCH}",
    f"{PATH}/violations?search={BRANCH}&owner={BRANCH}&package={BRANCH}&imported={BRANCH}",
    f"{PATH}/snapshots",
    f"{PATH}/snapshots?branch={BRANCH}",
    f"{PATH}/snapshots/{hostile.commit(2)}",
    f"{PATH}/compare?base={hostile.commit(0)}&head={hostile.commit(1)}",
    f"{PATH}/explorer",
    f"{PATH}/explorer?mode=between&from={BRANCH}&to={quote(hostile.TEXTS[1], safe='')}",
    f"{PATH}/settings",
    "/settings",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_harmless(victim: Visitor, path: str) -> None:
    _harmless(victim.open(path))

    # What is not there is said, too: "a&b" names no package.
    victim.faults[:] = [fault for fault in victim.faults if fault != NOT_FOUND]


def test_violations_show_each_name_as_it_is(victim: Visitor, attacked: Served) -> None:
    for by in ("importer", "imported"):
        page = _harmless(victim.open(f"{PATH}/violations?sort={by}"))
        items = attacked.get("projects/hostile/violations", sort=by)["items"]
        assert _texts(page, "td[data-name=Importer] > a.module") == [one["importer"] for one in items]
        assert _texts(page, "td[data-name=Imports] > a.module") == [one["imported"] for one in items]
        assert page.locator("td[data-name=Importer] .place").count() == 2 * len(items)
        assert page.locator("td[data-name=Importer] .place a").count() == 0  # a forge that is none


def test_every_module_has_a_page_that_shows_its_name(victim: Visitor) -> None:
    shown = []
    for text in hostile.TEXTS:
        page = _harmless(victim.open(f"{PATH}/modules/{quote(text, safe='')}"))
        shown.append(page.locator("h1 bdi").text_content())
        assert page.title() == f"{text} \N{MIDDLE DOT} archguard"
        victim.close()

    assert shown == list(hostile.TEXTS)
    # A name with a slash cannot be asked for: the service says that there is none.
    victim.faults[:] = [fault for fault in victim.faults if fault != NOT_FOUND]


def test_the_explorer_lists_and_draws_every_name(victim: Visitor) -> None:
    at = quote(f"module {hostile.TEXTS[1]}", safe="")
    page = victim.open(f"{PATH}/explorer?module={BRANCH}&depth=2&open=*&at={at}")
    page.wait_for_selector(".canvas[aria-busy=false] .graph canvas")
    _harmless(page)

    listed = page.evaluate("document.querySelector('.graph')._cyreg.cy.nodes().map((node) => node.id())")
    assert {f"module {text}" for text in hostile.TEXTS} <= set(listed)
    assert "<svg onload=alert(1)>" in _texts(page, ".outline bdi")


def test_a_search_finds_and_shows_them(victim: Visitor) -> None:
    page = settled(victim.open(f"{PATH}/explorer"))

    page.get_by_role("combobox", name="Module").press_sequentially("<svg")
    page.wait_for_selector("[role=option]")

    assert hostile.TEXTS[0] in _texts(page, "[role=option] bdi")
    _harmless(page)


def _dialogs(page: Page) -> list[str]:
    """What pops up when the texts are markup."""
    found: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        found.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.evaluate(
        "(texts) => { for (const text of texts) {"
        " const place = document.createElement('div'); document.body.append(place);"
        " place.innerHTML = text; } }",
        [text for text in hostile.TEXTS if "alert(1)" in text],
    )
    page.wait_for_timeout(1000)
    return found


def test_control_the_same_texts_as_markup_do_attack(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<body></body>")

    found = _dialogs(page)
    context.close()

    assert len(found) >= 5


def test_control_the_policy_stops_what_would_be_markup_and_says_so(
    browser: Browser, attacked: Served
) -> None:
    victim = Visitor(browser, attacked.origin, attacked.token)
    page = settled(victim.open("/settings"))

    assert _dialogs(page) == []

    reports = [fault for fault in victim.close() if fault.startswith("policy:")]
    assert any("script-src" in one for one in reports)

"""Settings: tokens are shown once, links lead to the forge, badges are what a README shows."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from tests.browser import corner
from tests.browser.conftest import serving
from tests.browser.visits import PHONE, Visitor, serious_findings, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Served

pytestmark = pytest.mark.slow
PATH = "/p/corner/settings"
NOW = 1_790_000_000
TOKEN = re.compile(r"agp_([0-9A-Za-z]{8})_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service whose settings may be changed."""
    projects = {"corner": corner.history(NOW)}
    with serving(tmp_path_factory.mktemp("settings"), projects) as found:
        yield found


@pytest.fixture
def admin(browser: Browser, own: Served) -> Iterator[Visitor]:
    """Somebody who may change settings; at the end nothing has gone wrong."""
    found = Visitor(browser, own.origin, own.token)
    yield found
    assert found.close() == []


def _card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def _made(page: Page, scope: str) -> str:
    """The text of a new token."""
    card = _card(page, "Tokens")
    card.get_by_label("Scope").select_option(scope)
    card.get_by_role("button", name="Make a token").click()
    said = page.get_by_role("region", name="The new token").locator("code").inner_text()
    assert TOKEN.fullmatch(said)
    return said


def _status(own: Served, token: str) -> int:
    answer = httpx2.get(
        f"{own.origin}/api/v1/projects/corner", headers={"authorization": f"Bearer {token}"}
    )
    return int(answer.status_code)


def test_a_token_is_shown_once_and_then_listed(admin: Visitor, own: Served) -> None:
    page = settled(admin.open(PATH))

    token = _made(page, "read")
    name = token[4:12]

    assert _status(own, token) == 200
    row = _card(page, "Tokens").locator("tbody tr", has_text=name)
    assert "read" in row.inner_text()
    page.get_by_role("button", name="I have it").click()
    assert token not in page.content()
    settled(page).reload()
    settled(page)
    assert token not in page.content()
    assert _card(page, "Tokens").locator("tbody tr", has_text=name).count() == 1
    listed = own.get("tokens", project="corner")["items"]
    assert [one["id"] for one in listed if one["revoked_at"] is None] == [name]


def test_a_revoked_token_holds_no_longer_and_is_folded_away(admin: Visitor, own: Served) -> None:
    page = settled(admin.open(PATH))
    token = _made(page, "upload")
    row = _card(page, "Tokens").locator("tbody tr", has_text=token[4:12])

    row.get_by_role("button", name="Revoke").click()
    assert _status(own, token) == 403  # may upload, not read: it holds still
    row.get_by_role("button", name="Revoke for good").click()
    row.wait_for(state="detached")

    assert _status(own, token) == 401
    page.get_by_role("button", name=re.compile("revoked or expired")).click()
    assert "revoked" in _card(page, "Tokens").locator("tbody tr", has_text=token[4:12]).inner_text()


def test_who_may_only_read_is_told_so(browser: Browser, own: Served, admin: Visitor) -> None:
    token = _made(settled(admin.open(PATH)), "read")
    reader = Visitor(browser, own.origin, token)

    page = settled(reader.open(PATH))

    assert page.get_by_role("heading", name="Your token may read, and no more").is_visible()
    assert reader.close() == []


def test_without_a_token_one_is_asked_for(admin: Visitor) -> None:
    page = settled(admin.open(PATH, signed_in=False))

    assert page.get_by_role("heading", name="Sign in to see the settings").is_visible()


@pytest.mark.parametrize(
    ("forge", "repository", "expected"),
    [
        ("github", "https://github.com/a/b", "https://github.com/a/b/blob/{0}/{1}#L3"),
        ("gitlab", "https://gitlab.com/a/b/", "https://gitlab.com/a/b/-/blob/{0}/{1}#L3"),
        ("bitbucket", "https://bitbucket.org/a/b", "https://bitbucket.org/a/b/src/{0}/{1}#lines-3"),
        ("gitea", "http://git.local/a/b.git", "http://git.local/a/b/src/commit/{0}/{1}#L3"),
    ],
)
def test_path_and_line_lead_to_the_forge(
    admin: Visitor, own: Served, forge: str, repository: str, expected: str
) -> None:
    page = settled(admin.open(PATH))
    card = _card(page, "Links to the source")

    card.get_by_label("Forge").select_option(forge)
    card.get_by_label("Address of the repository").fill(repository)
    card.get_by_role("button", name="Save").click()
    card.get_by_text("Saved.").wait_for()

    rows = settled(admin.open("/p/corner/violations?contract=one-engine&package=shop.pay"))
    link = rows.locator(".place a").first
    assert link.get_attribute("href") == expected.format(
        corner.commit(3), f"{corner.FOLDER}/shop/pay/card.py"
    )
    assert link.get_attribute("rel") == "noopener noreferrer"
    again = _card(settled(admin.open(PATH)), "Links to the source")
    assert again.get_by_label("Forge").input_value() == forge


@pytest.mark.parametrize("template", ["javascript:alert(1)//{path}", "data:text/html,{path}", "x"])
def test_what_is_no_web_address_is_not_saved(admin: Visitor, own: Served, template: str) -> None:
    page = settled(admin.open(PATH))
    card = _card(page, "Links to the source")
    before = own.get("projects/corner")["settings"]

    card.get_by_label("Forge").select_option("other")
    card.get_by_label("Template").fill(template)

    assert card.get_by_role("button", name="Save").is_disabled()
    assert "begins with https" in card.inner_text()
    assert own.get("projects/corner")["settings"] == before


def test_a_badge_is_public_only_if_the_project_is(admin: Visitor, own: Served) -> None:
    page = settled(admin.open(PATH))
    badge = _card(page, "Badge")
    assert "says \N{LEFT DOUBLE QUOTATION MARK}unknown" in badge.inner_text()
    assert "unknown" in httpx2.get(f"{own.origin}/badge/corner.svg").text

    reading = _card(page, "Reading")
    reading.get_by_label("Who may read").select_option("yes")
    reading.get_by_role("button", name="Save").click()
    reading.get_by_text("Saved.").wait_for()

    assert "Anybody sees it." in badge.inner_text()
    badge.get_by_label("Counts").select_option("no-cash")
    markdown = badge.locator("pre").inner_text()
    found = re.fullmatch(r"\[!\[[^\]]+\]\((\S+)\)\]\((\S+)\)", markdown)
    assert found
    assert ">1<" in httpx2.get(found[1]).text
    assert found[2] == f"{own.origin}/p/corner?contract=no-cash"
    badge.get_by_role("button", name="HTML").click()
    assert f'<img src="{found[1]}"' in html.unescape(badge.locator("pre").inner_text())
    badge.get_by_role("button", name="reST").click()
    assert badge.locator("pre").inner_text().splitlines()[0] == f".. image:: {found[1]}"
    reading.get_by_label("Who may read").select_option("no")
    reading.get_by_role("button", name="Save").click()
    badge.get_by_text("The project is not public").wait_for()


def test_old_graphs_are_dropped_and_counts_stay(admin: Visitor, own: Served) -> None:
    page = settled(admin.open(PATH))
    card = _card(page, "Retention")

    card.get_by_label("Days whose graphs are kept").fill("nine")
    assert card.get_by_role("button", name="Drop older graphs").is_disabled()
    card.get_by_label("Days whose graphs are kept").fill("30")
    card.get_by_role("button", name="Drop older graphs").click()
    card.get_by_role("button", name="Drop those older than 30 days").click()

    card.get_by_text("0 graphs dropped").wait_for()  # all were received just now
    assert own.get("projects/corner")["contracts"][0]["contract"]["violations"] == 2


def test_the_service_s_settings_list_every_project_s_tokens(admin: Visitor, own: Served) -> None:
    page = settled(admin.open("/settings"))

    assert own.token[4:12] in _card(page, "You").inner_text()
    rows = _card(page, "Tokens").locator("tbody tr")
    living = [one for one in own.get("tokens")["items"] if one["revoked_at"] is None]
    assert rows.count() == len(living)
    assert "yours" in rows.filter(has_text=own.token[4:12]).inner_text()


@pytest.mark.parametrize("path", [PATH, "/settings"])
@pytest.mark.parametrize("width", [PHONE, 768, 1280])
def test_nothing_is_cut_off_at_any_width(admin: Visitor, path: str, width: int) -> None:
    page = settled(admin.open(path, width=width))

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", [PATH, "/settings"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(admin: Visitor, path: str, scheme: Any) -> None:
    page = settled(admin.open(path, scheme=scheme))

    assert serious_findings(page) == []

"""The settings: tokens, links to the forge, badges, access, retention, deletion, the audit log."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.browser import corner_shop
from tests.browser.visitor import UNAUTHORIZED, Visitor, assert_accessible, assert_fits, settled

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import DashboardService

pytestmark = pytest.mark.slow
PATH = "/p/kiosk/settings"
TOKEN = re.compile(r"agp_([0-9A-Za-z]{8})_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}")


def _card(page: Page, title: str) -> Locator:
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def _create_token(page: Page, scope: str) -> str:
    """Create a token and return its text."""
    card = _card(page, "Tokens")
    card.get_by_label("Scope").select_option(scope)
    card.get_by_role("button", name="Make a token").click()
    text = page.get_by_role("region", name="The new token").locator("code").inner_text()
    assert TOKEN.fullmatch(text)
    return text


def _status(service: DashboardService, token: str) -> int:
    answer = httpx2.get(
        f"{service.origin}/api/v1/projects/kiosk", headers={"authorization": f"Bearer {token}"}
    )
    return int(answer.status_code)


def test_a_token_is_shown_once_and_then_listed(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(PATH))

    token = _create_token(page, "read")
    name = token[4:12]

    assert _status(service, token) == 200
    row = _card(page, "Tokens").locator("tbody tr", has_text=name)
    assert "read" in row.inner_text()
    page.get_by_role("button", name="I have it").click()
    assert token not in page.content()
    settled(page).reload()
    settled(page)
    assert token not in page.content()
    assert _card(page, "Tokens").locator("tbody tr", has_text=name).count() == 1
    listed = service.get("tokens", project="kiosk")["items"]
    assert [one["id"] for one in listed if one["revoked_at"] is None] == [name]


def test_a_revoked_token_holds_no_longer_and_is_folded_away(
    visitor: Visitor, service: DashboardService
) -> None:
    page = settled(visitor.open(PATH))
    token = _create_token(page, "upload")
    row = _card(page, "Tokens").locator("tbody tr", has_text=token[4:12])

    row.get_by_role("button", name="Revoke").click()
    assert _status(service, token) == 403  # still valid: it may upload, but not read
    row.get_by_role("button", name="Revoke for good").click()
    row.wait_for(state="detached")

    assert _status(service, token) == 401
    page.get_by_role("button", name=re.compile("revoked or expired")).click()
    assert "revoked" in _card(page, "Tokens").locator("tbody tr", has_text=token[4:12]).inner_text()


def test_a_token_has_a_name_a_creator_and_a_last_use_and_revoking_it_offers_what_it_made(
    visitor: Visitor, service: DashboardService
) -> None:
    page = settled(visitor.open(PATH))
    card = _card(page, "Tokens")
    card.get_by_label("Name").fill("the build")
    parent = _create_token(page, "admin")
    request = {"project": "kiosk", "scope": "read", "name": "its child"}
    made = httpx2.post(
        f"{service.origin}/api/v1/tokens",
        json=request,
        headers={"authorization": f"Bearer {parent}"},
    ).json()
    settled(page).reload()
    rows = _card(settled(page), "Tokens").locator("tbody tr")
    child = rows.filter(has_text="its child")

    assert "by the build" in child.inner_text()
    assert "not known" in child.inner_text()
    row = rows.filter(has_text=parent[4:12])
    assert "the build" in row.inner_text()
    assert "not known" not in row.inner_text()
    row.get_by_role("button", name="Revoke").click()
    row.get_by_role("button", name="Revoke for good").click()
    offer = page.get_by_role("region", name="Tokens that it made")
    assert "its child" in offer.inner_text()
    assert child.count() == 1
    offer.get_by_role("button", name="Revoke them, too").click()
    child.wait_for(state="detached")

    offer.wait_for(state="detached")
    assert _status(service, made["token"]) == 401


def test_who_may_only_read_is_told_so(
    browser: Browser, service: DashboardService, visitor: Visitor
) -> None:
    token = _create_token(settled(visitor.open(PATH)), "read")
    reader = Visitor(browser, service.origin, token)

    page = settled(reader.open(PATH))

    assert page.get_by_role("heading", name="Your token may read, and no more").is_visible()
    assert reader.close() == []


def test_without_a_token_one_is_asked_for(visitor: Visitor) -> None:
    page = settled(visitor.open(PATH, signed_in=False))

    assert page.get_by_role("heading", name="Sign in to see the settings").is_visible()
    visitor.faults[:] = [fault for fault in visitor.faults if fault != UNAUTHORIZED]


@pytest.mark.parametrize(
    ("forge", "repository", "expected"),
    [
        ("gitlab", "https://gitlab.com/a/b/", "https://gitlab.com/a/b/-/blob/{0}/{1}#L3"),
        ("gitea", "http://git.local/a/b.git", "http://git.local/a/b/src/commit/{0}/{1}#L3"),
    ],
)
def test_path_and_line_lead_to_the_forge(
    visitor: Visitor, forge: str, repository: str, expected: str
) -> None:
    page = settled(visitor.open(PATH))
    card = _card(page, "Links to the source")

    card.get_by_label("Forge").select_option(forge)
    card.get_by_label("Address of the repository").fill(repository)
    card.get_by_role("button", name="Save").click()
    card.get_by_text("Saved.").wait_for()

    rows = settled(visitor.open("/p/kiosk/violations?contract=one-engine&package=shop.pay"))
    link = rows.locator(".place a").first
    assert link.get_attribute("href") == expected.format(
        corner_shop.commit(3), f"{corner_shop.FOLDER}/shop/pay/card.py"
    )
    assert link.get_attribute("rel") == "noopener noreferrer"
    again = _card(settled(visitor.open(PATH)), "Links to the source")
    assert again.get_by_label("Forge").input_value() == forge


def test_what_is_no_web_address_is_not_saved(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(PATH))
    card = _card(page, "Links to the source")
    before = service.get("projects/kiosk")["settings"]

    card.get_by_label("Forge").select_option("other")
    for template in ("javascript:alert(1)//{path}", "data:text/html,{path}", "x"):
        card.get_by_label("Template").fill(template)

        assert card.get_by_role("button", name="Save").is_disabled()
        assert "begins with https" in card.inner_text()
    assert service.get("projects/kiosk")["settings"] == before


def test_a_badge_is_public_only_if_the_project_is(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(PATH))
    badge = _card(page, "Badge")
    assert "says \N{LEFT DOUBLE QUOTATION MARK}unknown" in badge.inner_text()
    assert "unknown" in httpx2.get(f"{service.origin}/badge/kiosk.svg").text

    reading = _card(page, "Reading")
    reading.get_by_label("Who may read").select_option("yes")
    reading.get_by_role("button", name="Save").click()
    reading.get_by_text("Saved.").wait_for()

    assert "Anybody sees it." in badge.inner_text()
    badge.get_by_label("Counts").select_option("no-cash")
    markdown = badge.locator("pre").inner_text()
    addresses = re.fullmatch(r"\[!\[[^\]]+\]\((\S+)\)\]\((\S+)\)", markdown)
    assert addresses
    assert ">1<" in httpx2.get(addresses[1]).text
    assert addresses[2] == f"{service.origin}/p/kiosk?contract=no-cash"
    badge.get_by_role("button", name="HTML").click()
    assert f'<img src="{addresses[1]}"' in html.unescape(badge.locator("pre").inner_text())
    badge.get_by_role("button", name="reST").click()
    assert badge.locator("pre").inner_text().splitlines()[0] == f".. image:: {addresses[1]}"
    reading.get_by_label("Who may read").select_option("no")
    reading.get_by_role("button", name="Save").click()
    badge.get_by_text("The project is not public").wait_for()


def test_old_graphs_are_dropped_and_counts_stay(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open(PATH))
    card = _card(page, "Retention")

    card.get_by_label("Days whose graphs are kept").fill("nine")
    assert card.get_by_role("button", name="Drop older graphs").is_disabled()
    card.get_by_label("Days whose graphs are kept").fill("30")
    card.get_by_role("button", name="Drop older graphs").click()
    card.get_by_role("button", name="Drop those older than 30 days").click()

    card.get_by_text("0 graphs dropped").wait_for()  # all were received just now
    assert service.get("projects/kiosk")["contracts"][0]["contract"]["violations"] == 2


def test_the_service_s_settings_list_every_project_s_tokens(
    visitor: Visitor, service: DashboardService
) -> None:
    page = settled(visitor.open("/settings"))

    assert service.token[4:12] in _card(page, "You").inner_text()
    rows = _card(page, "Tokens").locator("tbody tr")
    living = [one for one in service.get("tokens")["items"] if one["revoked_at"] is None]
    assert rows.count() == len(living)
    assert service.token[4:12] in rows.filter(has_text="yours").inner_text()


def test_a_project_is_deleted_and_restored_and_both_are_told(
    visitor: Visitor, service: DashboardService
) -> None:
    page = settled(visitor.open(PATH))
    card = _card(page, "Deletion")

    card.get_by_role("button", name="Delete this project").click()
    card.get_by_role("button", name="Delete kiosk").click()
    card.get_by_text("It can be restored until").wait_for()
    assert service.get("projects/kiosk")["purge_at"] is not None
    page.reload()
    settled(page)
    assert_fits(page)
    assert_accessible(page)
    card.get_by_role("button", name="Restore it").click()
    card.get_by_text("Restored: it is as it was.").wait_for()

    assert service.get("projects/kiosk")["purge_at"] is None
    page.reload()
    settled(page)
    rows = _card(page, "Audit log").locator("tbody tr")
    assert "project restored" in rows.nth(0).inner_text()
    assert "project deleted" in rows.nth(1).inner_text()
    assert service.token[4:12] in rows.nth(0).inner_text()
    with page.expect_download() as download:
        _card(page, "Audit log").get_by_role("link", name="All as CSV").click()
    assert download.value.path().read_text().startswith("id,at,action,")


@pytest.mark.parametrize("path", [PATH, "/settings"])
def test_they_fit_any_width_and_are_accessible(visitor: Visitor, path: str) -> None:
    page = settled(visitor.open(path))

    assert_fits(page)
    assert_accessible(page)


_HOSTILE = '<img src=x onerror="alert(1)"> [x](javascript:alert(1)) \N{RIGHT-TO-LEFT OVERRIDE}'


def test_somebody_is_told_by_a_webhook_whose_secret_is_shown_once_and_a_test_is_logged(
    visitor: Visitor, service: DashboardService
) -> None:
    page = settled(visitor.open(PATH))
    card = _card(page, "Notifications")
    address = f"http://127.0.0.1:9/{'path-that-is-secret' * 2}"
    card.get_by_label("Address").fill(address)
    card.get_by_label("For people").fill(_HOSTILE)
    card.get_by_label("Owner").fill(_HOSTILE)
    card.get_by_label("a contract is growing").check()
    card.get_by_role("button", name="Tell them").click()

    secret = page.get_by_role("region", name="The webhook's secret").locator("code").inner_text()
    assert re.fullmatch(r"whsec_[0-9A-Za-z+/]{43}=", secret)
    page.get_by_role("button", name="I have it").click()
    (rule,) = service.get("projects/kiosk/notifications")["items"]
    assert rule["events"] == ["came-back", "deadline-at-risk", "growing", "sealed"]
    row = card.get_by_role("table", name="Who is told").locator("tbody tr")
    assert _HOSTILE in row.inner_text()
    assert "path-that-is-secret" not in page.content()
    assert secret not in page.content()

    row.get_by_role("button", name=re.compile("Send a test")).click()
    log = card.get_by_role("table", name="What was sent").locator("tbody tr")
    log.wait_for()
    assert "this is a test" in log.inner_text()
    while "the address is not public" not in log.inner_text():
        card.get_by_role("button", name="Look again").click()
        page.wait_for_timeout(100)
    assert "failed" in log.inner_text()
    assert_fits(page)
    assert_accessible(page)

    row.get_by_role("button", name=re.compile("Turn off")).click()
    row.get_by_text("off", exact=True).wait_for()
    assert not service.get("projects/kiosk/notifications")["items"][0]["enabled"]
    row.get_by_role("button", name=re.compile("Delete")).click()
    row.get_by_role("button", name=re.compile("Delete it and its log")).click()
    row.wait_for(state="detached")
    assert service.get("projects/kiosk/notifications")["items"] == []


def test_an_address_that_is_none_is_refused_with_the_reason(visitor: Visitor) -> None:
    page = settled(visitor.open(PATH))
    card = _card(page, "Notifications")
    card.get_by_label("Address").fill("ftp://example.org/")
    card.get_by_role("button", name="Tell them").click()
    card.get_by_text(re.compile("an http\\(s\\) address without user")).wait_for()

    card.get_by_label("How").select_option("mail")
    card.get_by_label("Mail address").fill("team@example.org")
    card.get_by_role("button", name="Tell them").click()
    card.get_by_text(re.compile("sends no mail")).wait_for()
    refused = UNAUTHORIZED.replace("401 (Unauthorized)", "422 (Unprocessable Entity)")
    visitor.faults[:] = [fault for fault in visitor.faults if fault != refused]

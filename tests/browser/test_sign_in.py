"""Signing in: one cookie for every tab, which ends with its token. What is public stays open."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx2
import pytest

from archguard_api.http.credentials import COOKIE
from tests.browser import corner_shop
from tests.browser.conftest import DashboardService, run_service
from tests.browser.visitor import UNAUTHORIZED, Visitor, assert_accessible, assert_fits, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
ENDED = "You are signed out"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """A service with a public project, `open`, and a private one, `closed`."""
    now = int(time.time())
    projects = {"open": corner_shop.history(now), "closed": corner_shop.history(now)}
    with run_service(tmp_path_factory.mktemp("sign-in"), projects) as running:
        answer = httpx2.patch(
            f"{running.origin}/api/v1/projects/open",
            json={"public": True},
            headers={"authorization": f"Bearer {running.token}"},
        )
        assert answer.status_code == 200
        yield running


@pytest.fixture
def visitor(browser: Browser, service: DashboardService) -> Iterator[Visitor]:
    """A user who may be refused, and to whom nothing else may happen."""
    user = Visitor(browser, service.origin, service.token)
    yield user
    assert set(user.close()) <= {UNAUTHORIZED}


def _make_token(service: DashboardService) -> tuple[str, str]:
    answer = httpx2.post(
        f"{service.origin}/api/v1/tokens",
        json={"project": None, "scope": "read", "name": "a desk"},
        headers={"authorization": f"Bearer {service.token}"},
    )
    return answer.json()["token"], answer.json()["id"]


def _revoke(service: DashboardService, token_id: str) -> None:
    answer = httpx2.delete(
        f"{service.origin}/api/v1/tokens/{token_id}",
        headers={"authorization": f"Bearer {service.token}"},
    )
    assert answer.status_code == 200


def _sign_in(page: Page, token: str) -> None:
    form = page.locator("main form.sign-in")
    form.get_by_label("Token").fill(token)
    form.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
    settled(page)


def _open_tab(visitor: Visitor, page: Page, path: str) -> Page:
    """Open a path in another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto(visitor.origin + path)
    return settled(tab)


def test_a_link_opens_signed_in_in_another_tab(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open("/p/closed", signed_in=False))
    assert page.get_by_role("heading", name="Sign in to see this").is_visible()

    _sign_in(page, service.token)
    tab = _open_tab(visitor, page, "/p/closed/violations")

    assert page.get_by_role("heading", level=1, name="closed").is_visible()
    assert tab.locator("tbody tr").count() > 0
    assert tab.get_by_role("button", name="Sign out").is_visible()
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"


def test_signing_out_ends_it_in_every_tab(visitor: Visitor, service: DashboardService) -> None:
    page = settled(visitor.open("/p/closed", signed_in=False))
    _sign_in(page, service.token)
    tab = _open_tab(visitor, page, "/p/closed")
    cookie = next(cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE)

    tab.get_by_role("button", name="Sign out").click()

    for each in (tab, page):
        each.get_by_role("heading", name="Sign in to see this").wait_for()
        assert each.get_by_text(ENDED).count() == 0
    assert page.context.cookies() == []
    after = httpx2.get(
        f"{service.origin}/api/v1/projects/closed", headers={"cookie": f"{COOKIE}={cookie['value']}"}
    )
    assert after.status_code == 401


def test_a_token_that_holds_no_longer_leaves_what_is_public(
    visitor: Visitor, service: DashboardService
) -> None:
    token, token_id = _make_token(service)
    page = settled(visitor.open("/p/closed", signed_in=False))
    _sign_in(page, token)

    _revoke(service, token_id)
    page.goto(f"{service.origin}/p/open")
    settled(page)

    assert page.get_by_role("heading", level=1, name="open").is_visible()
    page.get_by_text(ENDED).wait_for()
    assert_fits(page)
    assert_accessible(page)
    page.goto(f"{service.origin}/")
    settled(page)
    assert page.locator(".project").count() == 1
    assert page.get_by_text(ENDED).is_visible()
    page.get_by_role("button", name="Close").click()
    page.reload()
    settled(page)
    assert page.get_by_text(ENDED).count() == 0


def test_a_token_that_ends_while_a_page_is_open_asks_to_sign_in_again(
    visitor: Visitor, service: DashboardService
) -> None:
    token, token_id = _make_token(service)
    page = settled(visitor.open("/p/closed", signed_in=False))
    _sign_in(page, token)

    _revoke(service, token_id)
    page.get_by_role("link", name="Violations", exact=True).click()

    page.get_by_text(ENDED).wait_for()
    settled(page)  # the page asks again as nobody, and has another form then
    _sign_in(page, service.token)
    assert page.locator("tbody tr").count() > 0
    assert page.get_by_text(ENDED).count() == 0


def test_a_token_that_is_not_known_is_refused_in_words(
    visitor: Visitor, service: DashboardService
) -> None:
    token, token_id = _make_token(service)
    _revoke(service, token_id)
    page = settled(visitor.open("/p/closed", signed_in=False))

    form = page.locator("main form.sign-in")
    form.get_by_label("Token").fill(token)
    form.get_by_role("button", name="Sign in").click()

    form.get_by_text("does not know this token").wait_for()
    assert page.get_by_role("button", name="Sign out").count() == 0


def test_who_was_never_signed_in_is_not_told_that_they_are_signed_out(visitor: Visitor) -> None:
    page = settled(visitor.open("/p/open", signed_in=False))

    assert page.get_by_role("heading", level=1, name="open").is_visible()
    assert page.get_by_text(ENDED).count() == 0

"""The list of projects, and signing in to see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import assert_accessible, assert_fits, number

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
STATES = {
    "sealed": "Sealed",
    "shrinking": "Shrinking",
    "stalled": "Stalled",
    "growing": "Growing",
    "too-short": "Too short",
}


def _listed(page: Page) -> Page:
    page.locator(".project").first.wait_for()
    return page


def test_each_project_has_the_numbers_of_the_api(visitor: Visitor, service: DashboardService) -> None:
    page = _listed(visitor.open("/"))

    rows = page.locator(".project")

    items = service.get("projects")["items"]
    assert rows.locator("h2").all_inner_texts() == [project["name"] for project in items]
    for index, project in enumerate(items):
        now, row = project["now"], rows.nth(index)
        assert row.locator(".state").inner_text() == STATES[now["state"]]
        assert row.locator(".sentence").inner_text() == now["sentence"]
        age = row.locator(".project-seen time").get_attribute("datetime")
        assert age == now["last_commit_at"]
        assert number(row.locator(".project-count b").inner_text()) == now["violations"]
        change = row.locator(".project-change").inner_text()
        if now["change_30_days"] is None:
            assert change == "too new for 30 days"
        else:
            assert number(change) == now["change_30_days"]
        description = row.get_by_role("img").get_attribute("aria-label") or ""
        assert description.startswith(f"{now['curve'][0]['violations']} on ")
        assert f", {now['curve'][-1]['violations']} on " in description


def test_a_project_s_row_leads_to_it(visitor: Visitor, service: DashboardService) -> None:
    page = _listed(visitor.open("/"))

    page.locator(".project", has_text="storefront").click(position={"x": 500, "y": 20})

    page.get_by_role("heading", level=1, name="storefront").wait_for()
    assert page.url == f"{service.origin}/p/storefront"
    assert page.title() == "storefront · archguard"


def test_a_token_is_pasted_and_not_kept(visitor: Visitor, service: DashboardService) -> None:
    page = visitor.open("/", signed_in=False)
    form = page.locator("main form")

    form.get_by_label("Token").fill("agp_half")
    form.get_by_role("button", name="Sign in").click()
    assert "not a complete token" in form.inner_text()
    form.get_by_label("Token").fill(f" {service.token} ")
    form.get_by_role("button", name="Sign in").click()
    _listed(page)

    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert service.token.split("_")[2] not in kept
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    form.wait_for()
    assert page.locator(".project").count() == 0


def test_it_fits_any_width_and_is_accessible(visitor: Visitor) -> None:
    page = _listed(visitor.open("/"))

    assert_fits(page)
    assert_accessible(page)


def test_what_the_policy_forbids_is_noticed_by_these_tests(visitor: Visitor) -> None:
    page = _listed(visitor.open("/"))

    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>')")
    page.evaluate("fetch('https://example.org/').catch(() => undefined)")
    page.wait_for_function("() => seen.reports.length >= 2")
    faults = visitor.close()

    assert any(one.startswith("policy: script-src-attr") for one in faults)
    assert any(one.startswith("policy: connect-src") for one in faults)
    faults.clear()

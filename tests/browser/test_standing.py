"""Where a project stands: the API's sentence on each page, and zero that is not known to be zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import drawn, number, settled

if TYPE_CHECKING:
    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
UNREAD = "/p/unread"


def test_the_sentence_of_the_api_is_at_the_top_of_each_page(
    visitor: Visitor, service: DashboardService
) -> None:
    now = service.get("projects/unread")["now"]
    page = drawn(visitor.open(UNREAD))

    for tab in ("Burn-down", "Violations", "Pull requests", "Snapshots", "Explorer", "Settings"):
        page.locator(".tabs").get_by_role("link", name=tab, exact=True).click()
        settled(page)
        assert page.locator(".standing .sentence").inner_text() == now["sentence"], tab
        assert page.locator(".standing .state").get_attribute("data-state") == now["state"], tab


def test_zero_that_unread_files_could_raise_is_never_called_done(
    visitor: Visitor, service: DashboardService
) -> None:
    contract = service.get("projects/unread")["contracts"][0]["contract"]
    assert (contract["violations"], contract["kept"], contract["lower_bound"]) == (0, True, True)
    page = drawn(visitor.open(UNREAD))

    assert page.locator(".standing [data-state=sealed]").count() == 0
    for phrase in ("nothing is left", "Nothing is left", "all kept", "free of imports"):
        assert page.get_by_text(phrase).count() == 0
    page.locator(".standing").get_by_role("link", name="Unread files").click()
    settled(page)
    heading = page.get_by_role("heading", name="Files that were not read")
    box = heading.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 900
    verdict = page.locator("td[data-name=Verdict]")
    assert verdict.inner_text() == "not certain"
    assert verdict.locator(".better").count() == 0
    page = settled(visitor.open(f"{UNREAD}/violations"))
    page.get_by_role("heading", name="No violation was found").wait_for()


def test_contracts_that_the_chart_does_not_draw_have_state_peak_and_forecast(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open("/p/twelve"))

    rows = page.get_by_role("region", name="Contracts").locator("tbody tr")
    contracts = service.get("projects/twelve")["contracts"]
    assert rows.count() == len(contracts) == 12
    for index, row in enumerate(contracts):
        trend = service.get("projects/twelve/trend", contract=row["contract"]["id"])
        cells = rows.nth(index).locator("td")
        assert cells.nth(1).locator(".state").get_attribute("data-state") == row["state"]
        assert number(cells.nth(3).inner_text()) == trend["summary"]["highest"]["violations"]
        assert (cells.nth(4).inner_text() == "no date") == (trend["forecast"]["eta"] is None)

"""Contracts that were removed or renamed, and commits without a verdict, as the pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import contract_lives
from tests.browser.contract_lives import CASH, ENGINE, MAIL, OLD_ENGINE, QUEUE
from tests.browser.visitor import assert_accessible, assert_fits, drawn, number, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
PATH = "/p/lives"


def _contracts(service: DashboardService) -> dict[str, Any]:
    return {one["contract"]["id"]: one for one in service.get("projects/lives")["contracts"]}


def _row(page: Page, name: str) -> Locator:
    table = page.get_by_role("region", name="Contracts")
    return table.locator("tbody tr", has=page.get_by_role("button", name=f"Nobody imports {name}"))


def _figure(page: Page, name: str) -> Locator:
    return page.locator(".stat", has=page.get_by_text(name, exact=True))


def test_a_removed_contract_says_so_and_is_in_no_total(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(PATH))

    removed = _contracts(service)[QUEUE]
    row = _row(page, QUEUE)
    assert removed["retired"]["open"] == 3
    assert row.locator(".state").inner_text() == "Retired"
    assert removed["sentence"] in row.inner_text()
    assert row.locator("td").nth(2).inner_text() == "3 open then"
    assert page.locator("button.line-label", has_text=QUEUE).count() == 0
    assert number(_figure(page, "Violations").locator(".stat-value").inner_text()) == 2
    assert "of 3 contracts" in _figure(page, "Violations").inner_text()
    options = (
        settled(visitor.open(f"{PATH}/violations")).get_by_label("Contract", exact=True).inner_text()
    )
    assert QUEUE not in options


def test_the_line_of_a_removed_contract_ends_where_it_was_removed(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(PATH))

    _row(page, QUEUE).get_by_role("button").click()
    drawn(page)

    removed = _contracts(service)[QUEUE]["retired"]
    slider = page.get_by_role("slider")
    assert slider.get_attribute("aria-valuemax") == "3"  # four commits had it
    slider.focus()
    page.keyboard.press("End")
    assert "3" in (slider.get_attribute("aria-valuetext") or "")
    assert page.locator("button.line-label").count() == 1
    change = settled(visitor.open(f"{PATH}?at={removed['commit']}"))
    text = change.get_by_role("region", name="What changed").locator(
        ".contract-changes li", has_text=QUEUE
    )
    assert text.inner_text().endswith("was removed, with 3 open")


def test_what_only_left_the_list_is_dropped_and_not_fixed(
    visitor: Visitor, service: DashboardService
) -> None:
    commit = _contracts(service)[QUEUE]["retired"]["commit"]
    compared = service.get("projects/lives/compare", head=commit)
    assert (len(compared["violations_dropped"]), compared["violations_fixed"]) == (3, [])

    for path in (f"?at={commit}", f"/snapshots/{commit}", f"/compare?head={commit}"):
        page = settled(visitor.open(PATH + path))
        text = page.locator("main").inner_text().lower()
        assert "dropped, still imported: 3" in text or "3 dropped, still imported" in text, path


def test_a_renamed_contract_has_one_line(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open(f"{PATH}?contract={ENGINE}"))
    trend = service.get("projects/lives/trend", contract=ENGINE)
    assert trend["previous_ids"] == [OLD_ENGINE]

    slider = page.get_by_role("slider")
    assert slider.get_attribute("aria-valuemax") == str(contract_lives.COMMITS - 1)
    assert number(_row(page, ENGINE).locator("td").nth(3).inner_text()) == 5
    assert _row(page, OLD_ENGINE).count() == 0


def test_a_bookmark_of_a_renamed_contract_leads_to_its_line(
    visitor: Visitor, service: DashboardService
) -> None:
    assert _contracts(service)[ENGINE]["previous_ids"] == [OLD_ENGINE]

    page = drawn(visitor.open(f"{PATH}?contract={OLD_ENGINE}"))

    assert page.get_by_role("button", name="Show all contracts").is_visible()
    (label,) = page.locator("button.line-label").all_inner_texts()
    assert f"Nobody imports {ENGINE}" in label
    assert _row(page, ENGINE).get_by_role("button").get_attribute("aria-pressed") == "true"


def test_a_bookmark_of_a_renamed_contract_s_violations_lists_them(
    visitor: Visitor, service: DashboardService
) -> None:
    page = settled(visitor.open(f"{PATH}/violations?contract={OLD_ENGINE}"))

    left = service.get("projects/lives/violations", contract=ENGINE)["total"]
    assert left > 0
    assert page.locator("tbody tr").count() == left
    assert page.get_by_label("Contract", exact=True).input_value() == ENGINE


def test_commits_without_a_verdict_are_a_gap_in_the_line(visitor: Visitor) -> None:
    page = drawn(visitor.open(f"{PATH}?contract={CASH}"))

    (line,) = page.locator(".chart-canvas path[stroke-width='2.25']").all()
    assert (line.get_attribute("d") or "").count("M") == 2
    slider = page.get_by_role("slider")
    slider.focus()
    counts = []
    page.keyboard.press("Home")
    for _ in range(contract_lives.COMMITS):
        tooltip = page.locator(".tooltip")
        counts.append(tooltip.locator("li b").inner_text())
        page.keyboard.press("ArrowRight")
    assert counts == ["2", "2", "2", "no verdict", "no verdict", "2", "1", "1"]


def test_a_contract_without_a_verdict_has_no_count(visitor: Visitor, service: DashboardService) -> None:
    last = service.get("projects/lives")["now"]
    unjudged = _contracts(service)[MAIL]
    assert (last["violations"], unjudged["contract"]["unjudged"]) == (2, True)
    page = drawn(visitor.open(PATH))

    assert _row(page, MAIL).locator("td").nth(2).inner_text() == "no verdict"
    assert unjudged["sentence"] in _row(page, MAIL).inner_text()
    assert number(_figure(page, "Sealed").locator(".stat-value").inner_text()) == 0
    page = settled(visitor.open(f"{PATH}/snapshots/{unjudged['at']['commit']}"))
    row = page.get_by_role("region", name="Contracts").locator("tbody tr", has_text=f"imports {MAIL}")
    assert row.locator("td").all_inner_texts()[1:5] == [
        "no verdict",
        "\N{EN DASH}",
        *2 * ["\N{EN DASH}"],
    ]
    change = page.get_by_role("region", name="What it changed").locator("tbody tr", has_text=MAIL)
    assert "broken \N{RIGHTWARDS ARROW} no verdict" in change.inner_text()


def test_a_verdict_that_is_missing_changes_no_total(visitor: Visitor) -> None:
    page = settled(visitor.open(f"{PATH}/snapshots"))

    cells = page.locator("tbody td.figure:nth-child(4)").all_inner_texts()

    # Newest first: what one snapshot has no verdict on, or not any more, is no change.
    counts = [line.split()[-1] for line in cells]
    assert counts == ["2", "7", "8", "7", "10", "13", "13", "14"]
    assert [line.split()[0] for line in cells if len(line.split()) > 1] == ["\N{MINUS SIGN}1"] * 5


@pytest.mark.parametrize("path", ["?at={}", "/snapshots/{}", "/compare?head={}"])
def test_what_changed_when_a_contract_was_removed_is_accessible_and_fits(
    visitor: Visitor, service: DashboardService, path: str
) -> None:
    commit = _contracts(service)[QUEUE]["retired"]["commit"]
    page = settled(visitor.open(PATH + path.format(commit)))

    assert_fits(page)
    assert_accessible(page)

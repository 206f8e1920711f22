"""The page of a project: its chart, its numbers, which are the API's, and its controls."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import project_histories
from tests.browser.visitor import (
    DESKTOP,
    NOT_FOUND,
    PHONE,
    assert_accessible,
    assert_fits,
    drawn,
    number,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import DashboardService
    from tests.browser.visitor import Visitor

pytestmark = pytest.mark.slow
PATH = "/p/storefront"
PLANS = project_histories.SHOP.plans


def _trend(service: DashboardService, contract: str, **window: str) -> Any:
    return service.get("projects/storefront/trend", contract=contract, **window)


def _query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def _surface(page: Page) -> tuple[float, float, float, float]:
    box = page.locator(".chart-surface").bounding_box()
    assert box is not None
    return box["x"], box["y"], box["width"], box["height"]


def _point_at(page: Page, across: float, down: float) -> tuple[float, float]:
    """Point at a place given as parts of the chart's width and height."""
    x, y, width, height = _surface(page)
    place = (x + width * across, y + height * down)
    page.mouse.move(place[0] - 3, place[1])
    page.mouse.move(*place)
    return place


def _figure(page: Page, name: str) -> str:
    """Return one of the figures above the chart."""
    stat = page.locator(".stat", has=page.get_by_text(name, exact=True))
    return stat.locator(".stat-value").inner_text()


def test_each_contract_has_a_line_that_is_named_at_its_end(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(PATH))

    labels = page.locator("button.line-label").all_inner_texts()

    assert len(labels) == len(PLANS)
    for plan in PLANS:
        (label,) = [one for one in labels if plan.name in one]
        assert number(label) == _trend(service, plan.id)["points"][-1]["violations"]
    strokes = page.locator(".chart-canvas path[stroke^='var(--series-']")
    assert {strokes.nth(one).get_attribute("stroke") for one in range(strokes.count())} >= {
        f"var(--series-{number})" for number in range(1, len(PLANS) + 1)
    }


def test_the_table_says_what_the_api_says(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open(PATH))
    words = {"too-short": "Too short"}

    rows = page.get_by_role("region", name="Contracts").locator("tbody tr")

    now = service.get("projects/storefront")["contracts"]
    assert rows.count() == len(now)
    for index, row in enumerate(now):
        contract, trend = row["contract"], _trend(service, row["contract"]["id"])
        cells = rows.nth(index).locator("td").all_inner_texts()
        state = row["state"]
        assert cells[0].split("\n\n") == [contract["name"], row["sentence"]]
        assert cells[1] == words.get(state, state.capitalize())
        assert number(cells[2]) == contract["violations"]
        assert number(cells[3]) == trend["summary"]["highest"]["violations"]
        assert cells[6] == contract["owner"]


def test_the_figures_are_sums_of_what_the_api_says(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open(PATH))
    contracts = [one["contract"] for one in service.get("projects/storefront")["contracts"]]
    week = page.evaluate("new Date(Date.now() - 7 * 86400e3).toISOString().slice(0, 10)")
    added = service.get("projects/storefront/violations", introduced_since=week, limit=1)["total"]
    fixed = service.get("projects/storefront/violations", state="fixed", since=week, limit=1)["total"]

    assert number(_figure(page, "Violations")) == sum(one["violations"] for one in contracts)
    assert number(_figure(page, "Sealed")) == sum(one["kept"] for one in contracts)
    assert number(_figure(page, "Came in")) == added
    assert number(_figure(page, "Fixed")) == fixed


def test_pointing_shows_the_numbers_of_that_commit(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open(PATH))
    points = {plan.name: _trend(service, plan.id)["points"] for plan in PLANS}

    for across in (0.1, 0.3, 0.5, 0.7):
        _point_at(page, across, 0.5)
        tooltip = page.locator(".tooltip")
        commit = tooltip.locator("code").inner_text()
        shown = {
            row.locator(".tooltip-name").inner_text(): row.locator("b").inner_text()
            for row in tooltip.locator("li").all()
        }
        assert len(shown) == len(PLANS)
        for name, text in shown.items():
            (point,) = [one for one in points[name] if one["commit"].startswith(commit)]
            assert number(text) == point["violations"]
            assert ("≥" in text) == point["lower_bound"]


def test_clicking_a_point_shows_what_changed_in_it(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open(PATH))
    _point_at(page, 0.2, 0.4)

    page.mouse.down()
    page.mouse.up()
    change = page.get_by_role("region", name="What changed")
    change.get_by_role("heading", level=3).wait_for()

    (commit,) = _query(page)["at"]
    compared = service.get("projects/storefront/compare", head=commit)
    text = change.inner_text()
    assert commit[:9] in text
    assert compared["base"][:9] in text
    for field, word in (("violations_added", "came in"), ("violations_fixed", "fixed")):
        many = len(compared[field])
        assert (f"{many} {word}" in text) == (many > 0)
    for contract in compared["contracts"]:
        before, after = (contract[side]["violations"] for side in ("before", "after"))
        row = change.locator("li", has_text=contract["name"]).inner_text()
        assert [int(one) for one in re.findall(r"\d+", row.replace(contract["name"], ""))][:2] == [
            before,
            after,
        ]


def test_the_first_snapshot_has_nothing_to_be_compared_with(
    visitor: Visitor, service: DashboardService
) -> None:
    first = _trend(service, PLANS[0].id)["summary"]["first"]["commit"]
    page = drawn(visitor.open(f"{PATH}?at={first}"))

    text = page.get_by_role("region", name="What changed").inner_text()

    assert "here the line begins" in text
    assert visitor.close() == [NOT_FOUND]
    visitor.faults.clear()


def test_a_range_is_in_the_address_and_is_what_is_drawn(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(PATH))

    page.get_by_role("button", name="90 days", exact=True).click()
    drawn(page)

    since = page.evaluate("new Date(Date.now() - 90 * 86400e3).toISOString().slice(0, 19) + 'Z'")
    expected = {
        point["commit"] for plan in PLANS for point in _trend(service, plan.id, since=since)["points"]
    }
    slider = page.get_by_role("slider")
    assert _query(page) == {"range": ["90d"]}
    expect(slider).to_have_attribute("aria-valuemax", str(len(expected) * len(PLANS) - 1))

    page.reload()
    button = drawn(page).get_by_role("button", name="90 days", exact=True)
    assert button.get_attribute("aria-pressed") == "true"


def test_dragging_zooms_and_back_leads_back(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    slider = page.get_by_role("slider")
    before = slider.get_attribute("aria-valuemax") or ""

    _point_at(page, 0.2, 0.5)
    page.mouse.down()
    x, y, width, height = _surface(page)
    page.mouse.move(x + width * 0.4, y + height * 0.5, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Zoom out").wait_for()
    expect(slider).not_to_have_attribute("aria-valuemax", before)  # the old line stays until then

    zoomed = _query(page)
    assert zoomed["from"] < zoomed["to"]
    assert "at" not in zoomed
    assert int(slider.get_attribute("aria-valuemax") or 0) < int(before)

    page.go_back()
    expect(slider).to_have_attribute("aria-valuemax", before)
    assert _query(page) == {}


def test_a_contract_is_shown_alone(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))

    page.locator("button.line-label", has_text=PLANS[1].name).click()

    assert _query(drawn(page)) == {"contract": [PLANS[1].id]}
    assert page.locator("button.line-label").count() == 1
    page.get_by_role("button", name="Show all contracts").click()
    assert drawn(page).locator("button.line-label").count() == len(PLANS)


def test_the_keys_do_what_the_mouse_does(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    slider = page.get_by_role("slider")
    slider.focus()

    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    value_text = slider.get_attribute("aria-valuetext") or ""
    page.keyboard.press("Enter")

    page.get_by_role("region", name="What changed").get_by_role("heading", level=3).wait_for()
    assert any(plan.name in value_text for plan in PLANS)
    assert len(_query(page)["at"][0]) == 40


def test_lower_bounds_and_what_came_back_are_said_in_the_chart(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(PATH))
    trends = [_trend(service, plan.id) for plan in PLANS]
    unread = max(one["unread"] for trend in trends for one in trend["points"] if one["lower_bound"])
    back = sum(one["reintroduced"] for trend in trends for one in trend["points"])

    label = page.locator(".note-label[data-kind=unread]")
    assert label.inner_text() == f"or more: {unread} files unread"
    assert page.locator(".chart-canvas pattern").count() == 1
    assert page.locator(".chart-canvas path[stroke-width='1.25']").count() == 1
    marks = page.locator(".chart-canvas path[fill='var(--growing)']").count()
    assert 0 < marks <= back


def test_forecast_and_deadline_are_drawn_and_said(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open(f"{PATH}?contract={PLANS[0].id}"))
    trend = _trend(service, PLANS[0].id)

    day = page.evaluate(
        "(date) => new Date(date).toLocaleDateString('en-GB',"
        " {day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC'})",
        trend["forecast"]["deadline"],
    )

    assert page.locator("button.line-label small").inner_text() == trend["sentence"]
    assert page.locator(".date-label").all_inner_texts() == ["today"]
    assert page.locator(".note-label[data-kind=deadline]").all_inner_texts() == [f"deadline {day}"]
    assert page.locator(".chart-canvas path[fill='var(--series-1)'][fill-opacity]").count() >= 1


def test_what_is_left_is_grouped_as_the_api_groups_it(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(PATH))

    for by in ("Owner", "Kind", "Package"):
        page.get_by_role("button", name=by, exact=True).click()

        groups = service.get("projects/storefront/violations/groups", by=by.lower())["items"]
        expect(page.locator(".bars li a")).to_have_text([group["name"] for group in groups[:8]])
        bars = [_bar(row) for row in page.locator(".bars li").all()]
        assert bars == [(group["name"], group["violations"]) for group in groups[:8]], by


def _bar(row: Locator) -> tuple[str, int]:
    return row.locator("a").inner_text(), number(row.locator("b").inner_text())


def test_who_is_next_are_those_with_the_fewest_importers(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(PATH))

    rows = page.get_by_role("region", name="Who is next").locator(".rows li").all_inner_texts()

    groups = service.get("projects/storefront/violations/groups", by="imported")["items"]
    fewest = sorted(groups, key=lambda group: (group["importers"], group["name"]))[:5]
    assert [_next(row) for row in rows] == [(one["name"], one["importers"]) for one in fewest]


def _next(row: str) -> tuple[str, int]:
    name, _, left = row.partition("\n")
    return name, number(left)


def test_the_oldest_and_the_newest_are_the_api_s(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open(PATH))
    week = page.evaluate("new Date(Date.now() - 7 * 86400e3).toISOString().slice(0, 10)")
    oldest = service.get("projects/storefront/violations", sort="introduced", limit=5)["items"]
    newest = service.get("projects/storefront/violations", introduced_since=week)["items"]

    rows = page.get_by_role("region", name="The oldest").locator(".rows > li").all_inner_texts()
    commits = page.get_by_role("region", name="What came in this week").locator(".commit")

    assert [" ".join(row.split()) for row in rows] == [
        f"{one['importer']} imports {one['imported']} {one['age_days']} days" for one in oldest
    ]
    assert set(commits.all_inner_texts()) == {one["introduced"]["commit"][:9] for one in newest}


def test_it_fits_any_width_and_no_label_is_cut_off(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))

    for width in (DESKTOP, 768, PHONE):
        assert_fits(page, (width,))
        chart = page.locator(".chart").bounding_box()
        assert chart is not None
        for label in page.locator(".chart :is(.line-label, .date-label, .note-label)").all():
            box = label.bounding_box()
            assert box is not None
            assert box["x"] + box["width"] <= chart["x"] + chart["width"] + 1, width


def test_it_is_accessible_with_the_changes_of_a_commit(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    _point_at(page, 0.3, 0.5)
    page.mouse.down()
    page.mouse.up()
    page.wait_for_load_state("networkidle")

    assert_accessible(page)


def test_a_project_that_is_not_there_yet_says_how_to_fill_it(
    visitor: Visitor, service: DashboardService
) -> None:
    page = visitor.open("/p/tomorrow")
    page.locator(".commands").wait_for()

    commands = page.locator(".command code").all_inner_texts()

    assert [one.split()[:2] for one in commands] == [
        ["archguard", "token"],
        ["archguard", "backfill"],
        ["archguard", "check"],
    ]
    assert all("--project tomorrow" in one for one in commands)
    assert all(service.origin in one for one in commands[1:])
    assert_accessible(page)
    assert set(visitor.close()) == {NOT_FOUND}  # of the project and of its branches
    visitor.faults.clear()


def test_a_sealed_contract_says_how_it_came_to_zero_in_the_place_of_what_is_left(
    visitor: Visitor, service: DashboardService
) -> None:
    page = drawn(visitor.open(f"{PATH}?contract={project_histories.SIX.id}"))

    sealed = page.get_by_role("region", name="Nothing is left")

    trend = _trend(service, project_histories.SIX.id)
    (last,) = service.get(
        "projects/storefront/violations", contract=project_histories.SIX.id, state="fixed", limit=1
    )["items"]
    day = datetime.date.fromisoformat(trend["summary"]["sealed_since"]["committed_at"][:10])
    summary = trend["summary"]
    came_back = f" · {count} came back on the way" if (count := summary["reintroduced"]) else ""
    expect(sealed).to_contain_text(
        f"Sealed since {day.day} {day:%b %Y} · from {summary['highest']['violations']}{came_back}"
    )
    expect(sealed).to_contain_text(last["fixed"]["commit"][:8])
    assert page.get_by_role("region", name="What is left").count() == 0
    assert_accessible(page)

    page.get_by_role("button", name="Show all contracts").click()

    expect(page.get_by_role("region", name="What is left")).to_be_visible()
    assert sealed.count() == 0

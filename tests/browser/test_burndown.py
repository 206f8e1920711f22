"""The burn-down's chart over difficult histories: stale, crowded, and on paper."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.api.snapshots import DAY
from tests.browser.conftest import run_service
from tests.browser.project_histories import ENGINES, PACKAGES, SHOP, ContractPlan, ProjectHistory
from tests.browser.visitor import DESKTOP, PHONE, SCHEMES, Visitor, drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import DashboardService

pytestmark = pytest.mark.slow
STALE_DAYS = 438
# Up and down forty times: the violations that were fixed come back.
SEESAW = ContractPlan(
    id="seesaw",
    name="Nobody imports the seesaw",
    course=tuple((turn / 40, 80 if turn % 2 else 30) for turn in range(41)),
    deprecated=("shop.seesaw",),
    deadline_in=40,
)
NINE = tuple(
    replace(
        ENGINES, id=f"part-{number}", name=f"Part {number} is gone", deprecated=(f"shop.part_{number}",)
    )
    for number in range(9)
)
# Notes the chart's widths and the colour of text as they are while a page is laid out for print.
_WATCH_PRINT = """
matchMedia("print").addEventListener("change", (event) => {
  if (event.matches) {
    window.onPaper = {
      frame: document.querySelector(".chart").clientWidth,
      drawn: document.querySelector(".chart-canvas svg").clientWidth,
      text: getComputedStyle(document.body).color,
    };
  }
})
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DashboardService]:
    """Run a service with a stale project, a crowded one, and one of nine contracts."""
    now = int(time.time())
    crowded = ProjectHistory((SEESAW, *SHOP.plans[1:]), PACKAGES, commits=160, seed=11)
    projects = {
        "attic": replace(SHOP, seed=21).uploads(now - STALE_DAYS * DAY),
        "crowded": crowded.uploads(now),
        "nine": ProjectHistory(NINE, PACKAGES, commits=40, seed=4).uploads(now),
    }
    with run_service(tmp_path_factory.mktemp("burndown"), projects) as running:
        yield running


@pytest.fixture
def visitor(browser: Browser, service: DashboardService) -> Iterator[Visitor]:
    """A user of these projects; the test fails if anything went wrong on a page."""
    user = Visitor(browser, service.origin, service.token)
    yield user
    assert user.close() == []


def _trends(service: DashboardService, project: str) -> list[Any]:
    contracts = service.get(f"projects/{project}")["contracts"]
    return [
        service.get(f"projects/{project}/trend", contract=one["contract"]["id"]) for one in contracts
    ]


def _notes(page: Page) -> list[str]:
    return page.locator(".note-label").all_inner_texts()


def _box(locator: Locator) -> tuple[float, float, float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def _point_at(page: Page, across: float) -> None:
    left, top, right, bottom = _box(page.locator(".chart-surface"))
    page.mouse.move(left + (right - left) * across - 3, (top + bottom) / 2)
    page.mouse.move(left + (right - left) * across, (top + bottom) / 2)


def test_time_without_a_snapshot_is_dashed_and_said(visitor: Visitor, service: DashboardService) -> None:
    page = drawn(visitor.open("/p/attic"))
    trends = _trends(service, "attic")

    assert {trend["stale_days"] for trend in trends} == {STALE_DAYS}
    assert f"no snapshot for {STALE_DAYS} days" in _notes(page)
    thin = page.locator(".chart-canvas path[stroke-dasharray='2,4']")
    assert thin.count() == len(trends)
    states = page.locator("button.line-label small").all_inner_texts()
    assert sorted(states) == sorted(trend["state"].capitalize() for trend in trends)


def test_all_of_a_stale_project_ends_near_its_last_snapshot(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/attic"))
    left, _, right, _ = _box(page.locator(".chart-surface"))

    ends = [_box(dot) for dot in page.locator(".leaders circle").all()]

    for start, _, end, _ in ends:
        assert left + (right - left) * 0.8 < (start + end) / 2 < right - 20
    assert page.locator(".date-label.today").count() == 0


def test_a_recent_range_of_a_stale_project_has_no_measured_line(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/attic?range=30d"))

    assert f"no snapshot for {STALE_DAYS} days" in _notes(page)
    assert page.locator(".leaders circle").count() == 0


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_at_most_three_labels_and_none_covers_another(visitor: Visitor, width: int) -> None:
    page = drawn(visitor.open("/p/crowded", width=width))

    labels = page.locator(".chart :is(.note-label, .date-label)").all()
    boxes = [_box(label) for label in labels]

    assert 0 < len(_notes(page)) <= 3
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)
    assert page.evaluate(_COVERED) == []


# The labels under which a line of the chart runs, found by the browser itself.
_COVERED = """
() => {
  const covered = [];
  for (const label of document.querySelectorAll(".chart .note-label")) {
    const box = label.getBoundingClientRect();
    for (const path of document.querySelectorAll(".chart-canvas path[stroke^='var(--series-']")) {
      if (path.getAttribute("fill") !== "none" && path.getAttribute("fill") !== "transparent") continue;
      const matrix = path.getScreenCTM();
      for (let at = 0; at < path.getTotalLength(); at += 1) {
        const {x, y} = path.getPointAtLength(at).matrixTransform(matrix);
        if (x > box.left && x < box.right && y > box.top && y < box.bottom) {
          covered.push(label.textContent);
          break;
        }
      }
    }
  }
  return covered;
}
"""


def test_what_has_no_label_is_said_where_one_points(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/crowded?contract=seesaw"))
    shown = _notes(page)

    said: set[str] = set()
    for across in range(5, 60, 2):
        _point_at(page, across / 100)
        said.update(page.locator(".tooltip-note").all_inner_texts())

    assert any(note.endswith("came back") for note in said)
    assert len(shown) + len(said) > 3


def test_a_tooltip_closes_after_a_click_and_with_escape(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/crowded"))

    _point_at(page, 0.3)
    expect(page.locator(".tooltip")).to_have_count(1)
    page.mouse.down()
    page.mouse.up()
    page.get_by_role("region", name="What changed").get_by_role("heading", level=3).wait_for()
    expect(page.locator(".tooltip")).to_have_count(0)

    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".tooltip")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator(".tooltip")).to_have_count(0)


def test_the_ninth_line_looks_different_from_the_first(visitor: Visitor) -> None:
    looks = set()
    for number in (0, 8):
        page = drawn(visitor.open(f"/p/nine?contract=part-{number}"))
        stroke = page.locator("button.line-label .series-key line")
        colour = stroke.evaluate("(line) => getComputedStyle(line).stroke")
        looks.add((colour, stroke.get_attribute("stroke-dasharray")))

    assert len(looks) == 2


def test_a_zoom_into_the_past_says_nothing_of_today(visitor: Visitor) -> None:
    begin, end = (
        time.strftime("%Y-%m-%d", time.gmtime(time.time() - days * DAY)) for days in (200, 100)
    )

    page = drawn(visitor.open(f"/p/crowded?from={begin}&to={end}"))

    assert page.locator("button.line-label").count() == 4
    assert page.locator("button.line-label small").count() == 0
    assert page.locator(".leaders circle").count() == 0


def test_the_axis_of_time_has_regular_ticks(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/crowded?contract=seesaw"))

    floor = _box(page.locator(".chart-surface"))[3]
    boxes = [_box(text) for text in page.locator(".chart-canvas text").all()]
    ticks = sorted((left + right) / 2 for left, top, right, _ in boxes if top > floor)
    distances = [right - left for left, right in pairwise(ticks)]
    assert len(distances) >= 3
    assert max(distances) < 1.2 * min(distances)  # as the lengths of months


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_chart_is_printed_light_and_as_wide_as_the_page(visitor: Visitor, scheme: Any) -> None:
    page = drawn(visitor.open("/p/crowded", scheme=scheme))
    page.evaluate(_WATCH_PRINT)
    screen = page.locator(".chart").evaluate("(chart) => chart.clientWidth")

    page.pdf(format="A4")

    paper = page.evaluate("onPaper")
    assert paper["drawn"] == paper["frame"] < screen
    assert paper["text"] == "rgb(22, 27, 36)"
    expect(page.locator(".chart-canvas svg")).to_have_attribute("width", str(screen))


def test_on_paper_there_is_no_navigation_and_no_card_is_cut(visitor: Visitor) -> None:
    page = drawn(visitor.open("/p/crowded", scheme="dark"))

    page.emulate_media(media="print", color_scheme="dark")

    assert page.locator(".crumbs").inner_text() == "crowded"
    for selector in (".tabs", ".top-links", ".branch", ".card-actions"):
        for part in page.locator(selector).all():
            assert not part.is_visible(), selector
    breaks = page.locator(".card").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).breakInside)"
    )
    assert set(breaks) == {"avoid"}
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(255, 255, 255)"

"""A long history with many violations: the times to the first chart and to a click, and layout shifts.

The machine may be busy, so a wait is the elapsed time or the processor time of browser and
service together, whichever is less: on an idle machine nobody waits longer.
"""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import Visitor, drawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Response

    from tests.browser.conftest import DashboardService

pytestmark = pytest.mark.slow
PATH = "/p/monorepo"
FIRST_CHART_MS, CLICK_MS, SCRIPT_BYTES = 1500, 300, 300_000
# Measured in the page: from the click until its result is shown.
_CLICK = """
([x, y]) => new Promise((resolve) => {
  const surface = document.elementFromPoint(x, y);
  const press = {clientX: x, clientY: y, button: 0, pointerId: 1, bubbles: true, isPrimary: true};
  surface.setPointerCapture = () => undefined; // no real pointer is down
  const began = performance.now();
  const shown = () => document.querySelector(".change h3");
  new MutationObserver((_, observer) => {
    if (shown()) {
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
    }
  }).observe(document, {subtree: true, childList: true});
  surface.dispatchEvent(new PointerEvent("pointerdown", press));
  setTimeout(() => surface.dispatchEvent(new PointerEvent("pointerup", press)));
})
"""


@pytest.fixture
def visitor(browser: Browser, large_service: DashboardService) -> Iterator[Visitor]:
    """A user of the large project; the test fails if anything went wrong on a page."""
    user = Visitor(browser, large_service.origin, large_service.token)
    yield user
    assert user.close() == []


@dataclass(frozen=True)
class Clock:
    """The processor time of a browser and of a service."""

    browser: Browser
    service: int

    def milliseconds(self) -> float:
        """Return the processor time used so far."""
        session = self.browser.new_browser_cdp_session()
        seconds = sum(
            process["cpuTime"] for process in session.send("SystemInfo.getProcessInfo")["processInfo"]
        )
        session.detach()
        used = Path(f"/proc/{self.service}/stat").read_text().rpartition(")")[2].split()[11:13]
        return 1000 * float(seconds + sum(map(int, used)) / os.sysconf("SC_CLK_TCK"))

    def wait(self, act: Callable[[], float]) -> float:
        """Return how long a user waits for `act`, which returns the elapsed milliseconds."""
        before = self.milliseconds()
        passed = act()
        return min(passed, self.milliseconds() - before)


@pytest.fixture
def clock(browser: Browser, large_service: DashboardService) -> Clock:
    """The clock of the browser and of the large service."""
    return Clock(browser, large_service.process)


def test_the_first_chart_is_drawn_in_time(visitor: Visitor, clock: Clock) -> None:
    page = drawn(visitor.open(PATH))

    def again() -> float:
        page.reload()
        page.wait_for_selector(".chart[data-drawn=true]")
        return float(page.evaluate("seen.drawn"))

    assert min(clock.wait(again) for _ in range(3)) < FIRST_CHART_MS


def test_a_click_on_a_point_is_answered_in_time(visitor: Visitor, clock: Clock) -> None:
    spent = []
    page = drawn(visitor.open(PATH))
    box = page.locator(".chart-surface").bounding_box()
    assert box is not None

    for across in (0.2, 0.35, 0.5, 0.6):
        place = [box["x"] + box["width"] * across, box["y"] + box["height"] / 2]
        spent.append(clock.wait(lambda place=place: float(page.evaluate(_CLICK, place))))  # type: ignore[misc]
        page.get_by_role("button", name="Close what changed").click()
        page.locator(".change").wait_for(state="detached")

    assert max(spent) < CLICK_MS, spent


def test_nothing_moves_once_the_chart_is_drawn(visitor: Visitor) -> None:
    page = drawn(visitor.open(PATH))
    page.wait_for_timeout(500)

    assert page.evaluate("seen.shifts.filter((shift) => shift.at >= seen.drawn)") == []


def test_little_is_loaded_before_the_first_chart(visitor: Visitor) -> None:
    sizes: dict[str, int] = {}

    def add(response: Response) -> None:
        if response.url.endswith(".js"):
            sizes[response.url] = len(gzip.compress(response.body()))

    page = visitor.open("/settings")
    page.on("response", add)
    page.goto(visitor.origin + PATH)
    drawn(page)

    assert any("echarts" in url for url in sizes)
    assert sum(sizes.values()) < SCRIPT_BYTES

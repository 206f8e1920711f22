"""A user with a real Chromium, who records everything that goes wrong on the pages."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import httpx2
from playwright.sync_api import sync_playwright

from archguard_api.http.credentials import COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

Scheme = Literal["light", "dark"]
AXE = Path(__file__).parents[2] / "api" / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first that is installed is taken; the shell, without a user interface, takes half the time."""
_RULES = ("target-size", "landmark-unique", "heading-order", "page-has-heading-one")
"""Rules of axe-core that are off by default, or are never called serious."""
# Filtered in the page: the whole report is megabytes, which take longer to send than to make.
_FIND_SERIOUS = """async (rules) => {
  const report = await axe.run({
    resultTypes: ["violations"],
    rules: Object.fromEntries(rules.map((rule) => [rule, {enabled: true}])),
  });
  return report.violations
    .filter(({id, impact}) => ["serious", "critical"].includes(impact) || rules.includes(id))
    .flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html.slice(0, 200)}`));
}"""
_TIMEOUT_MS = 30_000
PHONE, DESKTOP = 390, 1280
PHONE_HEIGHT, HEIGHT = 844, 900
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
NOT_FOUND = "console: Failed to load resource: the server responded with a status of 404 (Not Found)"
"""What Chromium logs for every 404 answer, even if the page expects it."""
UNAUTHORIZED = NOT_FOUND.replace("404 (Not Found)", "401 (Unauthorized)")
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Records in the page when the chart is drawn, what moves afterwards, what the policy blocked, and what
# is still waited for: requests, and timers as short as the pause after which a search is sent.
_WATCH = """
window.seen = {drawn: null, shifts: [], reports: [], requests: 0, timers: new Set()};
{
  const {fetch: request, setTimeout: start, clearTimeout: end} = window;
  window.fetch = (...given) => {
    seen.requests += 1;
    const response = request(...given);
    response.then((answer) => answer.clone().arrayBuffer()).catch(() => undefined)
      .finally(() => start(() => { seen.requests -= 1; }));
    return response;
  };
  window.setTimeout = (call, delay = 0, ...given) => {
    const timer = start(() => {
      seen.timers.delete(timer);
      call(...given);
    }, delay);
    if (delay <= 300) seen.timers.add(timer);
    return timer;
  };
  window.clearTimeout = (timer) => {
    seen.timers.delete(timer);
    end(timer);
  };
}
addEventListener("securitypolicyviolation", (event) =>
  seen.reports.push(`${event.violatedDirective} ${event.blockedURI}`));
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    if (!shift.hadRecentInput) seen.shifts.push({at: shift.startTime, value: shift.value});
  }
}).observe({type: "layout-shift", buffered: true});
new MutationObserver(() => {
  if (seen.drawn === null && document.querySelector(".chart[data-drawn=true]")) {
    seen.drawn = performance.now();
  }
}).observe(document, {subtree: true, childList: true, attributes: true});
"""
# Asked once a frame. An effect starts two frames after what it depends on was drawn, at the latest.
_IS_SETTLED = """(wait) => {
  const isLoading = !document.querySelector("main:not(:has(.loading, .stale, [aria-busy=true]))");
  if (isLoading || seen.requests > 0 || seen.timers.size > 0 || seen.wait !== wait) {
    seen.wait = wait;
    seen.frames = 0;
  }
  seen.frames += 1;
  return seen.frames > 5;
}"""
_waits = itertools.count()


def chromium_path() -> str | None:
    """Return the path of the installed Chromium, or of the one in ARCHGUARD_CHROMIUM."""
    return os.environ.get("ARCHGUARD_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser without any profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=_OPTIONS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """A user with a browser, who is signed in with a token."""

    browser: Browser
    origin: str
    """Of the service; with the path below which it is, if there is one."""
    token: str
    cookie: str | None = None
    """Of the session, once a page was opened."""
    faults: list[str] = field(default_factory=list)
    """Console errors, requests to other origins, dialogs and policy violations of all pages."""
    pages: list[Page] = field(default_factory=list)

    def open(
        self,
        path: str,
        *,
        scheme: Scheme = "light",
        width: int = DESKTOP,
        signed_in: bool = True,
    ) -> Page:
        """Open a path in a new browser context, which shares no storage or cache with any other."""
        context = self.browser.new_context(
            viewport={"width": width, "height": PHONE_HEIGHT if width == PHONE else HEIGHT},
            color_scheme=scheme,
        )
        context.set_default_timeout(_TIMEOUT_MS)
        context.add_init_script(_WATCH)
        if signed_in:
            context.add_cookies([{"name": COOKIE, "value": self._sign_in(), "url": self.origin}])
        page = context.new_page()
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._on_request)
        page.on("dialog", self._on_dialog)
        self.pages.append(page)
        page.goto(self.origin + path)
        return page

    def _sign_in(self) -> str:
        """Return the cookie of a session, the same for all pages."""
        if self.cookie is None:
            answer = httpx2.post(
                f"{self.origin}/api/v1/session", headers={"authorization": f"Bearer {self.token}"}
            )
            self.cookie = answer.cookies[COOKIE]
        return self.cookie

    def close(self) -> list[str]:
        """Close all pages and return their faults."""
        for page in self.pages:
            self.faults += [f"policy: {report}" for report in page.evaluate("seen.reports")]
            page.context.close()
        self.pages.clear()
        return self.faults

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        address, own = urlsplit(request.url), urlsplit(self.origin)
        if address.scheme != "data" and address[:2] != own[:2]:
            self.faults.append(f"another origin: {request.url}")

    def _on_dialog(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def number(text: str) -> int:
    """Return the first number in a text."""
    match = re.search(r"-?\d[\d,]*", text.replace("\N{MINUS SIGN}", "-"))
    assert match, f"no number: {text}"
    return int(match[0].replace(",", ""))


def drawn(page: Page) -> Page:
    """Wait until the chart is drawn and all requests are answered; return the page."""
    page.wait_for_selector(".chart[data-drawn=true]")
    page.wait_for_load_state("networkidle")
    return page


def settled(page: Page) -> Page:
    """Wait until the page has no request open and shows the last answer; return the page."""
    page.wait_for_function(_IS_SETTLED, arg=next(_waits))
    return page


def assert_fits(page: Page, widths: Sequence[int] = (PHONE, 768, DESKTOP)) -> None:
    """Assert that the page needs no horizontal scrolling at any of these widths."""
    for width in widths:
        _resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def assert_accessible(page: Page, widths: Sequence[int] = (DESKTOP, PHONE)) -> None:
    """Assert that axe-core finds nothing serious, in light and dark, at each of these widths."""
    for width in widths:
        _resize(page, width)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            _wait_for_frames(page)
            assert serious_findings(page) == [], (width, scheme)


def _resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": PHONE_HEIGHT if width == PHONE else HEIGHT})
    _wait_for_frames(page)


def _wait_for_frames(page: Page) -> None:
    """Wait until the page has been laid out anew, and short transitions have ended."""
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame("
        "() => setTimeout(done, 50))))"
    )


def serious_findings(page: Page) -> list[str]:
    """Return axe-core's serious and critical findings, and those of `_RULES`."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text())
    findings: list[str] = page.evaluate(_FIND_SERIOUS, list(_RULES))
    return findings

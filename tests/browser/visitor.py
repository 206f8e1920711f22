"""A real Chromium that looks at a running service, and writes down everything that goes wrong."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

AXE = Path(__file__).parents[2] / "api" / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_MS = 15_000
PHONE = 390
DESKTOP = 1280
NOT_FOUND = "console: Failed to load resource: the server responded with a status of 404 (Not Found)"
"""What Chromium says of an answer that is a 404, whatever the page makes of it."""
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# In the page: what is drawn when, what moves afterwards, and what the policy forbade.
_WATCH = """
window.seen = {drawn: null, shifts: [], reports: []};
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


def chromium_path() -> str | None:
    """The Chromium that is installed, or the one that ARCHGUARD_CHROMIUM names."""
    return os.environ.get("ARCHGUARD_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser with nothing of anybody's in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=_OPTIONS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody with a browser and perhaps a token."""

    browser: Browser
    origin: str
    token: str
    faults: list[str] = field(default_factory=list)
    """Errors in the console, requests to other origins, dialogs and forbidden things, of all pages."""
    pages: list[Page] = field(default_factory=list)

    def open(
        self,
        path: str,
        *,
        scheme: Literal["light", "dark"] = "light",
        width: int = DESKTOP,
        signed_in: bool = True,
    ) -> Page:
        """A page in a window of its own."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 844 if width == PHONE else 900}, color_scheme=scheme
        )
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(_WATCH)
        if signed_in:
            context.add_init_script(f"sessionStorage.setItem('archguard-token', '{self.token}')")
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._asked)
        page.on("dialog", self._shown)
        self.pages.append(page)
        page.goto(self.origin + path)
        return page

    def close(self) -> list[str]:
        """Close every page; what went wrong on them."""
        for page in self.pages:
            self.faults += [f"policy: {report}" for report in page.evaluate("seen.reports")]
            page.context.close()
        self.pages.clear()
        return self.faults

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and f"{address.scheme}://{address.netloc}" != self.origin:
            self.faults.append(f"another origin: {request.url}")

    def _shown(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def number(text: str) -> int:
    """The first number in a text as people read it."""
    found = re.search(r"-?\d[\d,]*", text.replace("\N{MINUS SIGN}", "-"))
    assert found, f"no number: {text}"
    return int(found[0].replace(",", ""))


def drawn(page: Page) -> Page:
    """The page, once its chart is drawn and everything that it asked for is there."""
    page.wait_for_selector(".chart[data-drawn=true]")
    page.wait_for_load_state("networkidle")
    return page


def settled(page: Page) -> Page:
    """The page, once it asks for nothing more and shows the last answer."""
    page.wait_for_timeout(300)  # who types is waited for
    page.wait_for_load_state("networkidle")
    page.wait_for_selector("main:not(:has(.loading, .stale, [aria-busy=true]))")
    return page


def serious_findings(page: Page) -> list[str]:
    """What axe-core finds that keeps people out."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]

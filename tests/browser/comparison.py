"""The comparison of a page's texts with what they should be.

What was compared is taken off the page; a number that is left on it was compared with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from playwright.sync_api import Locator, Page

LINES_LEFT = """(labels) => {
  const main = document.querySelector("main").cloneNode(true);
  for (const gone of main.querySelectorAll("[data-compared], select, .chart-canvas, .segments")) {
    gone.remove();
  }
  document.body.append(main);
  const text = main.innerText;
  main.remove();
  return text.split("\\n").filter((line) => /\\d/.test(line) && !labels.includes(line.trim()));
}"""
LABELS = ["during 7 days, and still here", "during 7 days", "Nothing came in during the last 7 days."]
"""What the dashboard calls something, whatever the API says."""


@dataclass
class Comparison:
    """Texts that were compared, and those that differ."""

    differences: list[str] = field(default_factory=list)
    compared: int = 0
    """Texts that were compared."""

    def same(self, where: str, shown: str, expected: str) -> None:
        """Compare a text with what it should be; spaces do not count."""
        self.one_of(where, shown, [expected])

    def one_of(self, where: str, shown: str, expected: Collection[str]) -> None:
        """Compare a text with all that it may be."""
        self.compared += 1
        if _squeeze(shown) not in map(_squeeze, expected):
            listed = " or ".join(repr(plain(text)) for text in expected)
            self.differences.append(f"{where}: shown {plain(shown)!r}, expected {listed or 'nothing'}")

    def text(self, where: str, place: Locator, expected: str) -> None:
        """Compare the text of a place, and take it off the page."""
        self.same(where, place.inner_text(), expected)
        take_off(place)

    def texts(self, where: str, places: Locator, expected: Sequence[str]) -> None:
        """Compare as many places, each with its text."""
        shown = places.all()
        self.same(f"{where}: how many", str(len(shown)), str(len(expected)))
        for place, text in zip(shown, expected, strict=False):
            self.text(where, place, text)

    def part(self, where: str, place: Locator, expected: str) -> None:
        """Compare a part of the text of a place, and take all of it off the page."""
        shown = place.inner_text()
        self.same(where, expected if plain(expected) in plain(shown) else shown, expected)
        take_off(place)

    def nothing_left(self, where: str, page: Page) -> None:
        """Report each line with a number that was compared with nothing."""
        for line in page.evaluate(LINES_LEFT, LABELS):
            self.differences.append(f"{where}: compared with nothing: {line!r}")


def take_off(place: Locator) -> None:
    """Take a place off the page, as one that was compared."""
    place.evaluate("(element) => element.dataset.compared = ''")


def plain(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.replace("\xa0", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def _squeeze(text: str) -> str:
    return plain(text).replace(" ", "")

"""How a report for people may look: colours and width."""

from __future__ import annotations

from typing import NamedTuple

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Style(NamedTuple):
    """What the place that a report is printed to can show."""

    color: bool = False
    width: int = 80

    def paint(self, text: str, *names: str) -> str:
        """The text in a colour or weight, if colours are on."""
        if not (self.color and names):
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

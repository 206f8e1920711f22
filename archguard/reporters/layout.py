"""Layout of reports for people: colours, and lines that fit the width of a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from archguard.reporters.surroundings import Surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Part = tuple[str, ...]
"""A text and its colours: `("a/b.py:3", "cyan")`."""

_MIN_PROSE_WIDTH = 30
_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class Style(NamedTuple):
    """What the output can show."""

    color: bool = False
    width: int = 80
    """In characters."""
    quiet: bool = False
    """Whether to show the verdicts only."""
    verbose: bool = False
    """Whether to cut nothing."""
    terminal: bool = False
    """Whether it is a terminal: elsewhere nothing is cut, however long."""
    statistics: bool = False
    """Whether to say which packages and owners have most violations."""
    surroundings: Surroundings = Surroundings()
    """What the report may link to."""

    @property
    def cuts(self) -> bool:
        """Whether texts that are too long for a line are cut."""
        return self.terminal and not self.verbose

    def cut(self, text: str, room: int) -> str:
        """Cut the end of a text that is longer than `room` characters, if the output is a terminal."""
        return shorten(text, room) if self.cuts else text

    def limit(self, number: int) -> int:
        """Return how many of something to list: so many, or all of them."""
        return sys.maxsize if self.verbose else number

    def paint(self, text: str, *names: str) -> str:
        """Return the text in colours or weights, if colours are on."""
        if not (self.color and names):
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"


def join_parts(parts: Iterable[Part], style: Style, *, indent: int, hanging: int) -> Iterator[str]:
    """Yield the parts, two spaces apart, in as few lines as the width allows; no part is cut."""
    line, length = "", 0
    for text, *names in parts:
        if not text:
            continue
        if line and length + 2 + len(text) > style.width:
            yield line
            line, length = " " * hanging, hanging
        elif line:
            line, length = f"{line}  ", length + 2
        else:
            line, length = " " * indent, indent
        line, length = line + style.paint(text, *names), length + len(text)
    if line:
        yield line


def wrap(text: str, style: Style, *, indent: int, hanging: int | None = None) -> Iterator[str]:
    """Yield a line of text, wrapped between words if it does not fit."""
    margin = " " * (len(text) - len(text.lstrip()))
    first = " " * indent
    if len(first) + len(text) <= style.width:
        yield first + text
        return
    import textwrap  # noqa: PLC0415 (most lines fit)

    yield from textwrap.wrap(
        text.strip(),
        width=max(style.width, indent + _MIN_PROSE_WIDTH),
        initial_indent=first + margin,
        subsequent_indent=" " * (indent if hanging is None else hanging) + margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def shorten(text: str, room: int) -> str:
    """Cut the end of a text that is longer than `room` characters."""
    return text if len(text) <= room else f"{text[: max(0, room - 3)]}..."

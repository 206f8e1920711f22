"""Lines that fit a width: parts flow, prose wraps, a place is never cut."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archguard.reporters.style import Style

Part = tuple[str, ...]
"""A text and how it is painted: `("a/b.py:3", "cyan")`."""

_MIN_PROSE = 30


def flow(parts: Iterable[Part], style: Style, *, indent: int, hanging: int) -> Iterator[str]:
    """The parts with two spaces between, in as few lines as the width allows."""
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


def prose(text: str, style: Style, *, indent: int, hanging: int | None = None) -> Iterator[str]:
    """A line of somebody's text: as it is if it fits, else wrapped between words."""
    margin = " " * (len(text) - len(text.lstrip()))
    first = " " * indent
    if len(first) + len(text) <= style.width:
        yield first + text
        return
    yield from textwrap.wrap(
        text.strip(),
        width=max(style.width, indent + _MIN_PROSE),
        initial_indent=first + margin,
        subsequent_indent=" " * (indent if hanging is None else hanging) + margin,
        break_long_words=False,
        break_on_hyphens=False,
    )


def shortened(text: str, room: int) -> str:
    """The text, its end cut off if there is not enough room."""
    return text if len(text) <= room else f"{text[: max(0, room - 3)]}..."

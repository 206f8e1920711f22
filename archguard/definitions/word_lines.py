"""The lines of a source that hold certain words: what has none of them need not be walked through."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Sequence

_BEFORE_STATEMENT = ("", ";", ":")


class WordLines:
    """The lines of a source on which some words stand, in strings and comments, too."""

    def __init__(self, text: str, words: Iterable[str], *, begins_statement: bool = False) -> None:
        """Find the lines.

        Args:
            text: the source.
            words: what to look for.
            begins_statement: whether to leave out lines on which no statement can begin with the word.
        """
        positions = sorted(
            match.start()
            for word in words
            # The pattern begins with the word itself, so that it is searched for as fast as `in` does.
            for match in re.finditer(re.escape(word) + (r"\b" if word[-1].isalnum() else ""), text)
            if not begins_statement or _may_begin(text, match.start())
        )
        self._lines = _count_lines(text, positions)

    def touch(self, statement: ast.stmt) -> bool:
        """Return whether one of the lines is inside a statement."""
        lines = self._lines
        index = bisect_left(lines, statement.lineno)
        return index < len(lines) and lines[index] <= (statement.end_lineno or statement.lineno)


def _may_begin(text: str, position: int) -> bool:
    """Return whether a statement can begin at a position."""
    before = text[text.rfind("\n", 0, position) + 1 : position].strip(" \t\f")
    return before[-1:] in _BEFORE_STATEMENT


def _count_lines(text: str, positions: Sequence[int]) -> list[int]:
    lines: list[int] = []
    line, counted = 1, 0
    for position in positions:
        line += text.count("\n", counted, position)
        counted = position
        lines.append(line)
    return lines

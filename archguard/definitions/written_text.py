"""Expressions as they are written in a source, on one line, the same for every version of Python."""

from __future__ import annotations

import ast
import re

_TRIPLE_QUOTED = re.compile(r"'''\s*'''")


class WrittenText:
    """Reads the text of expressions from a source."""

    def __init__(self, source: str) -> None:
        """Split nothing yet: few expressions are more than a name.

        Args:
            source: the text that the syntax tree was made from.
        """
        self._source = source
        self._lines: list[bytes] = []

    def read(self, node: ast.expr) -> str:
        """Return an expression as written; line ends and indentation as one space, f-strings as `''`."""
        if (name := read_dotted_name(node)) is not None:
            return name
        strings = [one for one in ast.walk(node) if type(one).__name__ in {"JoinedStr", "TemplateStr"}]
        text = self._cut(node, [one for one in strings if isinstance(one, ast.expr)])
        # What an f-string of newer syntax became.
        return _TRIPLE_QUOTED.sub("''", " ".join(text.split()))

    def _cut(self, node: ast.expr, removed: list[ast.expr]) -> str:
        """Return the text of an expression with `''` for some expressions in it."""
        if not self._lines:
            self._lines = [line.encode() for line in self._source.split("\n")]
        line, column = node.lineno, node.col_offset
        parts: list[str] = []
        for inner in sorted(removed, key=lambda one: (one.lineno, one.col_offset)):
            if (inner.lineno, inner.col_offset) < (line, column):
                continue  # in another f-string
            parts += [self._slice(line, column, inner.lineno, inner.col_offset), "''"]
            line, column = inner.end_lineno or line, inner.end_col_offset or column
        return "".join([*parts, self._slice(line, column, node.end_lineno, node.end_col_offset)])

    def _slice(self, line: int, column: int, end_line: int | None, end_column: int | None) -> str:
        lines = self._lines[line - 1 : end_line]
        lines[-1] = lines[-1][:end_column]
        lines[0] = lines[0][column:]
        return b"\n".join(lines).decode()


def read_dotted_name(node: ast.expr) -> str | None:
    """Return the text of `name` or `name.attribute`, at any depth; None of other expressions."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(attributes)])

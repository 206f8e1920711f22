"""Where an import statement stands in its line: most begin it, some follow a `;` or a `:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_KEYWORD = r"(?:lazy\s+)?(?:import|from)\b"
_ALONE = re.compile(rf"\s*+(?={_KEYWORD})[^;]*\Z")
_STATEMENT = re.compile(rf"(?:\A|[;:])\s*+(?P<statement>{_KEYWORD}[^;]*)")
_MAX_LENGTH = 10_000
"""In a longer line nobody looks for a column, and it could hold thousands of statements."""
_INDENT = re.compile(r"\s*")


def find_import_position(line: str, read_code: Callable[[], str], imported: str) -> tuple[int, int]:
    """Return start and end of an import statement in its first line, counted from 0.

    Of several statements that import, it is the one that names the module. Where none is found, it is
    the whole line without its indentation.

    Args:
        line: the line as written.
        read_code: returns the line with strings and comments blanked; called for unusual lines only.
        imported: the module that the statement imports.
    """
    if 0 < len(line) <= _MAX_LENGTH and not _ALONE.match(line):
        code = read_code()
        statements = list(_STATEMENT.finditer(code))
        if statements:
            statement = max(statements, key=lambda match: _count_named(match["statement"], imported))
            start, end = statement.span("statement")
            # A comment that follows the last statement belongs to it.
            return start, end if code[end:].strip() else len(line)
    return _measure_indent(line), len(line)


def _measure_indent(line: str) -> int:
    match = _INDENT.match(line)
    return match.end() if match else 0


def _count_named(statement: str, imported: str) -> int:
    """Return how many of the last parts of a module's name stand in a statement, in one piece."""
    words = re.findall(r"\w+", statement)
    parts = imported.split(".")
    return max(length for length in range(len(parts) + 1) if _holds(words, parts[len(parts) - length :]))


def _holds(words: list[str], parts: list[str]) -> bool:
    names = [word for word in words if word not in ("import", "from", "lazy")]
    return any(names[start : start + len(parts)] == parts for start in range(len(names) + 1))

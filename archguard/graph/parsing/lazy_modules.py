"""Find what `__lazy_modules__` lists: modules whose imports are lazy without the keyword (PEP 810)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.parsing.lexer import blank_text, count_lines, find_string_literals

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

NAME = "__lazy_modules__"
_ASSIGNMENT = re.compile(rf"(?<![\w.]){NAME}\s*(?::[^=\n]*)?\+?=(?!=)")
_END = re.compile(r"[][(){}\n\r;]")
_STATEMENT = re.compile(
    r"(?<![\w.])(?:from\s+(?P<base>[\w.]+)\s+import\b(?!\s*\(?\s*\*)|import\s+(?P<names>[^;]*))"
)


class LazyModules(NamedTuple):
    """One assignment to `__lazy_modules__`."""

    line: int
    start: int
    end: int
    """Where the assigned value begins and ends."""
    names: frozenset[str]


def find_lazy_modules(source: str) -> list[LazyModules]:
    """Return each assignment of literals to `__lazy_modules__`."""
    if NAME not in source:
        return []
    code = blank_text(source)
    spans = [
        (match.start(), match.end(), _find_end(code, match.end()))
        for match in _ASSIGNMENT.finditer(code)
    ]
    literals = list(find_string_literals(source)) if spans else []
    return [
        LazyModules(
            line=count_lines(source, 0, start) + 1,
            start=value,
            end=end,
            names=frozenset(literal.value for literal in literals if value <= literal.start < end),
        )
        for start, value, end in spans
    ]


def _find_end(code: str, start: int) -> int:
    """Return where the statement ends that goes on at `start`."""
    depth = 0
    for match in _END.finditer(code, start):
        if match[0] in "([{":
            depth += 1
        elif match[0] in ")]}":
            depth -= 1
        elif depth <= 0:
            return match.start()
    return len(code)


def imports_lazy_module(statement: str, line: int, assignments: Sequence[LazyModules]) -> bool:
    """Return whether an import statement at module level asks for a module that was listed before.

    Python compares the module in full. The text alone does not tell the package of a relative import,
    so any listed module that ends with its name counts.
    """
    listed = {name for lazy in assignments if lazy.line < line for name in lazy.names}
    return any(_asks_for(match, listed) for match in _STATEMENT.finditer(statement))


def _asks_for(statement: re.Match[str], listed: Set[str]) -> bool:
    base = statement["base"]
    if base is None:
        items = (item.split(None, 1) for item in statement["names"].split(","))
        return any(words[0] in listed for words in items if words)
    if base.startswith("."):
        name = base.lstrip(".")
        return bool(name) and any(module.endswith(f".{name}") for module in listed)
    return base in listed

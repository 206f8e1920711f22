"""Import statements as nearly all are written: with the lines that they stand on to themselves.

grimp says on which line a statement begins; what it imports is read off the text. What is written in
any other way (`if x: import y`, several on a line) is left to who can tell it apart from strings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# A line without a quote on which a statement begins is in no string; without a `;`, no other begins.
_FIRST_LINE = re.compile(
    r"""
    (?:from[ \t\f]++([\w.]++)[ \t\f]++)? import (?:[ \t\f]*+(\() | [ \t\f]) ([^;()\#'"\\]*+) (\)?)
    [ \t\f]*+(?:\#[^'"]*+)?\Z
    """,
    re.VERBOSE,
)

ImportedNames = tuple[tuple[str, bool], ...]


class FirstLine(NamedTuple):
    """What the first line of a statement says."""

    base: str | None
    listed: str
    is_open: bool
    """Whether the list goes on."""
    names: ImportedNames | None = None
    """What it imports, where the line alone tells that."""


def read_imported_names(
    first_line: FirstLine, lines: Callable[[], Iterable[str]], module: str, *, is_package: bool
) -> ImportedNames | None:
    """Each name that a statement imports, in full, and whether it is `from` a base; None: who knows.

    Args:
        first_line: its first line.
        lines: gives the lines of the text behind that.
        module: the name of the module that it stands in.
        is_package: whether relative imports start at the module itself.
    """
    if first_line.names is not None:
        return first_line.names
    base, listed = first_line.base, first_line.listed
    if first_line.is_open:
        listed += _up_to_bracket(lines())
    if base is not None and base[0] == ".":
        if _levels(base) - is_package > module.count(".") + 1:
            return None  # grimp reads no file that has one
        base = resolve_relative_base(base, module, is_package=is_package)
        if base is None:
            return ()
    return _names(base, listed)


def _levels(base: str) -> int:
    return len(base) - len(base.lstrip("."))


def read_first_line(line: str) -> FirstLine | None:
    """What a statement's first line says, stripped; None: it is not written as most are."""
    first = _FIRST_LINE.match(line)
    if first is None:
        return None
    base, opened, listed, closed = first.groups()
    if closed and not opened:
        return None
    if (opened and not closed) or (base is not None and base[0] == "."):
        return FirstLine(base, listed, is_open=bool(opened and not closed))
    names = _names(base, listed)
    return None if names is None else FirstLine(base, listed, is_open=False, names=names)


def _names(base: str | None, listed: str) -> ImportedNames | None:
    items = [item.split() for item in listed.split(",")]
    if not items[-1]:
        items.pop()
    if "\\" in listed or not all(len(item) == 1 or item[1:2] == ["as"] for item in items):
        return None
    if base is None:
        return tuple((normalize_name(item[0]), False) for item in items)
    return tuple((normalize_name(f"{base}.{item[0]}"), True) for item in items)


def resolve_relative_base(base: str, module: str, *, is_package: bool) -> str | None:
    """What a relative base stands for in a module; None: nothing, it leaves the top-level package."""
    name = base.lstrip(".")
    up = len(base) - len(name) - is_package
    parts = module.split(".")
    if up >= len(parts):
        return None
    package = ".".join(parts[: len(parts) - up])
    return f"{package}.{name}" if name else package


def normalize_name(name: str) -> str:
    """A name as Python's grammar (and grimp) has it."""
    return name if name.isascii() else normalize("NFKC", name)


def _up_to_bracket(lines: Iterable[str]) -> str:
    """The rest of a list that ends at a bracket, without the comments in it."""
    parts = []
    for line in lines:
        inside, closed, _ = line.partition("#")[0].partition(")")
        parts.append(inside)
        if closed:
            break
    return "\n".join(parts)

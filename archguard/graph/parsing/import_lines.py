"""Read an import statement from the line on which it begins, if it is written in the usual way.

grimp says on which line each statement begins, and this module reads from the text what it imports. A
statement that shares its line with other code (`if x: import y`, `import x; import y`) cannot be told
from the inside of a string here: it is left to `import_candidates`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Callable

# A statement that begins on a line without quotes is in no string; without `;` it is alone on its line.
_FIRST_LINE = re.compile(
    r"""
    (?:from[ \t\f]++([\w.]++)[ \t\f]++)? import (?:[ \t\f]*+(\() | [ \t\f]) ([^;()\#'"\\]*+) (\)?)
    [ \t\f]*+(?:\#[^'"]*+)?\Z
    """,
    re.VERBOSE,
)

ImportedNames = tuple[tuple[str, bool], ...]
"""Each imported name in full, and whether it stands in `from base import item`."""


class FirstLine(NamedTuple):
    """The first line of an import statement."""

    base: str | None
    """What stands between `from` and `import`, with its dots; None for `import name`."""
    items: str
    """The list of names as it is written on this line."""
    is_open: bool
    """Whether the list continues on the next line."""
    names: ImportedNames | None = None
    """What the statement imports, if this line alone tells."""


def read_imported_names(
    first_line: FirstLine, find_rest: Callable[[], tuple[str, int]], module: str, *, is_package: bool
) -> ImportedNames | None:
    """Return the names that a statement imports, or None if they cannot be read from its lines.

    Args:
        first_line: the statement's first line.
        find_rest: returns a text, and where in it the line begins that follows the first one.
        module: the name of the module that holds the statement.
        is_package: whether relative imports start at the module itself.
    """
    if first_line.names is not None:
        return first_line.names
    base, items = first_line.base, first_line.items
    if first_line.is_open:
        items += _read_to_bracket(*find_rest())
    if base is not None and base[0] == ".":
        if _count_dots(base) - is_package > module.count(".") + 1:
            return None  # grimp rejects a file that holds this
        base = resolve_relative_base(base, module, is_package=is_package)
        if base is None:
            return ()
    return _split_items(base, items)


def _count_dots(base: str) -> int:
    return len(base) - len(base.lstrip("."))


def read_first_line(line: str) -> FirstLine | None:
    """Return the parts of a statement's first line, stripped; None if it is not written as usual."""
    match = _FIRST_LINE.match(line)
    if match is None:
        return None
    base, opened, items, closed = match.groups()
    if closed and not opened:
        return None
    if (opened and not closed) or (base is not None and base[0] == "."):
        return FirstLine(base, items, is_open=bool(opened and not closed))
    names = _split_items(base, items)
    return None if names is None else FirstLine(base, items, is_open=False, names=names)


def _split_items(base: str | None, items: str) -> ImportedNames | None:
    names = [item.strip() for item in items.split(",")]
    if not names[-1]:  # after a trailing comma
        names.pop()
    if not all(map(str.isidentifier, names)):  # in most lists they all are
        words = [name.split() for name in names]
        if "\\" in items or not all(len(item) == 1 or item[1:2] == ["as"] for item in words):
            return None
        names = [item[0] for item in words]
    if base is None:
        return tuple([(normalize_name(name), False) for name in names])
    return tuple([(normalize_name(f"{base}.{name}"), True) for name in names])


def resolve_relative_base(base: str, module: str, *, is_package: bool) -> str | None:
    """Return the module that a relative base means; None if it has more dots than there are packages."""
    name = base.lstrip(".")
    levels = len(base) - len(name) - is_package
    parts = module.split(".")
    if levels >= len(parts):
        return None
    package = ".".join(parts[: len(parts) - levels])
    return f"{package}.{name}" if name else package


def normalize_name(name: str) -> str:
    """Return a name in Unicode's normal form KC, as Python's parser and grimp do."""
    return name if name.isascii() else normalize("NFKC", name)


def _read_to_bracket(text: str, start: int) -> str:
    """Return the rest of a list from a position up to its closing bracket, without comments."""
    end = _find_end(text, ")", start)
    if text.find("#", start, end) < 0:
        return text[start:end]
    parts = []
    closed = ""
    while start < len(text) and not closed:
        end = _find_end(text, "\n", start)
        inside, closed, _ = text[start:end].partition("#")[0].partition(")")
        parts.append(inside)  # a bracket in a comment closes nothing
        start = end + 1
    return "\n".join(parts)


def _find_end(text: str, mark: str, start: int) -> int:
    """Return where a mark stands behind a position; the text's end if it stands nowhere there."""
    end = text.find(mark, start)
    return len(text) if end < 0 else end

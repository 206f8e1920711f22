"""Find the names of deprecated modules in configuration files: entry points, logging, plugins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.graph.model import Reference, ReferenceKind
from archguard.graph.module_expressions import Deprecation, list_literal_parts
from archguard.graph.parsing.decoding import decode_leniently
from archguard.graph.parsing.lexer import split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.sources.source import FileContents

MAX_BYTES = 1_000_000
"""Larger files hold data, and are not searched."""

_NAME = re.compile(r"(?<![\w./\\@])[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_NO_NAME_FOLLOWS = re.compile(r"[/\\@-]")
_OBJECT_FOLLOWS = re.compile(r":[^\W\d]")
# The ends of file and host names, which look like attributes of a top-level module.
_NO_ATTRIBUTES = frozenset(
    [
        *("cfg", "csv", "html", "ini", "json", "lock", "log", "md", "py", "pyi", "rst", "sh"),
        *("toml", "txt", "xml", "yaml", "yml"),
        *("com", "dev", "io", "net", "org"),
    ]
)
_COMMENT = re.compile(r"(?:(?<=\s)|\A)#")
_TABLE = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(?:[#;].*)?\Z")
_OWN_TABLE = re.compile(r"""["'\s]*(?:tool["'\s]*[.:]["'\s]*)?(?:importlinter|archguard)(?!\w)""")
_MAX_COMMENTED = (
    10_000  # the length of a line with a comment; a limit, so that hostile input costs no time
)
_MAX_TEXT = 200


def find_configuration_references(
    source: FileContents, paths: Sequence[str], expressions: Sequence[str]
) -> list[Reference]:
    """Return the places in some files that name a deprecated module.

    Args:
        source: reads the files.
        paths: configuration files.
        expressions: the module expressions of the deprecated modules.
    """
    finder = _NameFinder(expressions)
    return [
        reference
        for path, content in zip(paths, source.read(paths, MAX_BYTES), strict=True)
        if isinstance(content, bytes)
        for reference in finder.find(path, content)
    ]


class _NameFinder:
    """Finds the names of deprecated modules in text that is no Python."""

    def __init__(self, expressions: Sequence[str]) -> None:
        self._deprecation = Deprecation(expressions)
        # Whatever names a module holds the last literal part of its name.
        literals = [list_literal_parts(expression) for expression in expressions]
        self._parts = sorted({parts[-1] if parts else "." for parts in literals})

    def find(self, path: str, content: bytes) -> Iterator[Reference]:
        """Yield each place that names a deprecated module, once a line and name."""
        if not any(part.encode() in content for part in self._parts):  # as in most files
            return
        is_own_table = False
        for number, line in enumerate(split_lines(decode_leniently(content)), start=1):
            if table := _TABLE.match(line):
                is_own_table = _OWN_TABLE.match(table[1]) is not None
            if is_own_table or not any(part in line for part in self._parts):
                continue
            has_comments = not path.endswith(".json") and len(line) < _MAX_COMMENTED
            names = dict(self._find_names(line, has_comments=has_comments))
            for name, position in names.items():
                text = _cut_around(line, position)
                yield Reference("", path, number, name, ReferenceKind.CONFIGURATION, text)

    def _find_names(self, line: str, *, has_comments: bool) -> Iterator[tuple[str, int]]:
        """Yield each deprecated name in a line and where it stands."""
        for match in _NAME.finditer(line):
            name = match[0]
            if not self._deprecation.covers(name) or _NO_NAME_FOLLOWS.match(line, match.end()):
                continue
            if not _is_qualified(name) and not _OBJECT_FOLLOWS.match(line, match.end()):
                continue  # a word, which may mean anything
            if not (has_comments and _is_in_comment(line, match.start())):
                yield name, match.start()


def _is_qualified(name: str) -> bool:
    """Return whether a name has a package and a module, or a module and an attribute."""
    base, _, last = name.rpartition(".")
    return bool(base) and ("." in base or last not in _NO_ATTRIBUTES)


def _is_in_comment(line: str, position: int) -> bool:
    """Return whether a comment of TOML, YAML or INI begins before a position, outside quotes."""
    if line.lstrip().startswith(("#", ";")):
        return True
    starts = (match.start() for match in _COMMENT.finditer(line, 0, position))
    return any(not (line.count('"', 0, start) % 2 or line.count("'", 0, start) % 2) for start in starts)


def _cut_around(line: str, position: int) -> str:
    """Return a line, stripped, or the part around a position if it is long."""
    if len(line) <= _MAX_TEXT:
        return line.strip()
    start = max(0, position - _MAX_TEXT // 2)
    return line[start : start + _MAX_TEXT].strip()

"""The kind of an import: what stands around its statement, read from the indentation alone."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.parsing.lexer import iterate_code_lines, split_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

_HEADER = re.compile(r"\s*(?P<word>(?:async\s+)?def|class|if|elif|else|try|except|finally)\b")
_CATCHES_IMPORT_ERROR = re.compile(r"\b(?:ImportError|ModuleNotFoundError)\b")
_TYPE_CHECKING = re.compile(r"\s*(?:el)?if[\s(]+(?:\w+\s*\.\s*)*TYPE_CHECKING[\s)]*:")
_LAZY = re.compile(r"\s*lazy\s+(?:import|from)\b")
_AT_THE_MARGIN = re.compile(r"(?:import|from)\b")
_BRACKET = re.compile(r"[][(){}]")
_TAB_STOP = 8  # as Python's own tokenizer


class ImportKind(StrEnum):
    """When, and whether, an import is executed."""

    TOP_LEVEL = "top-level"
    FUNCTION = "function"
    TYPE_CHECKING = "type-checking"
    GUARDED = "guarded"
    LAZY = "lazy"
    REFERENCE = "reference"
    """No statement but a string that names the module: see `count_references`."""
    UNDECLARED = "undeclared"
    """No statement but a module that an exhaustive contract does not know."""


class _Block(NamedTuple):
    indent: int
    word: str
    is_type_checking: bool = False
    guard: _Guard | None = None
    """The `try` statement that it is a part of."""
    catches_import_error: bool = False
    """Whether it is such an `except`."""


class _Guard:
    """A `try` statement; whether it is one around imports, only its handlers say."""

    def __init__(self) -> None:
        self.catches_import_error = False


class _Position(NamedTuple):
    """A line asked for, and the blocks around it."""

    line: int
    text: str
    blocks: tuple[_Block, ...]


class _Reader:
    def __init__(self) -> None:
        self.blocks: list[_Block] = []

    def enter(self, indent: int, text: str) -> None:
        """Leave the blocks that end at this line, and enter the one that it opens, if it is a header."""
        guard = None
        while self.blocks and self.blocks[-1].indent >= indent:
            left = self.blocks.pop()
            guard = left.guard if left.indent == indent else None
        header = _HEADER.match(text) if ":" in text else None
        if header is None:
            return
        word = header["word"].split()[-1]
        if word == "try":
            guard = _Guard()
        catches = word == "except" and bool(_CATCHES_IMPORT_ERROR.search(text.partition(":")[0]))
        if catches and guard:
            guard.catches_import_error = True
        self.blocks.append(_Block(indent, word, bool(_TYPE_CHECKING.match(text)), guard, catches))

    def may_change(self, positions: list[_Position]) -> bool:
        """Whether a handler still to come could guard one of these positions."""
        guards = [block.guard for block in self.blocks if block.guard]
        around = [block.guard for position in positions for block in position.blocks]
        return any(guard is one for guard in guards for one in around)


def find_import_kinds(source: str, lines: Collection[int]) -> dict[int, ImportKind]:
    """The kind of the import statements that start at these lines (counted from 1).

    Of several that hold, the most telling: lazy, type-checking, guarded, function, top-level.
    """
    texts = split_lines(source)
    known = {line for line in lines if _is_at_the_margin(texts, line)}
    return dict.fromkeys(known, ImportKind.TOP_LEVEL) | _kinds(source, set(lines) - known)


def _is_at_the_margin(texts: Sequence[str], line: int) -> bool:
    """Whether a statement begins a line and stands at the margin, so that no block is open."""
    if line > len(texts) or not _AT_THE_MARGIN.match(texts[line - 1]):
        return False
    return line == 1 or not texts[line - 2].endswith("\\")


def _kinds(source: str, asked: set[int]) -> dict[int, ImportKind]:
    if not asked:
        return {}
    reader = _Reader()
    positions: list[_Position] = []
    for first, last, indent, text in _logical_lines(iterate_code_lines(source)):
        reader.enter(indent, text)
        if found := asked.intersection(range(first, last + 1)):
            positions += [_Position(line, text, tuple(reader.blocks)) for line in found]
            asked -= found
        if not asked and not reader.may_change(positions):
            break
    return {position.line: _kind(position) for position in positions}


def _kind(position: _Position) -> ImportKind:
    blocks = position.blocks
    if _LAZY.match(position.text):
        return ImportKind.LAZY
    if any(block.is_type_checking for block in blocks):
        return ImportKind.TYPE_CHECKING
    functions = [number for number, block in enumerate(blocks) if block.word == "def"]
    # A `try` around a function has ended by the time that the function runs.
    if any(_is_guarded(block) for block in blocks[functions[-1] if functions else 0 :]):
        return ImportKind.GUARDED
    return ImportKind.FUNCTION if functions else ImportKind.TOP_LEVEL


def _is_guarded(block: _Block) -> bool:
    if block.word == "try":
        return block.guard is not None and block.guard.catches_import_error
    return block.catches_import_error


def _logical_lines(lines: Iterable[str]) -> Iterator[tuple[int, int, int, str]]:
    r"""(first line, last line, indent, text) of each statement line, brackets and `\\` joined."""
    depth, first = 0, 1
    parts: list[str] = []
    for number, line in enumerate(lines, start=1):
        stripped = line.rstrip()
        if not parts:
            if not stripped:
                continue
            first = number
        joined = stripped.endswith("\\")
        parts.append(stripped.removesuffix("\\") if joined else line)
        if _BRACKET.search(line):
            depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        if depth <= 0 and not joined:
            yield first, number, _indent(parts[0]), " ".join(parts)
            depth, parts = 0, []
    if parts:
        yield first, first + len(parts) - 1, _indent(parts[0]), " ".join(parts)


def _indent(line: str) -> int:
    text = line.lstrip(" ")
    if not text.startswith(("\t", "\f")):  # as nearly all are
        return len(line) - len(text)
    width = 0
    for character in line:
        if character == " ":
            width += 1
        elif character == "\t":
            width += _TAB_STOP - width % _TAB_STOP
        elif character == "\f":
            width = 0
        else:
            break
    return width

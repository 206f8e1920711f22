"""Decide the kind of an import from the blocks around its statement, which indentation alone tells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.model import ImportKind
from archguard.graph.parsing.conditions import TYPE_CHECKING_NAME, decide_condition
from archguard.graph.parsing.lazy_modules import find_lazy_modules, imports_lazy_module
from archguard.graph.parsing.lexer import iterate_code_lines, split_lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from archguard.graph.parsing.lazy_modules import LazyModules

_HEADER = re.compile(
    r"\s*(?P<keyword>(?:async\s+)?(?:def|with)|class|if|elif|while|else|try|except|finally)\b"
)
_NEVER_LAZY = frozenset({"def", "class", "with", "try", "except", "finally"})
_CONDITIONAL = frozenset({"if", "elif", "while"})
_IMPORT_ERRORS = (
    r"(?<![\w.])(?:builtins\s*\.\s*)?(?:(?:Import|ModuleNotFound)Error|(?:Base)?Exception)\b"
)
_CATCHES_IMPORT_ERROR = re.compile(rf"\s*except\s*\*?\s*(?::|[^:]*?{_IMPORT_ERRORS})")
_SUPPRESSES_IMPORT_ERROR = r"(?<!\w){name}\s*\([^)]*?{errors}"
_RENAMED = r"(?<!\w){name}\s+as\s+(\w+)"
_LAZY = re.compile(r"\s*lazy\s+(?:import|from)\b")
_UNINDENTED = re.compile(r"(?:import|from)\b")
_BRACKET = re.compile(r"[][(){}]")
_BRACKET_OR_COLON = re.compile(r"[][(){}:]")
_TAB_STOP = 8  # as in Python's tokenizer


class _Block(NamedTuple):
    """A compound statement's header, and what it says about the imports in its block."""

    indent: int
    keyword: str
    is_type_checking: bool = False
    is_last_branch: bool = False
    """Whether the branches that follow it never run: its condition is true, or an earlier one."""
    guard: _Guard | None = None
    """The `try` statement that the block is a part of."""
    catches_import_error: bool = False
    """Whether the block is an `except` that catches ImportError, or a `with` that suppresses it."""


class _Guard:
    """A `try` statement, shared by its blocks: whether it guards imports, only its handlers tell."""

    def __init__(self) -> None:
        self.catches_import_error = False


class _Position(NamedTuple):
    """A requested line, its statement's text and the blocks around it."""

    line: int
    text: str
    blocks: tuple[_Block, ...]


class _BlockReader:
    """Follows the open blocks of a source, statement by statement."""

    def __init__(self, source: str) -> None:
        self.blocks: list[_Block] = []
        self._type_checking_names = _find_names(TYPE_CHECKING_NAME, source)
        suppressors = "|".join(sorted(_find_names("suppress", source)))
        self._suppresses = re.compile(
            _SUPPRESSES_IMPORT_ERROR.format(name=f"(?:{suppressors})", errors=_IMPORT_ERRORS)
        )

    def enter(self, indent: int, text: str) -> None:
        """Close the blocks that end before a statement, and open the one that it begins, if any."""
        before = None
        while self.blocks and self.blocks[-1].indent >= indent:
            closed = self.blocks.pop()
            before = closed if closed.indent == indent else None
        header = _HEADER.match(text) if ":" in text else None
        if header is not None:
            self.blocks.append(self._make_block(indent, header, before))

    def _make_block(self, indent: int, header: re.Match[str], before: _Block | None) -> _Block:
        """Return the block of a statement, given the one before it in the same place."""
        keyword, text = header["keyword"].split()[-1], header.string
        if keyword in _CONDITIONAL or (keyword == "else" and before and before.keyword in _CONDITIONAL):
            follows = keyword in ("elif", "else") and before is not None
            never_runs = before.is_last_branch if follows and before else False
            condition = "" if keyword == "else" else _read_header(text, header.end())
            value = decide_condition(condition, self._type_checking_names)
            return _Block(indent, keyword, never_runs or value is False, never_runs or value is True)
        if keyword == "with":
            suppresses = self._suppresses.search(_read_header(text, header.end())) is not None
            return _Block(indent, keyword, catches_import_error=suppresses)
        guard = _Guard() if keyword == "try" else before.guard if before else None
        catches = keyword == "except" and _CATCHES_IMPORT_ERROR.match(text) is not None
        if catches and guard:
            guard.catches_import_error = True
        return _Block(indent, keyword, guard=guard, catches_import_error=catches)

    def may_change(self, positions: list[_Position]) -> bool:
        """Return whether a handler that is still to come could guard one of these positions."""
        open_guards = [block.guard for block in self.blocks if block.guard]
        guards = [block.guard for position in positions for block in position.blocks]
        return any(open_guard is guard for open_guard in open_guards for guard in guards)


def find_import_kinds(source: str, lines: Collection[int]) -> dict[int, ImportKind]:
    """Return the kind of each import statement that starts on one of these lines, counted from 1.

    Where several kinds hold, the first of these: lazy, type-checking, guarded, function, top-level.
    """
    if lazy_modules := find_lazy_modules(source):
        return _find_indented(source, set(lines), lazy_modules)
    texts = split_lines(source)
    unindented = {line for line in lines if _is_unindented(texts, line)}
    kinds = dict.fromkeys(unindented, ImportKind.TOP_LEVEL)
    return kinds | _find_indented(source, set(lines) - unindented)


def _is_unindented(texts: Sequence[str], line: int) -> bool:
    """Return whether a statement begins this line without indentation, so that no block is open."""
    if line > len(texts) or not _UNINDENTED.match(texts[line - 1]):
        return False
    return line == 1 or not texts[line - 2].endswith("\\")


def _find_indented(
    source: str, lines: set[int], lazy_modules: Sequence[LazyModules] = ()
) -> dict[int, ImportKind]:
    """Return the kind of each of these lines; removes those that were found from `lines`."""
    if not lines:
        return {}
    reader = _BlockReader(source)
    positions: list[_Position] = []
    for first, last, indent, text in iterate_logical_lines(iterate_code_lines(source)):
        reader.enter(indent, text)
        if inside := lines.intersection(range(first, last + 1)):
            positions += [_Position(line, text, tuple(reader.blocks)) for line in inside]
            lines -= inside
        if not lines and not reader.may_change(positions):
            break
    return {position.line: _decide_kind(position, lazy_modules) for position in positions}


def _decide_kind(position: _Position, lazy_modules: Sequence[LazyModules]) -> ImportKind:
    blocks = position.blocks
    is_listed = imports_lazy_module(position.text, position.line, lazy_modules)
    if _LAZY.match(position.text) or (is_listed and not any(b.keyword in _NEVER_LAZY for b in blocks)):
        return ImportKind.LAZY
    if any(block.is_type_checking for block in blocks):
        return ImportKind.TYPE_CHECKING
    functions = [number for number, block in enumerate(blocks) if block.keyword == "def"]
    # A `try` around a function has ended before the function runs.
    if any(_is_guarded(block) for block in blocks[functions[-1] if functions else 0 :]):
        return ImportKind.GUARDED
    return ImportKind.FUNCTION if functions else ImportKind.TOP_LEVEL


def _is_guarded(block: _Block) -> bool:
    if block.keyword == "try":
        return block.guard is not None and block.guard.catches_import_error
    return block.catches_import_error


def _find_names(name: str, source: str) -> frozenset[str]:
    """Return a name, and the names under which a source imports it."""
    renamed = re.findall(_RENAMED.format(name=name), source) if name in source else ()
    return frozenset({name, *renamed})


def _read_header(text: str, start: int) -> str:
    """Return what stands in a compound statement between its keyword and its colon."""
    depth = 0
    for match in _BRACKET_OR_COLON.finditer(text, start):
        if match[0] == ":":
            if depth <= 0:
                return text[start : match.start()]
        else:
            depth += 1 if match[0] in "([{" else -1
    return ""


def iterate_logical_lines(lines: Iterable[str]) -> Iterator[tuple[int, int, int, str]]:
    r"""Yield (first line, last line, indent, text) of each logical line: joined by brackets or `\\`."""
    depth, first = 0, 1
    parts: list[str] = []
    for number, line in enumerate(lines, start=1):
        stripped = line.rstrip()
        if not parts:
            if not stripped:
                continue
            first = number
        continues = stripped.endswith("\\")
        parts.append(stripped.removesuffix("\\") if continues else line)
        if _BRACKET.search(line):
            depth += sum(map(line.count, "([{")) - sum(map(line.count, ")]}"))
        if depth <= 0 and not continues:
            yield first, number, _measure_indent(parts[0]), " ".join(parts)
            depth, parts = 0, []
    if parts:
        yield first, first + len(parts) - 1, _measure_indent(parts[0]), " ".join(parts)


def _measure_indent(line: str) -> int:
    text = line.lstrip(" ")
    if not text.startswith(("\t", "\f")):  # as in nearly every file
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

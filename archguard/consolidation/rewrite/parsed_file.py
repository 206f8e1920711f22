"""A source file as LibCST sees it, with the place of each node in its text."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import libcst
from libcst.metadata import (
    ByteSpanPositionProvider,
    ExpressionContext,
    ExpressionContextProvider,
    MetadataWrapper,
    ParentNodeProvider,
    ScopeProvider,
)

from archguard.consolidation.rewrite.statements import Statements
from archguard.consolidation.rewrite.text_edit import apply_edits
from archguard.graph.parsing.decoding import DecodingError, decode_source, find_encoding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from libcst.metadata import Scope

    from archguard.consolidation.rewrite.text_edit import TextEdit

_LINE_END = re.compile(rb"\r\n|\r|\n")


class UnreadableError(Exception):
    """A file cannot be parsed; the message says why."""


class Span(NamedTuple):
    """A piece of a text, from byte `start` to byte `end` of its UTF-8."""

    start: int
    end: int


class ParsedFile:
    """The syntax tree of a file."""

    def __init__(self, content: bytes) -> None:
        """Parse the file.

        Raises:
            UnreadableError: it is no valid Python source.
        """
        try:
            decoded = decode_source(content)
            module = libcst.parse_module(decoded.text)
        except DecodingError as error:
            raise UnreadableError(str(error)) from error
        except (libcst.ParserSyntaxError, RecursionError) as error:
            raise UnreadableError("a syntax error") from error
        if module.code != decoded.text:
            raise UnreadableError("its text cannot be written again as it is")
        self.utf8 = decoded.utf8
        # What a parser returns holds no node twice, which is what a copy would be for.
        self._wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        self.module = self._wrapper.module
        self._spans = self._wrapper.resolve(ByteSpanPositionProvider)

    @cached_property
    def statements(self) -> Statements:
        """The import statements."""
        return Statements(self.module)

    @cached_property
    def _scopes(self) -> Mapping[libcst.CSTNode, Scope | None]:
        return self._wrapper.resolve(ScopeProvider)

    @cached_property
    def _parents(self) -> Mapping[libcst.CSTNode, libcst.CSTNode]:
        return self._wrapper.resolve(ParentNodeProvider)

    @cached_property
    def _contexts(self) -> Mapping[libcst.CSTNode, ExpressionContext | None]:
        return self._wrapper.resolve(ExpressionContextProvider)

    @cached_property
    def _line_starts(self) -> Sequence[int]:
        return [0, *(match.end() for match in _LINE_END.finditer(self.utf8))]

    def find_span(self, node: libcst.CSTNode) -> Span:
        """Return where a node stands in the text, without the white space around it."""
        span = self._spans[node]
        return Span(span.start, span.start + span.length)

    def find_line(self, node: libcst.CSTNode) -> int:
        """Return the line in which a node begins."""
        return bisect_right(self._line_starts, self._spans[node].start)

    def find_code_start(self) -> int:
        """Return where the code begins, after the comments above it and the docstring."""
        module = self.module
        if module.get_docstring(clean=False) is not None:
            line: libcst.CSTNode = module.body[0]
            statements: Sequence[libcst.CSTNode] = getattr(line, "body", ())
            return self.find_span(statements[0]).end
        return len("".join(map(module.code_for_node, module.header)).encode())

    def find_scope(self, node: libcst.CSTNode) -> Scope | None:
        """Return the scope in which a name is looked up; None if LibCST does not say."""
        return self._scopes.get(node)

    def find_parent(self, node: libcst.CSTNode) -> libcst.CSTNode | None:
        """Return the node that holds another one."""
        return self._parents.get(node)

    def find_context(self, node: libcst.CSTNode) -> ExpressionContext | None:
        """Return whether a name or an attribute is read, assigned or deleted; None if it is no use."""
        return self._contexts.get(node)

    def read(self, span: Span) -> str:
        """Return the text of a piece."""
        return self.utf8[span.start : span.end].decode()

    def find_line_end(self, position: int) -> Span:
        """Return where the line of a position ends: its line end, or the end of the text."""
        match = _LINE_END.search(self.utf8, position)
        return Span(*match.span()) if match else Span(len(self.utf8), len(self.utf8))

    def read_indentation(self, position: int) -> str:
        """Return the white space at the beginning of the line of a position."""
        start = max(self.utf8.rfind(b"\n", 0, position), self.utf8.rfind(b"\r", 0, position)) + 1
        line = self.utf8[start:position]
        return line[: len(line) - len(line.lstrip(b" \t\f"))].decode()

    @property
    def newline(self) -> str:
        """The line end that most lines have."""
        newline: str = self.module.default_newline
        return newline


def apply_to_content(content: bytes, edits: Iterable[TextEdit]) -> bytes:
    """Return the bytes of a file with some edits made; its encoding and byte order mark stay.

    Raises:
        UnreadableError: the new text cannot be written in the file's encoding.
    """
    mark = _read_mark(content)
    utf8 = apply_edits(decode_source(content).utf8, edits)
    encoding = find_encoding(content)
    try:
        return mark + utf8.decode().encode(encoding)
    except UnicodeEncodeError as error:
        raise UnreadableError(f"its encoding {encoding} cannot hold the new text") from error


def locate(content: bytes, edit: TextEdit) -> tuple[int, int]:
    """Return where an edit of a file's text begins and ends in the file's own bytes."""
    mark, utf8, encoding = len(_read_mark(content)), decode_source(content).utf8, find_encoding(content)
    start, end = (mark + len(utf8[:at].decode().encode(encoding)) for at in (edit.start, edit.end))
    return start, end


def _read_mark(content: bytes) -> bytes:
    """Return the byte order mark with which a file begins; empty without one."""
    return codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""

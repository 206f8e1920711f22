"""Find the comments by which source code asks for an exception: `# archguard: allow[...]`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archguard.graph.parsing.import_kinds import iterate_logical_lines
from archguard.graph.parsing.lexer import count_lines, iterate_code_lines
from archguard.graph.parsing.string_tokens import iterate_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.graph.model import RawComment

MARK = "archguard:"
_MAX_LENGTH = 500
"""How many characters of a comment are kept."""
# Other words after the mark are prose.
_REQUEST = re.compile(r"#[ \t]*archguard:[ \t]*(?P<text>allow\b.*|[\w-]+[ \t]*\[.*)", re.DOTALL)


def find_allow_comments(source: str) -> list[RawComment]:
    """Return the comments of a source that ask for an exception, each with the lines that it is about.

    A comment is about the statement on whose lines it stands; one on a line of its own is about none.
    """
    if MARK not in source:
        return []
    requests = _find_requests(source)
    if not requests:
        return []
    lines = _find_statement_lines(source, [line for line, _ in requests])
    return [(*lines.get(line, (0, 0)), line, text) for line, text in requests]


def _find_requests(source: str) -> list[tuple[int, str]]:
    """Return line and text of each request."""
    requests = []
    line, position = 1, 0
    for token in iterate_tokens(source):
        if (
            token.is_string
            or source[token.start] != "#"
            or source.find(MARK, token.start, token.end) < 0
        ):
            continue
        line += count_lines(source, position, token.start)
        position = token.start
        if match := _REQUEST.search(source[token.start : token.end]):
            requests.append((line, match["text"][:_MAX_LENGTH].strip()))
    return requests


def _find_statement_lines(source: str, lines: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return the first and last line of the statement that each of some lines belongs to, in order."""
    statements: dict[int, tuple[int, int]] = {}
    remaining = iter(lines)
    line = next(remaining, None)
    for first, last, _, _ in iterate_logical_lines(iterate_code_lines(source)):
        while line is not None and line <= last:
            if line >= first:
                statements[line] = (first, last)
            line = next(remaining, None)
        if line is None:
            break
    return statements

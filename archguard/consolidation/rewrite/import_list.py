"""The names in the list of a `from` import, with the comments and line ends that belong to each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import libcst

    from archguard.consolidation.rewrite.parsed_file import ParsedFile, Span

_REST_OF_LINE = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_LINE = re.compile(r"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_BLANK = re.compile(r"(?:\s|\\\r?\n|\\\r)*")
_COMMENT = re.compile(r"#[^\r\n]*")
_LAST_COMMA = re.compile(r",(?:[ \t\f]|\\\r?\n|\\\r)*\Z")


class ListedName(NamedTuple):
    """One name of a list, `name` or `name as local`, with the text around it."""

    alias: libcst.ImportAlias
    lead: str
    """What stands before it: comments on lines of their own, and the indentation."""
    text: str
    trail: str
    """What stands after it: the comma, and a comment to the end of the line."""

    @property
    def name(self) -> str:
        """What is imported."""
        name: str = self.alias.evaluated_name
        return name

    @property
    def local(self) -> str:
        """The name that it is bound to."""
        name: str = self.alias.evaluated_alias or self.name
        return name

    @property
    def comments(self) -> list[str]:
        """The comments that go with it."""
        return _COMMENT.findall(self.lead + self.trail)


class ImportList(NamedTuple):
    """The list of a `from` import."""

    head: str
    """What stands between the parenthesis and the first name or its comments."""
    names: tuple[ListedName, ...]
    tail: str
    """What stands after the last name and its comment."""

    def write(self, texts: Sequence[str | None]) -> str:
        """Return the list with other texts for its names; None leaves one out."""
        kept = [
            (listed, text) for listed, text in zip(self.names, texts, strict=True) if text is not None
        ]
        written = "".join(listed.lead + text + listed.trail for listed, text in kept)
        if texts[-1] is None:  # where the last name is gone, the comma before it has to go, too
            written = _LAST_COMMA.sub("", written)
        return self.head + written + self.tail


def read_import_list(file: ParsedFile, aliases: Sequence[libcst.ImportAlias], whole: Span) -> ImportList:
    """Return the names of a list.

    Args:
        file: the file.
        aliases: the names, at least one.
        whole: where the list stands, without its parentheses.
    """
    spans = [_find_alias(file, alias) for alias in aliases]
    between = [
        file.utf8[start:end].decode()
        for start, end in zip(
            [whole.start, *(span.end for span in spans)],
            [*(span.start for span in spans), whole.end],
            strict=True,
        )
    ]
    head, lead = _split_head(between[0])
    names = []
    for alias, span, gap in zip(aliases, spans, between[1:], strict=True):
        trail, rest = _split_gap(gap)
        names.append(ListedName(alias, lead, file.read(span), trail))
        lead = rest
    return ImportList(head, tuple(names), lead)


def write_moved(
    base: str, names: Iterable[tuple[ListedName, str]], indentation: str, newline: str, *, alone: bool
) -> str:
    """Return a new statement for names that leave a list, with their comments.

    Args:
        base: the module that they are imported from now.
        names: each name as it was, and its new text.
        indentation: of the statement.
        newline: the line end.
        alone: whether the statement has its line to itself; else comments cannot follow it.
    """
    names = list(names)
    comments = [comment for listed, _ in names for comment in listed.comments]
    plain = f"from {base} import " + ", ".join(text for _, text in names)
    if not comments or not alone:
        return plain
    if len(names) == 1 and len(comments) == 1:
        return f"{plain}  {comments[0]}"
    inner = _find_indentation(names, indentation)
    lines = [f"from {base} import ("]
    for listed, text in names:
        lines += [inner + comment for comment in _COMMENT.findall(listed.lead)]
        after = "".join(f"  {comment}" for comment in _COMMENT.findall(listed.trail))
        lines.append(f"{inner}{text},{after}")
    return newline.join([*lines, f"{indentation})"])


def _find_alias(file: ParsedFile, alias: libcst.ImportAlias) -> Span:
    start = file.find_span(alias.name)
    end = file.find_span(alias.asname.name) if alias.asname else start
    return start._replace(end=end.end)


def _split_head(text: str) -> tuple[str, str]:
    """Split what stands before the first name into the parenthesis's line, and the rest."""
    match = _LINE.match(text)
    return (text[: match.end()], text[match.end() :]) if match else (text, "")


def _split_gap(text: str) -> tuple[str, str]:
    """Split what stands between two names into what belongs to each."""
    comma = _find_comma(text)
    if comma is None:
        match = _LINE.match(text)
        return (text[: match.end()], text[match.end() :]) if match and "#" in match[0] else ("", text)
    match = _REST_OF_LINE.match(text, comma + 1)
    if match is not None:
        return text[: match.end()], text[match.end() :]
    match = _BLANK.match(text, comma + 1)
    end = match.end() if match else comma + 1
    return text[:end], text[end:]


def _find_comma(text: str) -> int | None:
    """Return where the comma between two names stands; None if there is none."""
    position = 0
    while position < len(text):
        comment = _COMMENT.match(text, position)
        if comment:
            position = comment.end()
        elif text[position] == ",":
            return position
        else:
            position += 1
    return None


def _find_indentation(names: Sequence[tuple[ListedName, str]], indentation: str) -> str:
    """Return the white space before the names of a list with several lines."""
    for listed, _ in names:
        if listed.lead and not listed.lead.rpartition("\n")[2].strip():
            return listed.lead.rpartition("\n")[2]
    return f"{indentation}    "

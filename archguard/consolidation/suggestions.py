"""Edits as suggestions of a pull request: whole lines, and what takes their place."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from archguard.checking.source_edit import RefusedEdit
from archguard.consolidation.file_changes import compute_digest
from archguard.graph.parsing.decoding import find_encoding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from archguard.checking.report import Identity, Report, Violation
    from archguard.checking.source_edit import SourceEdit

_UTF8 = frozenset({"utf-8", "utf8"})


class Suggestion(NamedTuple):
    """Some lines of a file, and what takes their place."""

    path: str
    first: int
    """The first line that is replaced, from 1."""
    last: int
    text: str
    """The new lines with line feeds between them, without the end of the last one. A byte order mark in
    the first line of a file is its first character.
    """
    violations: tuple[Identity, ...]
    """Those that it is a part of the rewriting of; all suggestions of a violation belong together."""


def make_suggestions(
    report: Report, contents: Mapping[str, bytes], changed: Mapping[str, Collection[int]]
) -> list[Suggestion]:
    """Return the suggestions for new violations all of whose edits stand on changed lines; sorted.

    Left out is what a forge could not write: a line of a file in another encoding than UTF-8 that holds
    more than ASCII.

    Args:
        report: violations with their edits.
        contents: path -> the bytes that the edits are about.
        changed: path -> the numbers of the lines that the change touches.
    """
    chosen: defaultdict[str, list[tuple[SourceEdit, Identity]]] = defaultdict(list)
    for violation in report.violations:
        edits = _list_edits(violation)
        if violation.status != "new" or not edits:
            continue
        if all(_stands_on_changed(edit, contents, changed) for edit in edits):
            for edit in edits:
                chosen[edit.path].append((edit, violation.identity))
    return sorted(
        suggestion
        for path, edits_of_file in chosen.items()
        for suggestion in _suggest(path, contents[path], sorted(edits_of_file))
    )


def _list_edits(violation: Violation) -> Sequence[SourceEdit]:
    edits = violation.edits
    return () if edits is None or isinstance(edits, RefusedEdit) else edits


def _stands_on_changed(
    edit: SourceEdit, contents: Mapping[str, bytes], changed: Mapping[str, Collection[int]]
) -> bool:
    content = contents.get(edit.path)
    if content is None or compute_digest(content) != edit.sha256:
        return False
    start, end = _find_lines(content, edit)
    first = content.count(b"\n", 0, start) + 1
    last = first + content[start:end].rstrip(b"\n").count(b"\n")
    if not frozenset(range(first, last + 1)).issubset(changed.get(edit.path, ())):
        return False
    is_utf8 = find_encoding(content).lower() in _UTF8
    return is_utf8 or (content[start:end].isascii() and edit.text.isascii())


def _find_lines(content: bytes, edit: SourceEdit) -> tuple[int, int]:
    """Return where the lines begin and end that hold an edit."""
    start = content.rfind(b"\n", 0, edit.start) + 1
    end = content.find(b"\n", max(edit.end - 1, edit.start))
    return start, len(content) if end < 0 else end + 1


def _suggest(
    path: str, content: bytes, edits: Sequence[tuple[SourceEdit, Identity]]
) -> Iterator[Suggestion]:
    """Yield a suggestion for each run of lines that edits have in common."""
    groups: list[tuple[int, int, list[tuple[SourceEdit, Identity]]]] = []
    for edit, identity in edits:
        start, end = _find_lines(content, edit)
        if groups and start < groups[-1][1]:
            before = groups.pop()
            groups.append((before[0], max(before[1], end), [*before[2], (edit, identity)]))
        else:
            groups.append((start, end, [(edit, identity)]))
    for start, end, several in groups:
        encoding = find_encoding(content)
        block, position = b"", start
        for edit, _ in several:
            block += content[position : edit.start] + edit.text.encode(encoding)
            position = edit.end
        block += content[position:end]
        first = content.count(b"\n", 0, start) + 1
        last = first + content[start:end].rstrip(b"\n").count(b"\n")
        lines = block.decode(encoding).replace("\r\n", "\n").removesuffix("\n")
        identities = tuple(sorted({identity for _, identity in several}))
        yield Suggestion(path, first, last, lines, identities)

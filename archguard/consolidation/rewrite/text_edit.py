"""Replace pieces of a text, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class TextEdit(NamedTuple):
    """Replace the bytes from `start` to `end` of a text in UTF-8; both are equal where text is added."""

    start: int
    end: int
    text: str


def apply_edits(utf8: bytes, edits: Iterable[TextEdit]) -> bytes:
    """Return a text with some pieces replaced.

    Args:
        utf8: the text, encoded as UTF-8.
        edits: in any order; no two of them overlap.
    """
    parts: list[bytes] = []
    position = 0
    for edit in sorted(edits):
        parts += [utf8[position : edit.start], edit.text.encode()]
        position = edit.end
    return b"".join([*parts, utf8[position:]])


def overlap(first: TextEdit, second: TextEdit) -> bool:
    """Return whether two edits are about the same piece; so are two that add at the same place."""
    if first.start == second.start:
        return True
    return first.start < second.end and second.start < first.end

"""The edits of files that rewrite a violation."""

from __future__ import annotations

from typing import NamedTuple


class SourceEdit(NamedTuple):
    """A piece of a file, and what takes its place."""

    path: str
    start: int
    """Where the piece begins, in bytes of the file."""
    end: int
    """Where it ends; both are equal where text is added."""
    sha256: str
    """Of the whole file that the places are in."""
    text: str


class RefusedEdit(NamedTuple):
    """Why a violation cannot be rewritten."""

    code: str
    path: str
    line: int


def move_edits(
    edits: tuple[SourceEdit, ...] | RefusedEdit | None, folder: str
) -> tuple[SourceEdit, ...] | RefusedEdit | None:
    """Return edits, or a refusal, with paths below a folder."""
    if edits is None:
        return None
    if isinstance(edits, RefusedEdit):
        return edits._replace(path=f"{folder}/{edits.path}")
    return tuple(edit._replace(path=f"{folder}/{edit.path}") for edit in edits)

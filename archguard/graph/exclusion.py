"""Leave out the files that the configuration excludes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from archguard.sources.source import COMPILED, MAX_FILE_BYTES, may_be_module

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archguard.sources.source import FileEntry, PathKind, ReadableTree, Unreadable

_PART = re.compile(r"\*\*|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)


@lru_cache(maxsize=16)
def compile_patterns(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return an expression that matches the whole of each path that the patterns exclude.

    A pattern is written as in .gitignore: one with a `/` is a path from the top, one without names a
    file or folder at any depth. `*` stands for anything in one name, `**` for any number of folders.
    All files below an excluded folder are excluded.
    """
    return re.compile("|".join(map(_translate, patterns)) or "(?!)", re.DOTALL)


def _translate(pattern: str) -> str:
    names = [name for name in pattern.split("/") if name not in ("", ".")]
    anywhere = "/" not in pattern.rstrip("/")
    translated = "(?:.*/)?" if anywhere else ""
    for number, name in enumerate(names):
        is_last = number == len(names) - 1
        if name == "**":
            translated += ".+" if is_last else "(?:.*/)?"
        else:
            translated += _translate_name(name) + ("" if is_last else "/")
    return f"(?:{translated})(?:/.*)?"


def _translate_name(name: str) -> str:
    segments = [""]
    for part in _PART.findall(name):
        if part in ("*", "**"):
            segments.append("")
        else:
            segments[-1] += _translate_part(part)
    first, *others = segments
    if not others:
        return first
    # What lies between two stars is matched where it occurs first, so that no pattern takes long.
    *inner, last = others
    return first + "".join(f"(?>[^/]*?{segment})" for segment in inner) + f"[^/]*{last}"


def _translate_part(part: str) -> str:
    if part == "?":
        return "[^/]"
    if len(part) == 1:
        return re.escape(part)
    negation = "^" if part[1] == "!" else ""
    characters = re.sub(r"[\\^\[\]&~|]", r"\\\g<0>", part[2:-1] if negation else part[1:-1])
    try:
        return re.compile(f"(?!/)[{negation}{characters}]").pattern
    except re.error:  # a range that runs backwards
        return re.escape(part)


class FilteredTree:
    """A tree without the files that some patterns exclude."""

    def __init__(self, tree: ReadableTree, patterns: Sequence[str]) -> None:
        """Filter a tree; see `compile_patterns`."""
        self.excluded: set[str] = set()
        """The excluded Python files that were met so far, compiled ones left out."""
        self._tree = tree
        self._match = compile_patterns(tuple(patterns)).fullmatch

    def get_kind(self, path: str) -> PathKind | None:
        """Return what a path leads to; None if it is excluded or does not exist."""
        return None if self._match(path) else self._tree.get_kind(path)

    def list_folders(self, path: str) -> list[str]:
        """Return the names of the folders directly inside the folder `path`, sorted."""
        start = f"{path}/" if path else ""
        return [name for name in self._tree.list_folders(path) if not self._match(start + name)]

    def find_python_files(self, folder: str) -> Iterator[FileEntry]:
        """Yield the entries below `folder` that are not excluded."""
        for entry in self._tree.find_python_files(folder):
            if not self._match(entry.path):
                yield entry
            elif entry.unread != COMPILED:
                self.excluded.add(entry.path)

    def holds_python(self, folder: str) -> bool:
        """Return whether `find_python_files` yields anything that may be a module."""
        return any(map(may_be_module, self.find_python_files(folder)))

    def read(self, paths: Sequence[str], limit: int = MAX_FILE_BYTES) -> Iterator[bytes | Unreadable]:
        """Yield the content of each file."""
        return self._tree.read(paths, limit)

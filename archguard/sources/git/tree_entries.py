"""The entries of a tree: what stands at each path, read on first use."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LINK, SUBMODULE, FOLDER = "120000", "160000", "040000"

TreeEntry = tuple[str, str]
"""Mode and object id, as git writes them."""


class TreeEntries:
    """The files, links and submodules of a tree, by path."""

    def __init__(self, list_files: Callable[[], Iterable[tuple[str, TreeEntry]]]) -> None:
        """Read nothing yet.

        Args:
            list_files: returns the path of each file, link and submodule, with its mode and object id.
                A verdict that is cached needs none of them.
        """
        self._list_files = list_files

    @cached_property
    def files(self) -> dict[str, TreeEntry]:
        """The mode and object id at each path."""
        return dict(self._list_files())

    @cached_property
    def child_counts(self) -> dict[str, int]:
        """Folder -> how many files and folders are directly inside it."""
        return count_children(self.files)

    @cached_property
    def special_paths(self) -> set[str]:
        """Links and submodules."""
        return {path for path, (mode, _) in self.files.items() if mode in (LINK, SUBMODULE)}


def count_children(paths: Iterable[str]) -> dict[str, int]:
    """Return how many of some files, and of the folders around them, are directly in each folder."""
    counts = Counter(path.rpartition("/")[0] for path in paths)
    counts.setdefault("", 0)
    folders = list(counts)
    while folders:
        folder = folders.pop()
        if not folder:
            continue
        parent = folder.rpartition("/")[0]
        if parent not in counts:
            folders.append(parent)
        counts[parent] += 1
    return dict(counts)

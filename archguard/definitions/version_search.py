"""Find modules of a history by their bytes; the bytes of each version are searched once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.discovery import Module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archguard.graph.incremental.discovery import ModuleVersion
    from archguard.sources.git.history import BlobSource
    from archguard.sources.source import FileContents

    FindFiles = Callable[[FileContents, Sequence[Module], Sequence[str]], Iterator[Module]]
    """`find_files_with_class` or `find_files_with_name`."""


class VersionSearch:
    """The modules of one commit whose text has something, changed in place into those of the next."""

    def __init__(self, blobs: BlobSource, find: FindFiles, patterns: Sequence[str]) -> None:
        """Search nothing yet.

        Args:
            blobs: the source of the contents.
            find: searches files for the patterns.
            patterns: as for `fnmatch`.
        """
        self._blobs = blobs
        self._find = find
        self._patterns = patterns
        self._is_hit: dict[str, bool] = {}
        """By object id."""
        self.modules: dict[str, Module] = {}

    def advance(self, changed: Mapping[str, ModuleVersion | None]) -> None:
        """Go on to the next commit, given its new versions; None for a module that is gone."""
        hits = self.search(version.blob for version in changed.values() if version is not None)
        for name, version in changed.items():
            if version is not None and version.blob in hits:
                self.modules[name] = version.module
            else:
                self.modules.pop(name, None)

    def search(self, blobs: Iterable[str]) -> set[str]:
        """Return those of some contents that have it."""
        asked = set(blobs)
        new = [Module(blob, blob, is_package=False) for blob in sorted(asked - self._is_hit.keys())]
        hits = {file.path for file in self._find(self._blobs, new, self._patterns)} if new else set()
        self._is_hit |= {file.path: file.path in hits for file in new}
        return {blob for blob in asked if self._is_hit[blob]}

"""The definitions of the commits of a history, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.class_search import find_files_with_class, find_files_with_name
from archguard.definitions.model import ModuleSymbols, UnreadModule
from archguard.definitions.resolver import Resolver
from archguard.definitions.version_search import VersionSearch
from archguard.definitions.version_symbols import VersionSymbols
from archguard.definitions.way_index import WayIndex
from archguard.graph.incremental.scan import version_key
from archguard.sources.source import STUB

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.definitions.version_search import FindFiles
    from archguard.graph.discovery import Module, UnusableFile
    from archguard.graph.incremental.analysis import IncrementalAnalysis
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.scanning.cache import Cache
    from archguard.sources.git.history import BlobSource


class CommitDefinitions:
    """The definitions of one commit, changed in place into those of the next.

    What is read of a version is kept; only names are followed again at each commit.
    """

    def __init__(
        self, analysis: IncrementalAnalysis, blobs: BlobSource, *, cache: Cache, jobs: int
    ) -> None:
        """Read nothing yet.

        Args:
            analysis: that of the commits.
            blobs: the source of the contents.
            cache: what earlier runs read.
            jobs: how many child processes read at the same time.
        """
        self._analysis = analysis
        self._blobs = blobs
        self._versions = VersionSymbols(blobs, cache=cache, jobs=jobs)
        self._searches: dict[tuple[FindFiles, tuple[str, ...]], VersionSearch] = {}
        self._unusable: tuple[tuple[UnusableFile, str | None], ...] = ()
        self._symbols = _CommitSymbols(analysis, self._versions)
        self._resolver: Resolver | None = None
        self.ways = WayIndex()
        """The ways to what contracts deprecate."""

    def advance(self, changes: ModuleChanges) -> None:
        """Become the definitions of the next commit, after the analysis has become that of it."""
        self._resolver = None
        self._unusable = changes.unread
        self._symbols = _CommitSymbols(self._analysis, self._versions)
        self.ways.advance(changes, self._analysis.analysis, self._symbols)
        for search in self._searches.values():
            search.advance(changes.changed)

    def close(self) -> None:
        """Kill the child processes, and cache what was read."""
        self._versions.close()

    @property
    def symbols(self) -> _CommitSymbols:
        """What each module binds and defines."""
        return self._symbols

    @property
    def resolver(self) -> Resolver:
        """Says what names lead to."""
        if self._resolver is None:
            self._resolver = Resolver(self._analysis.analysis, self._symbols)
        return self._resolver

    def find_modules_with_class(self, patterns: Sequence[str]) -> list[Module]:
        """Return the modules whose text may hold a class of a name that matches a pattern, sorted."""
        return sorted(self._search(find_files_with_class, patterns).modules.values())

    def find_files_with_class(self, patterns: Sequence[str]) -> list[str]:
        """Return the same of the unread files that are no modules: their paths, sorted."""
        files = [(file, blob) for file, blob in self._unusable if file.reason != STUB]
        hits = self._search(find_files_with_class, patterns).search(blob for _, blob in files if blob)
        return sorted(file.path for file, blob in files if blob is None or blob in hits)

    def find_modules_with_name(self, patterns: Sequence[str]) -> list[Module]:
        """Return the modules whose text may hold a name that matches a pattern, sorted."""
        return sorted(self._search(find_files_with_name, patterns).modules.values())

    def read_ahead(self, patterns: Sequence[str], changes_by_commit: Iterable[ModuleChanges]) -> None:
        """Read those versions of all commits at the same time that may hold a class of such a name."""
        versions = {
            version_key(version): version.blob
            for changes in changes_by_commit
            for version in changes.changed.values()
            if version is not None
        }
        hits = self._search(find_files_with_class, patterns).search(versions.values())
        self._versions.read(key for key, blob in versions.items() if blob in hits)

    def _search(self, find: FindFiles, patterns: Sequence[str]) -> VersionSearch:
        key = (find, tuple(patterns))
        if key not in self._searches:
            self._searches[key] = VersionSearch(self._blobs, find, patterns)
            self._searches[key].advance(self._analysis.list_versions())
        return self._searches[key]


class _CommitSymbols:
    """Reads the symbols of one commit: see `SymbolSource`."""

    def __init__(self, analysis: IncrementalAnalysis, versions: VersionSymbols) -> None:
        self._analysis = analysis
        self._versions = versions

    def get(self, module: str) -> ModuleSymbols | None:
        """Return the symbols of one module; None if it cannot be read, or does not exist."""
        read = self._read(module)
        return read if isinstance(read, ModuleSymbols) else None

    def read(self, names: Iterable[str]) -> dict[str, ModuleSymbols]:
        """Return the symbols of some modules, read at the same time, by name."""
        names = list(dict.fromkeys(names))
        versions = map(self._analysis.find_version, names)
        self._versions.read(version_key(version) for version in versions if version is not None)
        return {name: symbols for name in names if (symbols := self.get(name)) is not None}

    def find_unread(self, module: str) -> UnreadModule | None:
        """Return why a module could not be read; None if it was read."""
        read = self._read(module)
        return read if isinstance(read, UnreadModule) else None

    def _read(self, module: str) -> ModuleSymbols | UnreadModule | None:
        version = self._analysis.find_version(module)
        if version is None:
            return None
        return self._versions.get(version_key(version), version.module.path)

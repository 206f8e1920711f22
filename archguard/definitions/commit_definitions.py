"""The definitions of the commits of a history, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.class_search import find_files_with_class
from archguard.definitions.model import ModuleSymbols, UnreadModule
from archguard.definitions.resolver import Resolver
from archguard.definitions.version_symbols import VersionSymbols
from archguard.graph.discovery import Module
from archguard.graph.incremental.scan import version_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from archguard.graph.incremental.analysis import IncrementalAnalysis
    from archguard.graph.incremental.discovery import ModuleChanges, ModuleVersion
    from archguard.graph.incremental.scan import VersionKey
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
        self._searches: dict[tuple[str, ...], _ClassSearch] = {}
        self._symbols = _CommitSymbols(analysis, self._versions)
        self._resolver: Resolver | None = None

    def advance(self, changes: ModuleChanges) -> None:
        """Become the definitions of the next commit, after the analysis has become that of it."""
        self._resolver = None
        self._symbols = _CommitSymbols(self._analysis, self._versions)
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
        search = self._searches.get(tuple(patterns))
        if search is None:
            search = self._searches[tuple(patterns)] = _ClassSearch(self._blobs, patterns)
            search.advance(self._analysis.list_versions())
        return sorted(search.modules.values())


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


class _ClassSearch:
    """The modules of one commit whose text may hold a class of some name."""

    def __init__(self, blobs: BlobSource, patterns: Sequence[str]) -> None:
        self._blobs = blobs
        self._patterns = patterns
        self._is_hit: dict[VersionKey, bool] = {}
        self.modules: dict[str, Module] = {}

    def search(self, versions: Iterable[ModuleVersion]) -> None:
        """Look at the versions that were not looked at before."""
        new = {version_key(version) for version in versions} - self._is_hit.keys()
        blobs = [Module(blob, blob, is_package=False) for blob in sorted({blob for blob, _, _ in new})]
        hits = {one.path for one in find_files_with_class(self._blobs, blobs, self._patterns)}
        self._is_hit |= {key: key[0] in hits for key in new}

    def advance(self, changed: Mapping[str, ModuleVersion | None]) -> None:
        """Go on to the next commit, given its new versions; None for a module that is gone."""
        self.search(version for version in changed.values() if version is not None)
        for name, version in changed.items():
            if version is not None and self._is_hit[version_key(version)]:
                self.modules[name] = version.module
            else:
                self.modules.pop(name, None)

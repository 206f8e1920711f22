"""The definitions of a tree that is judged: nothing is read before it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from archguard.graph.module_index import Module
from archguard.sources.source import STUB

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from archguard.definitions.module_lookup import SymbolSource
    from archguard.definitions.resolver import Resolver
    from archguard.definitions.symbol_scan import SymbolScan
    from archguard.definitions.way_index import WayIndex
    from archguard.graph.model import Analysis
    from archguard.graph.scanning.cache import Cache
    from archguard.sources.source import Source


class Definitions(Protocol):
    """The definitions of one tree."""

    @property
    def ways(self) -> WayIndex:
        """The ways to what contracts deprecate."""

    @property
    def symbols(self) -> SymbolSource:
        """What each module binds and defines."""

    @property
    def resolver(self) -> Resolver:
        """Says what names lead to."""

    def find_modules_with_class(self, patterns: Sequence[str]) -> list[Module]:
        """Return the modules whose text may hold a class of a name that matches a pattern, sorted."""

    def find_files_with_class(self, patterns: Sequence[str]) -> list[str]:
        """Return the same of the unread files that are no modules: their paths, sorted.

        Type stubs are left out: they define nothing.
        """

    def find_modules_with_name(self, patterns: Sequence[str]) -> list[Module]:
        """Return the modules whose text may hold a name that matches a pattern, sorted."""


class TreeDefinitions:
    """The definitions of a folder or commit; a context manager."""

    def __init__(self, source: Source, analysis: Analysis, *, cache: Cache, jobs: int) -> None:
        """Read nothing yet.

        Args:
            source: the tree.
            analysis: which modules it has.
            cache: what earlier runs read.
            jobs: how many child processes read at the same time.
        """
        self._source = source
        self._analysis = analysis
        self._cache = cache
        self._jobs = jobs
        self._scan: SymbolScan | None = None
        self._resolver: Resolver | None = None
        self._ways: WayIndex | None = None

    def __enter__(self) -> TreeDefinitions:
        """Return the definitions themselves."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill the child processes, and cache what was read unless there was an error."""
        if self._scan is not None:
            self._scan.__exit__(kind, error, traceback)

    @property
    def ways(self) -> WayIndex:
        """The ways to what contracts deprecate."""
        if self._ways is None:
            from archguard.definitions.way_index import WayIndex  # noqa: PLC0415 (rarely needed)

            self._ways = WayIndex()
        return self._ways

    @property
    def symbols(self) -> SymbolScan:
        """What each module binds and defines."""
        if self._scan is None:
            from archguard.definitions.symbol_scan import SymbolScan  # noqa: PLC0415 (rarely needed)

            self._scan = SymbolScan(
                self._source, self._analysis.modules, cache=self._cache, jobs=self._jobs
            )
        return self._scan

    @property
    def resolver(self) -> Resolver:
        """Says what names lead to."""
        if self._resolver is None:
            from archguard.definitions.resolver import Resolver  # noqa: PLC0415 (rarely needed)

            self._resolver = Resolver(self._analysis, self.symbols)
        return self._resolver

    def find_modules_with_class(self, patterns: Sequence[str]) -> list[Module]:
        """Return the modules whose text may hold a class of a name that matches a pattern, sorted."""
        from archguard.definitions.class_search import find_files_with_class  # noqa: PLC0415

        modules = sorted(self._analysis.modules.values())
        return [*find_files_with_class(self._source, modules, patterns)]

    def find_files_with_class(self, patterns: Sequence[str]) -> list[str]:
        """Return the same of the unread files that are no modules: their paths, sorted."""
        from archguard.definitions.class_search import find_files_with_class  # noqa: PLC0415

        files = [
            Module(file.path, file.path, is_package=False)
            for file in self._analysis.unread
            if file.module is None and file.reason != STUB
        ]
        return sorted(file.path for file in find_files_with_class(self._source, files, patterns))

    def find_modules_with_name(self, patterns: Sequence[str]) -> list[Module]:
        """Return the modules whose text may hold a name that matches a pattern, sorted."""
        from archguard.definitions.class_search import find_files_with_name  # noqa: PLC0415

        modules = sorted(self._analysis.modules.values())
        return [*find_files_with_name(self._source, modules, patterns)]

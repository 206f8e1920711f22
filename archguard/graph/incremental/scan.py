"""Scan every version of every module once; results are cached by object id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph.discovery import Module
from archguard.graph.model import ScanResult, parse_scan_result
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.scanning.cache import make_key
from archguard.graph.scanning.pool import ScanPool
from archguard.graph.scanning.text_search import search_deadly, search_unusable
from archguard.graph.scanning.workers import WorkerProcesses, make_scanner_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor

    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.discovery import UnusableFile
    from archguard.graph.incremental.discovery import ModuleVersion
    from archguard.graph.model import AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.workers import BatchResult
    from archguard.sources.git.history import BlobSource

# Larger batches of a history contain a syntax error more often than not, and then are scanned twice.
_BATCH_BYTES = 1_000_000
_MIN_PART_SIZE = 5000
"""How many versions a part of the cache holds at least."""
_MAX_PARTS = 20
"""About how many parts one run writes at most."""

VersionKey = tuple[str, str, bool]
"""Object id, module name, whether it is a package."""


def version_key(version: ModuleVersion) -> VersionKey:
    """Return what the result of a version depends on, besides the options."""
    return (version.blob, version.module.name, version.module.is_package)


class IncrementalScan:
    """The scan results of every version of every module."""

    def __init__(
        self,
        blobs: BlobSource,
        options: AnalysisOptions,
        *,
        cache: Cache,
        jobs: int,
        executor: Executor | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Create a scan without results.

        Args:
            blobs: the source of the contents.
            options: what to look for.
            cache: results of earlier runs.
            jobs: number of child processes.
            executor: runs the scan elsewhere; None to use child processes of this one.
            progress: called with the number of versions scanned so far and of all versions.
        """
        self._blobs = blobs
        self._cache = cache
        self._progress = progress
        scanner_options = make_scanner_options(blobs.spec(), options)
        self._scanner_options = scanner_options._replace(batch_bytes=_BATCH_BYTES)
        self._cache_name = self._name_cache() if cache.folder is not None else ""
        self._finder = ReferenceFinder(options.deprecated, options.deprecated_symbols)
        self._jobs = jobs
        self._executor = executor
        self._unsaved: dict[str, Any] = {}
        self._part_size = _MIN_PART_SIZE
        self._part_count = 0
        """The number of parts: cache documents that are joined into one at the end of a run."""
        self._done = self._total = 0
        self._bindings: dict[VersionKey, ModuleBindings | None] = {}
        self._bindings_reader: WorkerProcesses | None = None
        self.results: dict[VersionKey, ScanResult] = {}

    def _name_cache(self) -> str:
        """Return the cache key of all scans with the same options by the same version."""
        from archguard.graph.grimp_api import GRIMP_VERSION  # noqa: PLC0415 (takes a while to load)

        settings = self._scanner_options.select_for_cache_key()
        return make_key(["versions", archguard.__version__, GRIMP_VERSION, settings])

    def scan(self, versions: Iterable[ModuleVersion]) -> None:
        """Put the result of every version into `results`, from the cache or by scanning.

        Raises:
            WorkerError: no child process can be started.
        """
        keys = list(dict.fromkeys(map(version_key, versions)))
        entries = self._load()
        self._total = len(keys)
        unknown = []
        for key in keys:
            entry = entries.get(_cache_key(key))
            if entry is None:
                blob, name, is_package = key
                unknown.append(Module(name=name, path=blob, is_package=is_package))
            else:
                self.results[key] = parse_scan_result(entry)
        self._advance(len(self.results))
        if unknown:
            self._scan_all(unknown)
        if self._part_count:
            self._join_parts(entries)

    def _scan_all(self, modules: Sequence[Module]) -> None:
        self._part_size = max(_MIN_PART_SIZE, len(modules) // _MAX_PARTS)
        pool = ScanPool(self._scanner_options, jobs=self._jobs, executor=self._executor)
        try:
            pool.scan(modules, self._add)
        finally:
            pool.close()
            self._store_part()

    def _join_parts(self, entries: dict[str, Any]) -> None:
        for number in range(self._part_count):
            entries |= self._cache.load(self._part_name(number))
        self._cache.store(self._cache_name, entries)
        while self._part_count:  # last one first: an interruption leaves no gap in the numbers
            self._part_count -= 1
            self._cache.remove(self._part_name(self._part_count))

    def search(self, file: UnusableFile, blob: str | None) -> ScanResult:
        """Return the result for a file that cannot be a module; `blob` is the id of its content."""
        return search_unusable(file, self._blobs, self._finder, blob)

    def read_bindings(self, key: VersionKey) -> ModuleBindings | None:
        """Return what a version of a module binds, read by a child process; None if it cannot be read.

        Raises:
            WorkerError: no child process can be started.
        """
        if key not in self._bindings:
            if self._bindings_reader is None:
                self._bindings_reader = WorkerProcesses(self._scanner_options, threads=1)
            blob, name, is_package = key
            self._bindings[key] = self._bindings_reader.read_bindings(Module(name, blob, is_package))
        return self._bindings[key]

    def close(self) -> None:
        """Kill the child process that reads bindings."""
        if self._bindings_reader is not None:
            self._bindings_reader.close()

    def _load(self) -> dict[str, Any]:
        entries = self._cache.load(self._cache_name)
        # An interrupted run leaves its parts behind.
        while part := self._cache.load(self._part_name(self._part_count)):
            entries |= part
            self._part_count += 1
        return entries

    def _part_name(self, number: int) -> str:
        return f"{self._cache_name}-{number}"

    def _add(self, part: BatchResult) -> None:
        results = part.results
        for module, result in results.items():
            key = (module.path, module.name, module.is_package)
            if result.get("died"):
                self.results[key] = search_deadly(module, result["reason"], self._blobs, self._finder)
            else:
                self.results[key] = parse_scan_result(result)
        self._unsaved |= {
            _cache_key((module.path, module.name, module.is_package)): result
            for module, result in results.items()
            if result.get("fingerprint") and not result.get("died")
        }
        if len(self._unsaved) >= self._part_size:
            self._store_part()
        self._advance(len(results))

    def _store_part(self) -> None:
        if self._unsaved:
            self._cache.store(self._part_name(self._part_count), self._unsaved)
            self._part_count += 1
            self._unsaved = {}

    def _advance(self, count: int) -> None:
        self._done += count
        if self._progress is not None:
            self._progress(self._done, self._total)


def _cache_key(key: VersionKey) -> str:
    blob, name, is_package = key
    return f"{blob} {name}{'/' if is_package else ''}"

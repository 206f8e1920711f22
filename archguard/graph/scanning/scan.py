"""Scan the modules of one source, taking what is known of unchanged files from the cache."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph.scanning.cache import CompressedDocument, make_key
from archguard.graph.scanning.child import start_children
from archguard.graph.scanning.daemon_threads import DaemonThreads
from archguard.graph.scanning.fingerprints import Fingerprints
from archguard.graph.scanning.pool import ScanPool
from archguard.graph.scanning.protocol import RawScanResult, pack_results, unpack_results
from archguard.graph.scanning.workers import WorkerProcesses, make_scanner_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.discovery import Module
    from archguard.graph.model import AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.child import ChildProcess
    from archguard.graph.scanning.workers import BatchResult, RawScanResults
    from archguard.graph.tree_state import TreeState
    from archguard.sources.source import Source


class Scan:
    """One scan of a source; `close` it in the end."""

    def __init__(
        self,
        source: Source,
        options: AnalysisOptions,
        *,
        cache: Cache,
        jobs: int,
        started: Sequence[ChildProcess] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Start a child process if the cache is empty.

        Args:
            source: what to scan.
            options: what to look for.
            cache: results of earlier scans.
            jobs: how many child processes scan at the same time.
            started: child processes that were started already.
            progress: called with the number of modules done and of all modules.
        """
        self.source = source
        self.options = options
        self.cache = cache
        self._progress = progress
        self._done = self._total = 0
        self._scanner_options = make_scanner_options(source.spec(), options)
        self._pool = ScanPool(
            self._scanner_options, jobs=jobs, started=started or start_children(cache, jobs)
        )
        self._fingerprints = Fingerprints(source, cache)
        # A commit's tree names the content of each file. A folder's files may have to be read for that.
        self._children_may_read = source.commit is None and jobs > 1
        self._bindings_reader: WorkerProcesses | None = None
        self._thread = DaemonThreads(1)
        self._pending_stores: list[Future[None]] = []

    def close(self) -> None:
        """Kill the child processes, and wait until the cache is written."""
        try:
            for future in self._pending_stores:
                future.result()
        finally:
            self._thread.shutdown(wait=False)
            self._pool.close()

    def read_bindings(self, module: Module) -> ModuleBindings | None:
        """Return what a module binds; None if it cannot be read.

        A child process of its own reads it, started on first use: most trees need none.

        Raises:
            WorkerError: no child process can be started.
        """
        if self._bindings_reader is None:
            self._bindings_reader = WorkerProcesses(self._scanner_options, threads=1)
        return self._bindings_reader.read_bindings(module)

    def run(self, tree: TreeState, on_results: Callable[[RawScanResults], None]) -> None:
        """Scan each module, or take its result from the cache.

        Args:
            tree: the modules to scan, and their files' stamps.
            on_results: called with the results of some modules at a time, in the caller's thread.

        Raises:
            WorkerError: no child process can be started.
        """
        modules = list(tree.discovery.modules.values())
        self._total = len(modules)
        entries = {} if self.cache.is_empty() else _read_entries(self.cache.load(self._make_key()))
        cached = self._select_unchanged(tree, entries)
        on_results(cached)
        self._advance(len(cached))
        remaining = [module for module in modules if module not in cached]
        if remaining:
            document = CompressedDocument()

            def handle(batch: BatchResult) -> None:
                on_results(batch.results)
                for module, result in batch.results.items():
                    self._fingerprints.add(module.path, result.get("stamp"), result.get("fingerprint"))
                for answer in batch.answers:
                    document.add(answer)
                self._advance(len(batch.results))

            self._pool.scan(remaining, handle)
            other_entries = _remove_modules(entries, remaining)
            self._pending_stores.append(self._thread.submit(self._store, document, other_entries))
        self._pending_stores.append(self._thread.submit(self._fingerprints.store))

    def _make_key(self) -> str:
        """Return the cache key of all scans with the same options by the same version."""
        from archguard.graph.grimp_api import GRIMP_VERSION  # noqa: PLC0415 (takes a while to load)

        about = self._scanner_options.select_for_cache_key()
        return make_key([archguard.__version__, GRIMP_VERSION, about])

    def _store(self, document: CompressedDocument, other_entries: Mapping[str, Any]) -> None:
        self._pool.close()  # first, because the system takes a while to free the children's memory
        if other_entries:
            answer = pack_results(list(other_entries), other_entries.values())
            document.add(json.dumps(answer, separators=(",", ":")).encode())
        self.cache.store(self._make_key(), document)

    def _select_unchanged(self, tree: TreeState, entries: Mapping[str, Any]) -> RawScanResults:
        """Return the cached results of the modules whose content is still the same."""
        candidates = [module for module in tree.discovery.modules.values() if module.path in entries]
        if not candidates:
            return {}
        stamps = {module.path: tree.stamps[module.path] for module in candidates}
        pool = self._pool if self._children_may_read else None
        fingerprints = self._fingerprints.compute(stamps, pool, self._thread)
        return {
            module: {**entries[module.path], "stamp": stamps[module.path]}
            for module in candidates
            if (fingerprint := fingerprints[module.path]) is not None
            and entries[module.path]["fingerprint"] == fingerprint
        }

    def _advance(self, count: int) -> None:
        self._done = min(self._done + count, self._total)
        if self._progress is not None:
            self._progress(self._done, self._total)


def _remove_modules(entries: Mapping[str, Any], modules: Iterable[Module]) -> dict[str, Any]:
    paths = {module.path for module in modules}
    return {path: entry for path, entry in entries.items() if path not in paths}


def _read_entries(document: Mapping[str, Any]) -> dict[str, RawScanResult]:
    """Return the cached result for each path, without those of files that could not be read."""
    return {
        path: result
        for answer in document.get("parts", ())
        for path, result in zip(answer["paths"], unpack_results(answer), strict=True)
        if result.get("fingerprint")
    }

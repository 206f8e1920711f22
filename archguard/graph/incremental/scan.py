"""Scanning every version of every module once, with what earlier runs found kept by object id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph.discovery import Module
from archguard.graph.grimp_api import GRIMP_VERSION
from archguard.graph.model import Scanned, scanned
from archguard.graph.parsing.decoding import decode_leniently
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.scanning.cache import make_key
from archguard.graph.scanning.pool import ScanPool
from archguard.graph.scanning.workers import make_scanner_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor

    from archguard.graph.incremental.discovery import Version
    from archguard.graph.model import Options
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.workers import BatchResult
    from archguard.sources.git.history import Objects

# A syntax error is as likely as not in a history's batch, and costs the others in it a second scan.
_BATCH_BYTES = 1_000_000
_KEPT_AT_ONCE, _PARTS = 5000, 20  # versions in a part of the cache; parts that there are about, if more

Key = tuple[str, str, bool]
"""Object id, module name, whether it is a package."""


def key(version: Version) -> Key:
    """What a version's result depends on, besides the options."""
    return (version.blob, version.module.name, version.module.is_package)


class IncrementalScan:
    """What each version of each module says."""

    def __init__(
        self,
        objects: Objects,
        options: Options,
        *,
        cache: Cache,
        jobs: int,
        executor: Executor | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Read nothing yet.

        Args:
            objects: where contents come from.
            options: what to look for.
            cache: results of earlier runs.
            jobs: child processes at once.
            executor: where to scan; None: in children of this process.
            progress: called with the number of versions done and of all.
        """
        self._objects = objects
        self._cache = cache
        self._progress = progress
        scanner_options = make_scanner_options(objects.spec(), options)
        self._scanner_options = scanner_options._replace(batch_bytes=_BATCH_BYTES)
        about = self._scanner_options.select_for_cache_key()
        self._name = make_key(["versions", archguard.__version__, GRIMP_VERSION, about])
        self._search = ReferenceFinder(options.deprecated)
        self._jobs = jobs
        self._executor = executor
        self._fresh: dict[str, Any] = {}
        self._part_size = _KEPT_AT_ONCE
        self._parts = 0
        """How many parts of the cache there are; each is a document of its own until all are joined."""
        self._done = self._total = 0
        self.found: dict[Key, Scanned] = {}

    def scan(self, versions: Iterable[Version]) -> None:
        """Have every version in `found`, from the cache or anew.

        Raises:
            WorkerError: no child process can be started.
        """
        keys = list(dict.fromkeys(map(key, versions)))
        entries = self._load()
        self._total = len(keys)
        unknown = []
        for one in keys:
            entry = entries.get(_text(one))
            if entry is None:
                unknown.append(Module(name=one[1], path=one[0], is_package=one[2]))
            else:
                self.found[one] = scanned(entry)
        self._advance(len(self.found))
        if unknown:
            self._scan_all(unknown)
        if self._parts:
            self._join_parts(entries)

    def _scan_all(self, modules: Sequence[Module]) -> None:
        self._part_size = max(_KEPT_AT_ONCE, len(modules) // _PARTS)
        pool = ScanPool(self._scanner_options, jobs=self._jobs, executor=self._executor)
        try:
            pool.scan(modules, self._keep)
        finally:
            pool.close()
            self._store_part()

    def _join_parts(self, entries: dict[str, Any]) -> None:
        for number in range(self._parts):
            entries |= self._cache.load(self._part(number))
        self._cache.store(self._name, entries)
        while self._parts:  # the last one first: whatever interrupts this, there is no gap
            self._parts -= 1
            self._cache.remove(self._part(self._parts))

    def names_in(self, blob: str | None, module: str, *, is_package: bool) -> Scanned:
        """What the text of a file says that no child can scan; None: a file without a content."""
        content = next(self._objects.read([blob])) if blob else b""
        if not isinstance(content, bytes):
            return Scanned()
        names = self._search.find_names(decode_leniently(content), module, is_package=is_package)
        return Scanned(names=tuple(names))

    def _load(self) -> dict[str, Any]:
        entries = self._cache.load(self._name)
        # Parts are what an interrupted run left behind.
        while part := self._cache.load(self._part(self._parts)):
            entries |= part
            self._parts += 1
        return entries

    def _part(self, number: int) -> str:
        return f"{self._name}-{number}"

    def _keep(self, part: BatchResult) -> None:
        results = part.results
        for module, result in results.items():
            one = (module.path, module.name, module.is_package)
            if result.get("died"):
                said = self.names_in(module.path, module.name, is_package=module.is_package)
                self.found[one] = said._replace(reason=result["reason"])
            else:
                self.found[one] = scanned(result)
        self._fresh |= {
            _text((module.path, module.name, module.is_package)): result
            for module, result in results.items()
            if result.get("fingerprint") and not result.get("died")
        }
        if len(self._fresh) >= self._part_size:
            self._store_part()
        self._advance(len(results))

    def _store_part(self) -> None:
        if self._fresh:
            self._cache.store(self._part(self._parts), self._fresh)
            self._parts += 1
            self._fresh = {}

    def _advance(self, count: int) -> None:
        self._done += count
        if self._progress is not None:
            self._progress(self._done, self._total)


def _text(one: Key) -> str:
    blob, name, is_package = one
    return f"{blob} {name}{'/' if is_package else ''}"

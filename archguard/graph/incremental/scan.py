"""Scanning every version of every module once, with what earlier runs found kept by object id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph.discovery import Module
from archguard.graph.grimp_api import GRIMP_VERSION
from archguard.graph.model import ScanResult, parse_scan_result
from archguard.graph.parsing.decoding import decode_anyhow
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.scanning.cache import key_name
from archguard.graph.scanning.pool import Pool
from archguard.graph.scanning.scan import heads
from archguard.graph.scanning.workers import SetUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor

    from archguard.graph.incremental.discovery import ModuleVersion
    from archguard.graph.model import AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.workers import Part
    from archguard.sources.git.history import BlobSource

# A syntax error is as likely as not in a history's batch, and costs the others in it a second scan.
_BATCH_BYTES = 1_000_000
_KEPT_AT_ONCE, _PARTS = 5000, 20  # versions in a part of the cache; parts that there are about, if more

VersionKey = tuple[str, str, bool]
"""Object id, module name, whether it is a package."""


def version_key(version: ModuleVersion) -> VersionKey:
    """What a version's result depends on, besides the options."""
    return (version.blob, version.module.name, version.module.is_package)


class IncrementalScan:
    """What each version of each module says."""

    def __init__(
        self,
        objects: BlobSource,
        options: AnalysisOptions,
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
        self._set_up = SetUp(
            source=objects.spec(),
            scanner={
                "heads": heads(options),
                "exclude_type_checking_imports": options.exclude_type_checking_imports,
            },
            expressions=options.deprecated,
            batch_bytes=_BATCH_BYTES,
        )
        about = self._set_up._asdict()
        del about["source"], about["batch_bytes"]
        self._name = key_name(["versions", archguard.__version__, GRIMP_VERSION, about])
        self._search = ReferenceFinder(options.deprecated)
        self._jobs = jobs
        self._executor = executor
        self._fresh: dict[str, Any] = {}
        self._part_size = _KEPT_AT_ONCE
        self._parts = 0
        """How many parts of the cache there are; each is a document of its own until all are joined."""
        self._done = self._total = 0
        self.results: dict[VersionKey, ScanResult] = {}

    def scan(self, versions: Iterable[ModuleVersion]) -> None:
        """Have every version in `found`, from the cache or anew.

        Raises:
            WorkerError: no child process can be started.
        """
        keys = list(dict.fromkeys(map(version_key, versions)))
        entries = self._load()
        self._total = len(keys)
        unknown = []
        for one in keys:
            entry = entries.get(_text(one))
            if entry is None:
                unknown.append(Module(name=one[1], path=one[0], is_package=one[2]))
            else:
                self.results[one] = parse_scan_result(entry)
        self._advance(len(self.results))
        if unknown:
            self._scan_all(unknown)
        if self._parts:
            self._join_parts(entries)

    def _scan_all(self, modules: Sequence[Module]) -> None:
        self._part_size = max(_KEPT_AT_ONCE, len(modules) // _PARTS)
        pool = Pool(self._set_up, jobs=self._jobs, executor=self._executor)
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

    def find_names(self, blob: str | None, module: str, *, is_package: bool) -> ScanResult:
        """What the text of a file says that no child can scan; None: a file without a content."""
        content = next(self._objects.read([blob])) if blob else b""
        if not isinstance(content, bytes):
            return ScanResult()
        names = self._search.names_in(decode_anyhow(content), module, is_package=is_package)
        return ScanResult(names=tuple(names))

    def _load(self) -> dict[str, Any]:
        entries = self._cache.load(self._name)
        # Parts are what an interrupted run left behind.
        while part := self._cache.load(self._part(self._parts)):
            entries |= part
            self._parts += 1
        return entries

    def _part(self, number: int) -> str:
        return f"{self._name}-{number}"

    def _keep(self, part: Part) -> None:
        results = part.results
        for module, result in results.items():
            one = (module.path, module.name, module.is_package)
            if result.get("died"):
                said = self.find_names(module.path, module.name, is_package=module.is_package)
                self.results[one] = said._replace(reason=result["reason"])
            else:
                self.results[one] = parse_scan_result(result)
        self._fresh |= {
            _text((module.path, module.name, module.is_package)): result
            for module, result in results.items()
            if result.get("print") and not result.get("died")
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


def _text(one: VersionKey) -> str:
    blob, name, is_package = one
    return f"{blob} {name}{'/' if is_package else ''}"

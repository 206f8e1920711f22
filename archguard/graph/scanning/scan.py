"""Scanning modules, with the cache in between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph.scanning.cache import Document, key_name
from archguard.graph.scanning.daemon_threads import DaemonThreads
from archguard.graph.scanning.early import children
from archguard.graph.scanning.fingerprints import Fingerprints
from archguard.graph.scanning.pool import Pool
from archguard.graph.scanning.protocol import Result, pack, unpack
from archguard.graph.scanning.workers import SetUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from archguard.graph.discovery import Module
    from archguard.graph.model import AnalysisOptions
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.child import Child
    from archguard.graph.scanning.workers import Part, Results
    from archguard.graph.tree_state import TreeState
    from archguard.sources.source import Source


class Scan:
    """What the modules of one source import, each read once."""

    def __init__(
        self,
        source: Source,
        options: AnalysisOptions,
        *,
        cache: Cache,
        jobs: int,
        started: Sequence[Child] = (),
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Start the child processes that will be needed, unless that was done."""
        self.source = source
        self.options = options
        self._cache = cache
        self._progress = progress
        self._done = self._total = 0
        self._set_up = SetUp(
            source=source.spec(),
            scanner={
                "heads": heads(options),
                "exclude_type_checking_imports": options.exclude_type_checking_imports,
            },
            expressions=options.deprecated,
        )
        self._pool = Pool(self._set_up, jobs=jobs, started=started or children(cache, jobs))
        self._prints = Fingerprints(source, cache)
        # What a commit's files hold, its tree says; those of a folder may have to be read.
        self._may_share = source.commit is None and jobs > 1
        self._aside = DaemonThreads(1)
        self._storing: list[Future[None]] = []

    def close(self) -> None:
        """End the child processes, and wait until the cache is written."""
        try:
            for storing in self._storing:
                storing.result()
        finally:
            self._aside.shutdown(wait=False)
            self._pool.close()

    def run(self, tree_state: TreeState, keep: Callable[[Results], None]) -> None:
        """Scan each module, or take its result from the cache.

        Args:
            tree_state: what there is to scan.
            keep: is given the results of some as they are ready, all in the thread of the caller.

        Raises:
            WorkerError: no child process can be started.
        """
        modules = list(tree_state.discovery.modules.values())
        self._total = len(modules)
        entries = {} if self._cache.is_empty() else _entries(self._cache.load(self._name()))
        known = self._known(tree_state, entries)
        keep(known)
        self._advance(len(known))
        unknown = [module for module in modules if module not in known]
        if unknown:
            fresh = Document()

            def keep_and_store(part: Part) -> None:
                keep(part.results)
                for answer in part.answers:
                    fresh.add(answer)
                self._advance(len(part.results))

            self._pool.scan(unknown, keep_and_store)
            old = _without(entries, unknown)
            self._storing.append(self._aside.submit(self._store, fresh, old))

    def _name(self) -> str:
        """What the results of such a scan are kept under."""
        from archguard.graph.grimp_api import GRIMP_VERSION  # noqa: PLC0415 (takes a while to load)

        about = self._set_up._asdict()
        del about["source"]  # what was read is told by its fingerprint
        return key_name([archguard.__version__, GRIMP_VERSION, about])

    def _store(self, document: Document, old: Mapping[str, Any]) -> None:
        self._pool.close()  # first: what the children hold takes the system a while to free
        if old:
            document.add(json.dumps(pack(list(old), old.values()), separators=(",", ":")).encode())
        self._cache.store(self._name(), document)

    def _known(self, tree_state: TreeState, entries: Mapping[str, Any]) -> Results:
        kept = [module for module in tree_state.discovery.modules.values() if module.path in entries]
        if not kept:
            return {}
        stamps = {module.path: tree_state.stamps[module.path] for module in kept}
        prints = self._prints.of(stamps, self._pool if self._may_share else None, self._aside)
        self._storing.append(self._aside.submit(self._prints.store))
        return {
            module: {**entries[module.path], "stamp": stamps[module.path]}
            for module in kept
            if (found := prints[module.path]) is not None and entries[module.path]["print"] == found
        }

    def _advance(self, count: int) -> None:
        self._done = min(self._done + count, self._total)
        if self._progress is not None:
            self._progress(self._done, self._total)


def heads(options: AnalysisOptions) -> list[str] | None:
    """What names must begin with to lead anywhere that matters; None: anything does."""
    heads = {name.partition(".")[0] for name in (*options.root_packages, *options.deprecated)}
    return None if options.include_external_packages or heads & {"*", "**"} else sorted(heads)


def _without(entries: Mapping[str, Any], modules: Iterable[Module]) -> dict[str, Any]:
    paths = {module.path for module in modules}
    return {path: entry for path, entry in entries.items() if path not in paths}


def _entries(document: Mapping[str, Any]) -> dict[str, Result]:
    """What is kept for each path; a file that could not be read is tried again."""
    return {
        path: result
        for answer in document.get("parts", ())
        for path, result in zip(answer["paths"], unpack(answer), strict=True)
        if result.get("print")
    }

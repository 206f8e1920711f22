"""Scanning modules, with the cache in between."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import archguard
from archguard.graph import GRIMP_VERSION
from archguard.graph.cache import Document, key_name
from archguard.graph.child import WorkerError
from archguard.graph.parts import Pool
from archguard.graph.threads import DaemonThreads
from archguard.graph.workers import SetUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future

    from archguard.graph.cache import Cache
    from archguard.graph.discovery import Module
    from archguard.graph.facts import Options
    from archguard.graph.workers import Results
    from archguard.sources import Source

_AT_ONCE = 400  # files: what the last reader may be late by


class Scan:
    """What the modules of one source import, each read once."""

    def __init__(
        self,
        source: Source,
        options: Options,
        *,
        cache: Cache,
        jobs: int,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Start the child processes that will be needed, as far as that is certain."""
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
        self._pool = Pool(self._set_up, jobs=jobs)
        self._aside = DaemonThreads(1)
        self._storing: Future[None] | None = None
        if cache.is_empty():
            self._pool.start(jobs)
        elif source.commit is None and jobs > 1:
            with suppress(WorkerError):  # then this process reads alone
                self._pool.start(1)  # files have to be read to know whether they changed

    def close(self) -> None:
        """End the child processes, and wait until the cache is written."""
        try:
            if self._storing is not None:
                self._storing.result()
        finally:
            self._aside.shutdown(wait=False)
            self._pool.close()

    def run(self, modules: Sequence[Module], keep: Callable[[Results], None]) -> None:
        """Scan each module, or take its result from the cache.

        Args:
            modules: what to scan.
            keep: is given the results of some as they are ready, all in the thread of the caller.

        Raises:
            WorkerError: no child process can be started.
        """
        self._total = len(modules)
        about = asdict(self._set_up)
        del about["source"]  # what was read is told by its fingerprint
        name = key_name([archguard.__version__, GRIMP_VERSION, about])
        entries = self._cache.load(name)
        known = self._known(modules, entries)
        keep(known)
        self._advance(len(known))
        unknown = [module for module in modules if module not in known]
        if unknown:
            fresh = Document()

            def keep_and_store(results: Results) -> None:
                keep(results)
                fresh.add(_entries(results))
                self._advance(len(results))

            self._pool.scan(unknown, keep_and_store)
            self._storing = self._aside.submit(self._store, name, fresh, _without(entries, unknown))

    def _store(self, name: str, document: Document, old: Mapping[str, Any]) -> None:
        self._pool.close()  # first: what the children hold takes the system a while to free
        document.add(old)
        self._cache.store(name, document)

    def _known(self, modules: Sequence[Module], entries: Mapping[str, Any]) -> Results:
        prints = self._fingerprints([m.path for m in modules if m.path in entries])
        return {
            module: entries[module.path]
            for module in modules
            if (found := prints.get(module.path)) is not None and entries[module.path]["print"] == found
        }

    def _fingerprints(self, paths: Sequence[str]) -> dict[str, str | None]:
        """Of each path its content's; a child that was started takes its share of the reading."""
        parts = deque(paths[start : start + _AT_ONCE] for start in range(0, len(paths), _AT_ONCE))
        prints: dict[str, str | None] = {}

        def take(read: Callable[[Sequence[str]], Iterable[str | None] | None]) -> None:
            while True:
                try:
                    part = parts.popleft()
                except IndexError:  # another thread was faster
                    return
                found = read(part)
                if found is None:
                    parts.append(part)
                    return
                prints.update(zip(part, found, strict=True))

        theirs = self._aside.submit(take, self._pool.fingerprints)
        take(self.source.fingerprints)
        theirs.result()
        take(self.source.fingerprints)  # what a child left behind that died
        return prints

    def _advance(self, count: int) -> None:
        self._done = min(self._done + count, self._total)
        if self._progress is not None:
            self._progress(self._done, self._total)


def heads(options: Options) -> list[str] | None:
    """What names must begin with to lead anywhere that matters; None: anything does."""
    heads = {name.partition(".")[0] for name in (*options.root_packages, *options.deprecated)}
    return None if options.include_external_packages or heads & {"*", "**"} else sorted(heads)


def _without(entries: Mapping[str, Any], modules: Iterable[Module]) -> dict[str, Any]:
    paths = {module.path for module in modules}
    return {path: entry for path, entry in entries.items() if path not in paths}


def _entries(results: Results) -> dict[str, Any]:
    # What crashed or was too slow is tried again: the next machine may be stronger.
    return {
        module.path: result
        for module, result in results.items()
        if result.get("print") and not result.get("died")
    }

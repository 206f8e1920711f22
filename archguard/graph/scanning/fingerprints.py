"""Which content each file has: told by its stamp, as git does, where nothing moved since it was read."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from archguard.graph.scanning.cache import make_key
from archguard.graph.scanning.child import WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Executor

    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.pool import ScanPool
    from archguard.sources.source import Source

_AT_ONCE = 400  # files: what the last reader may be late by


class Fingerprints:
    """The fingerprints of the files of one source."""

    def __init__(self, source: Source, cache: Cache) -> None:
        self._source = source
        self._cache = cache
        self._name = make_key(["stamps", source.spec()])
        self._fresh: dict[str, Any] = {}

    def compute(
        self, stamps: Mapping[str, str | None], pool: ScanPool | None, aside: Executor
    ) -> dict[str, str | None]:
        """The fingerprint of each path's content; None: it cannot be read.

        Args:
            stamps: of each path, taken before anything was read.
            pool: where a child can be started that takes its share of the reading.
            aside: runs the conversation with it.
        """
        kept = self._cache.load(self._name) if any(stamps.values()) else {}
        prints: dict[str, str | None] = {
            path: kept[path][1]
            for path, stamp in stamps.items()
            if stamp is not None and path in kept and kept[path][0] == stamp
        }
        unsure = [path for path in stamps if path not in prints]
        prints |= self._read(unsure, pool, aside)
        if any(stamps[path] for path in unsure):
            self._fresh = {path: (stamp, prints[path]) for path, stamp in stamps.items() if stamp}
        return prints

    def store(self) -> None:
        """Keep what the stamps vouch for, if that is not what was kept before."""
        if self._fresh:
            self._cache.store(self._name, self._fresh)

    def _read(
        self, paths: Sequence[str], pool: ScanPool | None, aside: Executor
    ) -> dict[str, str | None]:
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

        theirs = None
        if pool is not None and len(parts) > 1:
            with suppress(WorkerError):  # then this process reads alone
                pool.start_children(1)
            theirs = aside.submit(take, pool.compute_fingerprints)
        take(self._source.fingerprints)
        if theirs is not None:
            theirs.result()
            take(self._source.fingerprints)  # what a child left behind that died
        return prints

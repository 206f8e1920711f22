"""Content hash per file; reuses the stored hash when the file's stat is unchanged, as git does."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from archguard.graph.scanning.cache import make_key
from archguard.graph.scanning.child import WorkerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Executor

    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.pool import ScanPool
    from archguard.sources.source import Source

_BATCH_SIZE = 400  # files: the faster reader waits at most for one batch of the other


def load_fingerprints(source: Source, cache: Cache) -> dict[str, str]:
    """Return the fingerprints of the files that did not change since an earlier scan of a source."""
    entries = cache.load(make_key(["stamps", source.spec()]))
    stamps = zip(entries, source.stamps([*entries]), strict=True)
    return {
        path: entries[path][1]
        for path, stamp in stamps
        if stamp is not None and entries[path][0] == stamp and entries[path][1] is not None
    }


class Fingerprints:
    """Computes the fingerprints of a source's files."""

    def __init__(self, source: Source, cache: Cache) -> None:
        self._source = source
        self._cache = cache
        self._key = make_key(["stamps", source.spec()])
        self._entries: dict[str, tuple[str, str | None]] = {}
        """Path -> the stamp of a file, and the fingerprint that it had then."""
        self._is_changed = False

    def compute(
        self, stamps: Mapping[str, str | None], pool: ScanPool | None, executor: Executor
    ) -> dict[str, str | None]:
        """Return the fingerprint of each path's content; None if the file cannot be read.

        Args:
            stamps: the stamp of each path, taken before anything was read.
            pool: starts a child process that reads a share of the files; None: read all of them here.
            executor: runs the thread that talks to the child process.
        """
        entries = self._cache.load(self._key) if any(stamps.values()) else {}
        fingerprints: dict[str, str | None] = {
            path: entries[path][1]
            for path, stamp in stamps.items()
            if stamp is not None and path in entries and entries[path][0] == stamp
        }
        changed = [path for path in stamps if path not in fingerprints]
        fingerprints |= self._read(changed, pool, executor)
        self._entries = {path: (stamp, fingerprints[path]) for path, stamp in stamps.items() if stamp}
        self._is_changed = any(stamps[path] for path in changed)
        return fingerprints

    def add(self, path: str, stamp: str | None, fingerprint: str | None) -> None:
        """Add the fingerprint of a file that was read for another reason."""
        if stamp and fingerprint:
            self._entries[path] = (stamp, fingerprint)
            self._is_changed = True

    def store(self) -> None:
        """Store the fingerprints of all files that have a stamp, if any of these is new."""
        if self._is_changed:
            self._cache.store(self._key, self._entries, is_compressible=False)

    def _read(
        self, paths: Sequence[str], pool: ScanPool | None, executor: Executor
    ) -> dict[str, str | None]:
        batches = deque(
            paths[start : start + _BATCH_SIZE] for start in range(0, len(paths), _BATCH_SIZE)
        )
        fingerprints: dict[str, str | None] = {}

        def read_batches(read: Callable[[Sequence[str]], Iterable[str | None] | None]) -> None:
            while True:
                try:
                    batch = batches.popleft()
                except IndexError:  # another thread took the last one
                    return
                values = read(batch)
                if values is None:
                    batches.append(batch)
                    return
                fingerprints.update(zip(batch, values, strict=True))

        child_reading = None
        if pool is not None and len(batches) > 1:
            with suppress(WorkerError):  # then this process reads alone
                pool.start_children(1)
            child_reading = executor.submit(read_batches, pool.compute_fingerprints)
        read_batches(self._source.fingerprints)
        if child_reading is not None:
            child_reading.result()
            read_batches(self._source.fingerprints)  # the batch of a child that died
        return fingerprints

"""Read the symbols of the versions of a history's modules, each once; they are cached by object id."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import archguard
from archguard.definitions.symbol_protocol import unpack_result
from archguard.definitions.symbol_scan import SYMBOL_FORMAT, SymbolOptions
from archguard.graph.discovery import Module
from archguard.graph.scanning.cache import make_key
from archguard.graph.scanning.pool import ScanPool

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.definitions.model import ModuleSymbols, UnreadModule
    from archguard.graph.incremental.scan import VersionKey
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.workers import BatchResult
    from archguard.sources.git.history import BlobSource


class VersionSymbols:
    """The symbols of versions of modules."""

    def __init__(self, blobs: BlobSource, *, cache: Cache, jobs: int) -> None:
        """Read nothing yet.

        Args:
            blobs: the source of the contents.
            cache: what earlier runs read.
            jobs: how many child processes read at the same time.
        """
        self._cache = cache
        self._pool = ScanPool(SymbolOptions(blobs.spec()), jobs=jobs)
        self._entries: dict[str, Any] | None = None
        self._new_entries: dict[str, Any] = {}
        self._results: dict[VersionKey, ModuleSymbols | UnreadModule] = {}

    def close(self) -> None:
        """Kill the child processes, and cache what was read."""
        self._pool.close()
        if self._new_entries:
            self._cache.store(_make_key(), (self._entries or {}) | self._new_entries)

    def read(self, keys: Iterable[VersionKey]) -> None:
        """Read some versions at the same time, from the cache or from their text.

        Raises:
            WorkerError: no child process can be started.
        """
        missing = [key for key in dict.fromkeys(keys) if key not in self._results]
        if missing and self._entries is None:
            self._entries = self._cache.load(_make_key())
        unknown = []
        for key in missing:
            module = _make_module(key)
            if (entry := (self._entries or {}).get(_cache_key(module))) is None:
                unknown.append(module)
            else:
                self._results[key] = unpack_result(module, entry)
        if unknown:
            self._pool.scan(unknown, self._add)

    def get(self, key: VersionKey, path: str) -> ModuleSymbols | UnreadModule:
        """Return the symbols of a version, or why it could not be read.

        Args:
            key: the version.
            path: the path that its file has.

        Raises:
            WorkerError: no child process can be started.
        """
        if key not in self._results:
            self.read([key])
        read = self._results[key]
        if read.path != path:
            read = self._results[key] = read._replace(path=path)
        return read

    def _add(self, batch: BatchResult) -> None:
        for module, result in batch.results.items():
            key = (module.path, module.name, module.is_package)
            self._results[key] = unpack_result(module, result)
            if result.get("fingerprint"):
                self._new_entries[_cache_key(module)] = result


def _make_module(key: VersionKey) -> Module:
    """Return the module of a version; its path is the object id of its content."""
    blob, name, is_package = key
    return Module(name, blob, is_package)


def _cache_key(module: Module) -> str:
    return f"{module.path} {module.name}{'/' if module.is_package else ''}"


def _make_key() -> str:
    # Another version of Python may give up on other files.
    return make_key(["version symbols", SYMBOL_FORMAT, archguard.__version__, sys.version_info[:2]])

"""Read the symbols of modules in child processes, taking those of unchanged files from the cache."""

from __future__ import annotations

import json
import sys
from abc import ABC, abstractmethod
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import archguard
from archguard.definitions.model import ModuleSymbols, UnreadModule
from archguard.definitions.symbol_protocol import unpack_result
from archguard.graph.scanning.cache import Cache, CompressedDocument, make_key
from archguard.graph.scanning.daemon_threads import DaemonThreads
from archguard.graph.scanning.fingerprints import Fingerprints
from archguard.graph.scanning.pool import ScanPool
from archguard.graph.scanning.processor_time import TimeAllowance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

    from archguard.graph.discovery import Module
    from archguard.graph.scanning.protocol import RawScanResult
    from archguard.graph.scanning.workers import BatchResult, ChildOptions
    from archguard.sources.source import Source

_FEW = 100
SYMBOL_FORMAT = 5
"""Of what the cache holds; to be raised with every change of what is read from a file."""


class SymbolOptions(NamedTuple):
    """What a child that reads symbols is told before its first request."""

    source: dict[str, str]
    """What `reopen` needs to open the source."""
    allowance: TimeAllowance = TimeAllowance(bytes_a_second=100_000.0)
    """How much processor time each file may take."""

    @property
    def main_module(self) -> str:
        """The module whose `main` the child runs."""
        return "archguard.definitions.symbol_child"


Read = TypeVar("Read", bound=tuple[object, ...])


class ModuleScan(ABC, Generic[Read]):
    """Reads something of a source's modules, each once; a context manager."""

    def __init__(
        self,
        source: Source,
        modules: Mapping[str, Module],
        options: ChildOptions,
        *,
        cache: Cache,
        jobs: int,
    ) -> None:
        """Read nothing yet.

        Args:
            source: the tree.
            modules: the modules that can be read, by name.
            options: what the child processes are told.
            cache: what earlier runs read.
            jobs: how many child processes read at the same time.
        """
        self.source = source
        self._modules = modules
        self._cache = cache
        self._pool = ScanPool(options, jobs=jobs)
        self._entries: dict[str, RawScanResult] | None = None
        """What the cache holds, by content and module: see `_make_entry_key`."""
        self._used_entries: dict[str, RawScanResult] = {}
        self._is_changed = False
        self._read_modules: dict[str, Read] = {}
        self._unread: dict[str, UnreadModule] = {}

    @staticmethod
    @abstractmethod
    def _unpack(module: Module, result: RawScanResult) -> Read | UnreadModule:
        """Return what a child process sent for a module, or what the cache holds."""

    @staticmethod
    @abstractmethod
    def _make_key() -> str:
        """Return the key under which the cache holds what was read."""

    def __enter__(self) -> Self:
        """Return the scan itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Kill the child processes, and store what was read unless there was an error."""
        self._pool.close()
        if kind is None:
            self._store()

    @property
    def unread(self) -> tuple[UnreadModule, ...]:
        """The modules that were asked for and could not be read, sorted."""
        return tuple(sorted(self._unread.values()))

    def find_unread(self, module: str) -> UnreadModule | None:
        """Return why a module that was asked for could not be read; None if it was read."""
        return self._unread.get(module)

    def get(self, module: str) -> Read | None:
        """Return what was read of one module; None if it cannot be read, or does not exist.

        Raises:
            WorkerError: no child process can be started.
        """
        if module not in self._read_modules:
            self.read([module])
        return self._read_modules.get(module)

    def read(self, names: Iterable[str]) -> dict[str, Read]:
        """Return what is read of some modules, read at the same time, by name.

        Those that cannot be read are left out, and listed in `unread`.

        Args:
            names: the modules; names of no module are passed over.

        Raises:
            WorkerError: no child process can be started.
        """
        names = [name for name in dict.fromkeys(names) if name in self._modules]
        missing = [
            self._modules[name]
            for name in names
            if name not in self._read_modules and name not in self._unread
        ]
        if missing:
            cached = self._select_unchanged(missing)
            for module, entry in cached.items():
                self._put(module, entry)
            remaining = [module for module in missing if module not in cached]
            if remaining:
                self._pool.scan(remaining, self._add)
        return {name: self._read_modules[name] for name in names if name in self._read_modules}

    def _add(self, batch: BatchResult) -> None:
        for module, result in batch.results.items():
            self._put(module, result)
            if fingerprint := result.get("fingerprint"):
                self._used_entries[_make_entry_key(fingerprint, module)] = result
                self._is_changed = True

    def _put(self, module: Module, result: RawScanResult) -> None:
        value = self._unpack(module, result)
        if isinstance(value, UnreadModule):
            self._unread[module.name] = value
        else:
            self._read_modules[module.name] = value

    def _select_unchanged(self, modules: Sequence[Module]) -> dict[Module, RawScanResult]:
        if self._entries is None:
            self._entries = _read_entries(self._cache.load(self._make_key()))
        if not self._entries:
            return {}
        paths = [module.path for module in modules]
        stamps = dict(zip(paths, self.source.stamps(paths), strict=True))
        # Not stored: the scan of imports does so, for all files at once.
        thread = DaemonThreads(1)
        cache = self._cache if len(paths) > _FEW else Cache(None)  # which takes longer than few files
        fingerprints = Fingerprints(self.source, cache).compute(stamps, None, thread)
        unchanged = {}
        for module in modules:
            key = _make_entry_key(fingerprints[module.path], module)
            if key in self._entries:
                unchanged[module] = self._used_entries[key] = self._entries[key]
        return unchanged

    def _store(self) -> None:
        """Cache what was read; of other versions, those used last, as many as the tree has modules."""
        if not self._is_changed:
            return
        document = CompressedDocument()
        others = {
            key: entry for key, entry in (self._entries or {}).items() if key not in self._used_entries
        }
        entries = self._used_entries | dict(islice(others.items(), len(self._modules)))
        part = {"keys": list(entries), "results": list(entries.values())}
        document.add(json.dumps(part, separators=(",", ":")).encode())
        self._cache.store(self._make_key(), document)


def _read_entries(document: Mapping[str, Any]) -> dict[str, RawScanResult]:
    return {
        key: result
        for part in document.get("parts", ())
        for key, result in zip(part["keys"], part["results"], strict=True)
    }


def _make_entry_key(fingerprint: str | None, module: Module) -> str:
    """Return what the symbols of a module depend on: its content, its name, and what it is."""
    return f"{fingerprint} {module.name}{'/' if module.is_package else ''}"


class SymbolScan(ModuleScan[ModuleSymbols]):
    """Reads the symbols of a source's modules."""

    def __init__(
        self, source: Source, modules: Mapping[str, Module], *, cache: Cache, jobs: int
    ) -> None:
        """Read nothing yet; see `ModuleScan`."""
        super().__init__(source, modules, SymbolOptions(source.spec()), cache=cache, jobs=jobs)

    @staticmethod
    def _unpack(module: Module, result: RawScanResult) -> ModuleSymbols | UnreadModule:
        return unpack_result(module, result)

    @staticmethod
    def _make_key() -> str:
        # Another version of Python may give up on other files.
        return make_key(["symbols", SYMBOL_FORMAT, archguard.__version__, sys.version_info[:2]])

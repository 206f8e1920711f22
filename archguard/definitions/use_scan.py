"""Read what the symbols of modules use in child processes, as `symbol_scan` reads the symbols."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import archguard
from archguard.definitions.model import UnreadModule
from archguard.definitions.module_uses import Handed, ModuleUses, SymbolUses
from archguard.definitions.symbol_scan import ModuleScan
from archguard.graph.scanning.cache import make_key
from archguard.graph.scanning.processor_time import TimeAllowance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from archguard.graph.discovery import Module
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.protocol import RawScanResult
    from archguard.sources.source import Source

_FORMAT = 1
"""Of what the cache holds; to be raised with every change of what is read from a file."""


class UseOptions(NamedTuple):
    """What a child that reads uses is told before its first request."""

    source: dict[str, str]
    """What `reopen` needs to open the source."""
    allowance: TimeAllowance = TimeAllowance(bytes_a_second=100_000.0)
    """How much processor time each file may take."""

    @property
    def main_module(self) -> str:
        """The module whose `main` the child runs."""
        return "archguard.definitions.use_child"


class UseScan(ModuleScan[ModuleUses]):
    """Reads what the symbols of a source's modules use."""

    def __init__(
        self, source: Source, modules: Mapping[str, Module], *, cache: Cache, jobs: int
    ) -> None:
        """Read nothing yet; see `ModuleScan`."""
        super().__init__(source, modules, UseOptions(source.spec()), cache=cache, jobs=jobs)

    @staticmethod
    def _unpack(module: Module, result: RawScanResult) -> ModuleUses | UnreadModule:
        return unpack_uses(module, result)

    @staticmethod
    def _make_key() -> str:
        # Another version of Python may give up on other files.
        return make_key(["uses", _FORMAT, archguard.__version__, sys.version_info[:2]])


def unpack_uses(module: Module, result: Mapping[str, Any]) -> ModuleUses | UnreadModule:
    """Return what a child process sent for a module, or what a cache holds."""
    if "reason" in result:
        return UnreadModule(module.name, module.path, result["reason"], result.get("line"))
    symbols, aliases, stars, handed = result["uses"]
    return ModuleUses(
        name=module.name,
        path=module.path,
        is_package=module.is_package,
        symbols=tuple(
            SymbolUses._make(
                tuple(map(_freeze, value)) if isinstance(value, list) else value for value in symbol
            )
            for symbol in symbols
        ),
        aliases=tuple((name, target) for name, target in aliases),
        stars=tuple(stars),
        handed=tuple(Handed(receiver, tuple(names), on_import) for receiver, names, on_import in handed),
    )


def _freeze(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

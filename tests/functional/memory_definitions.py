"""The definitions of a tree that is only a mapping from paths to texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.definitions.resolver import Resolver
from archguard.definitions.way_index import WayIndex
from tests.definitions.memory_symbols import MemorySymbols

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis


class MemoryDefinitions:
    """The definitions of a tree in memory: see `Definitions`."""

    def __init__(self, analysis: Analysis, files: Mapping[str, str]) -> None:
        self.symbols = MemorySymbols(analysis, files)
        self.resolver = Resolver(analysis, self.symbols)
        self.ways = WayIndex()

    def find_modules_with_class(self, patterns: Sequence[str]) -> list[Module]:
        raise NotImplementedError

    def find_files_with_class(self, patterns: Sequence[str]) -> list[str]:
        raise NotImplementedError

    def find_modules_with_name(self, patterns: Sequence[str]) -> list[Module]:
        raise NotImplementedError

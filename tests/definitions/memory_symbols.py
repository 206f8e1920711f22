"""The symbols of trees that are only a mapping from paths to texts, read in this process."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from archguard.definitions.model import UnreadModule
from archguard.definitions.resolver import Resolver
from archguard.definitions.symbol_reader import read_symbols
from archguard.definitions.syntax_tree import ParseError
from archguard.definitions.way_index import WayIndex
from tests.functional.memory_trees import analyse_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from archguard.definitions.model import ModuleSymbols
    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis


class MemorySymbols:
    """Reads the modules of an analysis from texts."""

    def __init__(
        self, analysis: Analysis, files: Mapping[str, str], unreadable: Collection[str] = ()
    ) -> None:
        self._analysis = analysis
        self._files = files
        self._unreadable = unreadable
        self._unread: dict[str, UnreadModule] = {}

    def get(self, module: str) -> ModuleSymbols | None:
        found = self._analysis.modules.get(module)
        if found is None:
            return None
        if module in self._unreadable:
            self._unread[module] = UnreadModule(module, found.path, "unreadable")
            return None
        try:
            return read_symbols(self._files[found.path], module, found.path, is_package=found.is_package)
        except ParseError as error:
            self._unread[module] = UnreadModule(module, found.path, error.reason, error.line)
            return None

    def read(self, names: Iterable[str]) -> dict[str, ModuleSymbols]:
        return {name: symbols for name in names if (symbols := self.get(name)) is not None}

    def find_unread(self, module: str) -> UnreadModule | None:
        return self._unread.get(module)


class MemoryTree:
    """A tree below the root `p`; `p/__init__.py` is added if it is missing."""

    def __init__(self, files: Mapping[str, str], unreadable: Collection[str] = ()) -> None:
        self.files = {path: dedent(text) for path, text in {"p/__init__.py": "", **files}.items()}
        self.analysis = analyse_texts(self.files, [])
        self.symbols = MemorySymbols(self.analysis, self.files, unreadable)
        self.resolver = Resolver(self.analysis, self.symbols)
        self.ways = WayIndex()

    def find_modules_with_class(self, patterns: Sequence[str]) -> list[Module]:
        """Return all modules: none is left out by its bytes."""
        return sorted(self.analysis.modules.values())

    def find_files_with_class(self, patterns: Sequence[str]) -> list[str]:
        return []

    def find_modules_with_name(self, patterns: Sequence[str]) -> list[Module]:
        return self.find_modules_with_class(patterns)


def read_text(text: str, *, is_package: bool = False) -> ModuleSymbols:
    """Return the symbols of the module `p.m`."""
    return read_symbols(dedent(text), "p.m", "p/m.py", is_package=is_package)

"""The symbols of trees that are only a mapping from paths to texts, read in this process."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from archguard.definitions.class_search import find_files_with_class, find_files_with_name
from archguard.definitions.model import UnreadModule
from archguard.definitions.resolver import Resolver
from archguard.definitions.symbol_reader import read_symbols
from archguard.definitions.syntax_tree import ParseError
from archguard.definitions.way_index import WayIndex
from archguard.sources.source import Unreadable
from tests.functional.memory_trees import analyse_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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


class _MemoryContents:
    """The bytes of texts, but for files whose content nobody knows."""

    def __init__(self, files: Mapping[str, str], unknown: Collection[str]) -> None:
        self._files = files
        self._unknown = unknown

    def read(self, paths: Sequence[str]) -> Iterator[bytes | Unreadable]:
        for path in paths:
            yield Unreadable("unknown") if path in self._unknown else self._files[path].encode()


class MemoryTree:
    """A tree below the root `p`; `p/__init__.py` is added if it is missing.

    Of its unreadable modules the text is known, as if they did not parse, but for `unknown` ones.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        unreadable: Collection[str] = (),
        unknown: Collection[str] = (),
    ) -> None:
        self.files = {path: dedent(text) for path, text in {"p/__init__.py": "", **files}.items()}
        self.analysis = analyse_texts(self.files, [])
        self.symbols = MemorySymbols(self.analysis, self.files, {*unreadable, *unknown})
        self.resolver = Resolver(self.analysis, self.symbols)
        self.ways = WayIndex()
        self._contents = _MemoryContents(
            self.files, {self.analysis.modules[one].path for one in unknown}
        )

    def find_modules_with_class(self, patterns: Sequence[str]) -> list[Module]:
        return [*find_files_with_class(self._contents, self._modules, patterns)]

    def find_files_with_class(self, patterns: Sequence[str]) -> list[str]:
        return []

    def find_modules_with_name(self, patterns: Sequence[str]) -> list[Module]:
        return [*find_files_with_name(self._contents, self._modules, patterns)]

    @property
    def _modules(self) -> list[Module]:
        return sorted(self.analysis.modules.values())


def read_text(text: str, *, is_package: bool = False) -> ModuleSymbols:
    """Return the symbols of the module `p.m`."""
    return read_symbols(dedent(text), "p.m", "p/m.py", is_package=is_package)

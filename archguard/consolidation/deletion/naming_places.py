"""Find the places that still name a module."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from archguard.graph.module_expressions import is_within
from archguard.graph.parsing.decoding import decode_leniently

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from archguard.definitions.resolver import Resolver
    from archguard.graph.model import Analysis
    from archguard.sources.source import Source


class NamingPlace(NamedTuple):
    """A place that names a module."""

    path: str
    line: int
    detail: str
    """A sentence."""


class NamingPlaces:
    """Finds the places of one tree."""

    def __init__(self, analysis: Analysis, source: Source, resolver: Resolver) -> None:
        """Read nothing yet.

        Args:
            analysis: the tree, with all files that could name the module.
            source: reads its files.
            resolver: knows what its modules export.
        """
        self._analysis = analysis
        self._source = source
        self._resolver = resolver

    def find(self, name: str, leaving: Collection[str]) -> list[NamingPlace]:
        """Return the places that name a module or what is below it, sorted.

        Args:
            name: the module.
            leaving: the paths of files whose places do not count.

        Raises:
            WorkerError: no child process can be started to read a module.
        """
        places = {
            *self._find_imports(name),
            *self._find_references(name),
            *self._find_exports(name),
            *self._find_unread(name),
        }
        return sorted(place for place in places if place.path not in leaving)

    def _find_imports(self, name: str) -> Iterator[NamingPlace]:
        for importer, imports in self._analysis.raw_imports.items():
            for full_name, line, *_ in imports:
                if is_within(full_name.removesuffix(".*"), name):
                    path = self._analysis.modules[importer].path
                    yield NamingPlace(path, line, f"{importer} imports {full_name}.")

    def _find_references(self, name: str) -> Iterator[NamingPlace]:
        for one in self._analysis.references:
            if is_within(one.name.replace(":", "."), name):
                yield NamingPlace(one.path, one.line, f"{one.kind.capitalize()} names {one.name}.")

    def _find_exports(self, name: str) -> Iterator[NamingPlace]:
        """Yield the place where the package around a module lists it in `__all__`."""
        package, _, last = name.rpartition(".")
        if package not in self._analysis.modules:
            return
        live = self._resolver.find_live(package)
        if live is None or last not in (live.symbols.exported or ()):
            return
        if all(one.name != last or one.target == name for one in live.symbols.bindings):
            path = live.symbols.path
            yield NamingPlace(path, self._find_line(path, last), f"__all__ of {package} lists {last}.")

    def _find_unread(self, name: str) -> Iterator[NamingPlace]:
        """Yield the places in files that could not be read as Python, or that lie under no root."""
        named = [(file.path, file.names) for file in self._analysis.unread]
        named += [*self._analysis.outside.names, *self._analysis.excluded.names]
        for path, names in named:
            if any(is_within(one, name) or is_within(name, one) for one in names):
                line = self._find_line(path, name)
                if line:
                    yield NamingPlace(path, line, f"Its text names {name}.")

    def _find_line(self, path: str, word: str) -> int:
        """Return the first line that holds a name; 0 if none does."""
        (content,) = self._source.read([path])
        text = decode_leniently(content) if isinstance(content, bytes) else ""
        pattern = re.compile(rf"(?<![\w.]){re.escape(word)}(?!\w)")
        alone = re.compile(rf"(?<!\w){re.escape(word.rpartition('.')[2])}(?!\w)")
        match = pattern.search(text) or alone.search(text)
        return text.count("\n", 0, match.start()) + 1 if match else 0

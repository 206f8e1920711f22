"""Query one graph: importers and imports, the shortest import chain, the neighbourhood of a module."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import is_within
from archguard.lru_cache import LruCache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archguard.snapshot import Graph

MAX_NODES = 2_000
MAX_DEPTH = 10
_CACHED_IMPORTS = 600_000


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Modules, and the imports between them."""

    modules: tuple[str, ...]
    imports: tuple[tuple[str, str], ...]
    """Only imports between these modules."""
    left_out: int
    """The number of further modules that were left out to stay within `MAX_NODES`."""


class GraphQueries:
    """A graph with its imports indexed by importer and by imported module.

    Modules are sorted, so the order of their indexes is that of their names.
    """

    def __init__(self, graph: Graph) -> None:
        self.modules = graph.modules
        self.kinds = graph.kinds
        self.size = len(graph.imports)
        self._index = {name: at for at, name in enumerate(graph.modules)}
        self._imports: dict[int, list[int]] = {}
        self._importers: dict[int, list[int]] = {}
        for importer, imported in graph.imports:
            self._imports.setdefault(importer, []).append(imported)
            self._importers.setdefault(imported, []).append(importer)

    def __contains__(self, module: str) -> bool:
        """Return whether the graph has this module."""
        return module in self._index

    def get_kind(self, module: str) -> str:
        """Return the module's kind, a letter of `archguard.snapshot.ModuleKind`."""
        return self.kinds[self._index[module]]

    def list_imports(self, module: str) -> tuple[str, ...]:
        """List the modules that a module imports, sorted."""
        return self._get_names(self._imports.get(self._index[module], ()))

    def list_importers(self, module: str) -> tuple[str, ...]:
        """List the modules that import a module, sorted."""
        return self._get_names(self._importers.get(self._index[module], ()))

    def search(self, text: str, limit: int) -> tuple[tuple[str, ...], int]:
        """Return up to `limit` modules whose name contains a text, and the number of all of them.

        Names that begin with the text come first, then shorter ones; case does not matter.
        """
        text = text.casefold()
        matches = [name for name in self.modules if text in name.casefold()]
        matches.sort(key=lambda name: (not name.casefold().startswith(text), len(name), name))
        return tuple(matches[:limit]), len(matches)

    def find_chain(self, start: str, ends: Iterable[str]) -> tuple[str, ...]:
        """Return the shortest chain of imports to one of the ends, or an empty one.

        Of several, return the first in the order of the modules' names.
        """
        start_index = self._index[start]
        distances = self._measure_distances({self._index[end] for end in ends}, start_index)
        if start_index not in distances:
            return ()
        chain = [start_index]
        while remaining := distances[chain[-1]]:
            remaining -= 1
            chain.append(min(at for at in self._imports[chain[-1]] if distances.get(at) == remaining))
        return self._get_names(chain)

    def find_neighbourhood(self, module: str, depth: int) -> Neighbourhood:
        """Return the modules up to `depth` imports away, in either direction.

        Of more than `MAX_NODES` the nearest are returned, and of equally near ones the first by name.
        """
        nearest = {self._index[module]: None}
        layer = list(nearest)
        for _ in range(depth):
            neighbours = {other for index in layer for other in self._iterate_neighbours(index)}
            layer = sorted(neighbours - nearest.keys())
            nearest.update(dict.fromkeys(layer))
        shown = sorted(list(nearest)[:MAX_NODES])
        is_shown = set(shown)
        imports = tuple(
            (self.modules[importer], self.modules[imported])
            for importer in shown
            for imported in self._imports.get(importer, ())
            if imported in is_shown
        )
        return Neighbourhood(self._get_names(shown), imports, len(nearest) - len(shown))

    def find_imports_between(self, first: str, second: str) -> Neighbourhood | None:
        """Return the imports between two packages, in both directions; None if one has no module."""
        first_indexes, second_indexes = (
            {index for index, name in enumerate(self.modules) if is_within(name, package)}
            for package in (first, second)
        )
        if not first_indexes or not second_indexes:
            return None
        pairs = sorted(
            (importer, imported)
            for importers, targets in (
                (first_indexes, second_indexes),
                (second_indexes, first_indexes),
            )
            for importer in importers
            for imported in self._imports.get(importer, ())
            if imported in targets
        )
        involved = sorted({index for pair in pairs for index in pair})
        shown = set(involved[:MAX_NODES])
        imports = tuple(
            (self.modules[importer], self.modules[imported])
            for importer, imported in dict.fromkeys(pairs)
            if importer in shown and imported in shown
        )
        return Neighbourhood(self._get_names(sorted(shown)), imports, len(involved) - len(shown))

    def _iterate_neighbours(self, index: int) -> Iterable[int]:
        yield from self._imports.get(index, ())
        yield from self._importers.get(index, ())

    def _measure_distances(self, goals: set[int], start: int) -> dict[int, int]:
        """Return the distance to the nearest goal, of all modules not farther from one than `start`."""
        distances = dict.fromkeys(goals, 0)
        layer = list(goals)
        while layer and start not in distances:
            steps = distances[layer[0]] + 1
            importers = {importer for index in layer for importer in self._importers.get(index, ())}
            layer = list(importers - distances.keys())
            distances.update(dict.fromkeys(layer, steps))
        return distances

    def _get_names(self, indexes: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.modules[index] for index in indexes)


class GraphQueriesCache:
    """Caches the indexes of the graphs used last, by the graph's digest."""

    def __init__(self) -> None:
        self._graphs: LruCache[str, GraphQueries] = LruCache(_CACHED_IMPORTS, lambda graph: graph.size)

    def get(self, digest: str, read: Callable[[], Graph]) -> GraphQueries:
        """Return the index of the graph with this digest; `read` is called if it is not cached."""
        queries = self._graphs.get(digest)
        if queries is None:
            queries = GraphQueries(read())
            self._graphs.put(digest, queries)
        return queries

"""Questions to one graph: who imports whom, how a module reaches another, what is around one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.graph.module_expressions import is_within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from archguard.snapshot import Graph

MAX_NODES = 2_000
MAX_DEPTH = 10
_MAX_IMPORTS_KEPT = 600_000


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What is around a module."""

    modules: tuple[str, ...]
    imports: tuple[tuple[str, str], ...]
    """Between these modules."""
    left_out: int
    """How many modules within the depth are not among them."""


class GraphQueries:
    """A graph with its imports by module, both ways; an index orders as its module's name does."""

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
        """Whether the graph has this module."""
        return module in self._index

    def get_kind(self, module: str) -> str:
        """The module's kind: a letter, see `archguard.snapshot.ModuleKind`."""
        return self.kinds[self._index[module]]

    def list_imports(self, module: str) -> tuple[str, ...]:
        """What the module imports, sorted."""
        return self._names(self._imports.get(self._index[module], ()))

    def list_importers(self, module: str) -> tuple[str, ...]:
        """What imports the module, sorted."""
        return self._names(self._importers.get(self._index[module], ()))

    def search(self, text: str, limit: int) -> tuple[tuple[str, ...], int]:
        """Modules whose name holds a text, the likeliest first, and how many there are."""
        wanted = text.casefold()
        found = [name for name in self.modules if wanted in name.casefold()]
        found.sort(key=lambda name: (not name.casefold().startswith(wanted), len(name), name))
        return tuple(found[:limit]), len(found)

    def find_chain(self, start: str, ends: Iterable[str]) -> tuple[str, ...]:
        """The shortest way along imports to any of these, of several the first by name; empty: none."""
        here = self._index[start]
        distance = self._distances({self._index[end] for end in ends}, here)
        if here not in distance:
            return ()
        way = [here]
        while left := distance[way[-1]]:
            left -= 1
            way.append(min(at for at in self._imports[way[-1]] if distance.get(at) == left))
        return self._names(way)

    def find_neighbourhood(self, module: str, depth: int) -> Neighbourhood:
        """What is so near, in either direction; of too many the nearest."""
        seen = {self._index[module]: None}
        layer = list(seen)
        for _ in range(depth):
            near = {at for one in layer for at in self._around(one)} - seen.keys()
            layer = sorted(near)
            seen.update(dict.fromkeys(layer))
        kept = sorted(list(seen)[:MAX_NODES])
        inside = set(kept)
        imports = tuple(
            (self.modules[at], self.modules[to])
            for at in kept
            for to in self._imports.get(at, ())
            if to in inside
        )
        return Neighbourhood(self._names(kept), imports, len(seen) - len(kept))

    def find_imports_between(self, one: str, other: str) -> Neighbourhood | None:
        """The imports from a package to another and back; None: one of them has no module."""
        mine, theirs = (
            {at for at, name in enumerate(self.modules) if is_within(name, package)}
            for package in (one, other)
        )
        if not mine or not theirs:
            return None
        pairs = sorted(
            (at, to)
            for here, there in ((mine, theirs), (theirs, mine))
            for at in here
            for to in self._imports.get(at, ())
            if to in there
        )
        touched = sorted({at for pair in pairs for at in pair})
        kept = set(touched[:MAX_NODES])
        imports = tuple(
            (self.modules[at], self.modules[to])
            for at, to in dict.fromkeys(pairs)
            if at in kept and to in kept
        )
        return Neighbourhood(self._names(sorted(kept)), imports, len(touched) - len(kept))

    def _around(self, at: int) -> Iterable[int]:
        yield from self._imports.get(at, ())
        yield from self._importers.get(at, ())

    def _distances(self, goals: set[int], until: int) -> dict[int, int]:
        """To the nearest goal, of everything that is no farther from one than `until` is."""
        distance = dict.fromkeys(goals, 0)
        layer = list(goals)
        while layer and until not in distance:
            steps = distance[layer[0]] + 1
            layer = list({one for at in layer for one in self._importers.get(at, ())} - distance.keys())
            distance.update(dict.fromkeys(layer, steps))
        return distance

    def _names(self, indexes: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.modules[at] for at in indexes)


class GraphQueriesCache:
    """The explorers of the graphs asked for last, by the graph's digest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, GraphQueries] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digest: str, read: Callable[[], Graph]) -> GraphQueries:
        """The explorer of the graph with this digest, read if it is not kept."""
        with self._lock:
            if digest in self._kept:
                self._kept.move_to_end(digest)
                return self._kept[digest]
        explorer = GraphQueries(read())
        with self._lock:
            self._kept[digest] = explorer
            while (
                sum(one.size for one in self._kept.values()) > _MAX_IMPORTS_KEPT and len(self._kept) > 1
            ):
                self._kept.popitem(last=False)
        return explorer

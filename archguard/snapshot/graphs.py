"""An analysis's import graph in the wire's form; along a history, only what changed is made again."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from archguard.snapshot.schema import MAX_NAME, Graph, ModuleKind
from archguard.snapshot.truncate import truncate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis, Import

_imported = itemgetter(0)


class Graphs:
    """Makes one graph after another."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Import, ...]] = {}
        """Importer -> its imports, as the last analysis had them."""
        self._targets: dict[str, tuple[str, ...]] = {}
        """Importer -> the modules that it imports, each once."""
        self._importers: Counter[str] = Counter()
        self._modules: Mapping[str, Module] = {}
        self._names: list[str] = []
        self._all_fit = True
        self._index: dict[str, int] = {}
        self._last = Graph(modules=(), kinds="", imports=())

    def graph(self, analysis: Analysis) -> Graph:
        """Modules and edges, those to ghosts too, as in the graph that `deprecated` contracts see."""
        edges_moved = self._learn_edges({**analysis.imports, **analysis.ghost_imports})
        nodes_moved = self._learn_names({*analysis.modules, *analysis.namespaces, *self._importers})
        kinds_moved = nodes_moved or analysis.modules != self._modules
        last = self._last
        if edges_moved or kinds_moved:
            self._modules = dict(analysis.modules)
            # Sorted and whole by the way it is made: to have the schema look at it takes longer.
            self._last = Graph.model_construct(
                modules=self._fitting() if nodes_moved else last.modules,
                kinds="".join([_kind(name, analysis) for name in self._names])
                if kinds_moved
                else last.kinds,
                imports=self._imports() if edges_moved or nodes_moved else last.imports,
            )
        return self._last

    def _learn_edges(self, seen: dict[str, tuple[Import, ...]]) -> bool:
        changed = {
            name
            for name, imports in seen.items()
            if (known := self._seen.get(name)) is not imports and known != imports
        }
        gone = self._seen.keys() - seen.keys()
        self._seen = seen
        moved = False
        for importer in changed | gone:
            targets = tuple(dict.fromkeys(map(_imported, seen.get(importer, ()))))  # sorted already
            before = self._targets.get(importer, ())
            if targets != before:
                moved = True
                self._importers.update(targets)
                self._importers.subtract(before)
                self._targets[importer] = targets
                for name in before:
                    if not self._importers[name]:
                        del self._importers[name]
        return moved

    def _learn_names(self, found: set[str]) -> bool:
        if found == self._index.keys():
            return False
        kept = [name for name in self._names if name in found]
        self._all_fit = _fit(found)
        self._names = sorted([*kept, *found.difference(kept)], key=None if self._all_fit else _fitted)
        self._index = {name: number for number, name in enumerate(self._names)}
        return True

    def _fitting(self) -> tuple[str, ...]:
        return tuple(self._names if self._all_fit else map(_fitted, self._names))

    def _imports(self) -> tuple[tuple[int, int], ...]:
        index, targets = self._index, self._targets
        if not self._all_fit:
            return tuple(sorted((index[name], index[to]) for name in targets for to in targets[name]))
        return tuple(
            [
                (number, index[to])
                for number, name in enumerate(self._names)
                if name in targets
                for to in targets[name]
            ]
        )


def importers(graph: Graph, modules: Iterable[str]) -> set[str]:
    """Who imports one of some modules, or something in it, from outside of them all."""
    inside = {number for name in modules for number in _within(graph.modules, name)}
    return {
        graph.modules[importer]
        for importer, imported in graph.imports
        if imported in inside and importer not in inside
    }


def _within(modules: tuple[str, ...], name: str) -> Iterator[int]:
    """The indexes of a module and its descendants."""
    at = bisect_left(modules, name)
    if at < len(modules) and modules[at] == name:
        yield at
    # `/` is the character after `.`.
    yield from range(bisect_left(modules, f"{name}."), bisect_left(modules, f"{name}/"))


def _fit(names: Collection[str]) -> bool:
    """Whether all of these names are sent as they are."""
    text = "".join(names)
    return max(map(len, names), default=0) <= MAX_NAME and truncate(text, len(text)) == text


def _fitted(name: str) -> str:
    return truncate(name, MAX_NAME)


def _kind(name: str, analysis: Analysis) -> str:
    module = analysis.modules.get(name)
    if module is not None:
        return "p" if module.is_package else "m"  # `ModuleKind`, whose attributes take time to look up
    if name in analysis.namespaces:
        return ModuleKind.NAMESPACE.value
    return (ModuleKind.EXTERNAL if analysis.exists(name) else ModuleKind.GHOST).value

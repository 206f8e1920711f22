"""One import graph, changed in place into the next commit's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grimp import ImportGraph
from grimp.exceptions import ModuleNotPresent

from archguard.graph.import_graph import add_imports
from archguard.graph.model import Import

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from archguard.graph.incremental.discovery import ModuleChanges


class IncrementalGraph:
    """An import graph, and what each importer has in it."""

    def __init__(self) -> None:
        """Begin without a module."""
        self.graph = ImportGraph()
        self._edges: dict[str, frozenset[tuple[str, bool]]] = {}
        self._importers: Counter[str] = Counter()
        self._foreign: set[str] = set()
        """What is imported and is no module of the tree."""

    def update(
        self, imports: Mapping[str, tuple[Import, ...]], nodes: Set[str], step: ModuleChanges
    ) -> bool:
        """Give these importers these imports; whether that changed anything but lines."""
        changed = bool(step.added or step.removed)
        for name in sorted(step.added):
            self.graph.add_module(name)
        doubtful = {*step.added, *step.removed, *self._foreign}
        for importer, found in imports.items():
            edges = frozenset((one.imported, one.lazy) for one in found)
            different = {name for name, _ in edges ^ self._edges.get(importer, frozenset())}
            if different:
                changed = True
                doubtful |= different
                self._replace(importer, different, found)
                self._edges[importer] = edges
        outside = doubtful - nodes
        self._foreign = {name for name in outside if self._importers[name]}
        gone = outside - self._foreign
        # grimp takes the descendants of a module away with it: ghosts that are still imported, too.
        if any(self._has_more_below(name, gone) for name in gone):
            self._rebuild(nodes)
            return True
        for name in sorted(gone):
            self.graph.remove_module(name)
        return changed

    def _has_more_below(self, name: str, gone: Set[str]) -> bool:
        try:
            return not self.graph.find_descendants(name) <= gone
        except ModuleNotPresent:
            return False

    def _rebuild(self, nodes: Set[str]) -> None:
        self.graph = ImportGraph()
        for name in sorted(nodes):
            self.graph.add_module(name)
        for importer, edges in sorted(self._edges.items()):
            add_imports(self.graph, importer, [Import(name, 0, lazy) for name, lazy in sorted(edges)])

    def _replace(self, importer: str, different: Set[str], found: Iterable[Import]) -> None:
        for name in sorted({name for name, _ in self._edges.get(importer, ())} & different):
            self.graph.remove_import(importer=importer, imported=name)
            self._importers[name] -= 1
        add_imports(self.graph, importer, [one for one in found if one.imported in different])
        self._importers.update({one.imported for one in found} & different)

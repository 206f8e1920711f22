"""One import graph, changed in place into that of the next commit."""

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
    """An import graph, and the imports of each importer in it."""

    def __init__(self) -> None:
        """Start with an empty graph."""
        self.graph = ImportGraph()
        self._edges: dict[str, frozenset[tuple[str, bool]]] = {}
        """Importer -> each module that it imports, and whether lazily."""
        self._importer_counts: Counter[str] = Counter()
        self._ghosts: set[str] = set()
        """The imported names that are not modules of the tree."""

    def update(
        self,
        imports: Mapping[str, tuple[Import, ...]],
        module_names: Set[str],
        changes: ModuleChanges,
    ) -> bool:
        """Apply a commit's changes.

        Args:
            imports: what each changed importer imports now.
            module_names: the names of all modules and namespaces now.
            changes: which of those names are new or gone.

        Returns:
            Whether an edge or a module changed, and not only the lines of imports.
        """
        changed = bool(changes.added or changes.removed)
        for name in sorted(changes.added):
            self.graph.add_module(name)
        affected = {*changes.added, *changes.removed, *self._ghosts}
        for importer, importer_imports in imports.items():
            edges = frozenset((one.imported, one.lazy) for one in importer_imports)
            different = {name for name, _ in edges ^ self._edges.get(importer, frozenset())}
            if different:
                changed = True
                affected |= different
                self._replace(importer, different, importer_imports)
                self._edges[importer] = edges
        missing = affected - module_names
        self._ghosts = {name for name in missing if self._importer_counts[name]}
        unused = missing - self._ghosts
        # grimp removes the descendants of a module with it, even ghosts that are still imported.
        if any(self._has_other_descendants(name, unused) for name in unused):
            self._rebuild(module_names)
            return True
        for name in sorted(unused):
            self.graph.remove_module(name)
        return changed

    def _has_other_descendants(self, name: str, unused: Set[str]) -> bool:
        try:
            return not self.graph.find_descendants(name) <= unused
        except ModuleNotPresent:
            return False

    def _rebuild(self, module_names: Set[str]) -> None:
        self.graph = ImportGraph()
        for name in sorted(module_names):
            self.graph.add_module(name)
        for importer, edges in sorted(self._edges.items()):
            add_imports(self.graph, importer, [Import(name, 0, lazy) for name, lazy in sorted(edges)])

    def _replace(self, importer: str, different: Set[str], imports: Iterable[Import]) -> None:
        for name in sorted({name for name, _ in self._edges.get(importer, ())} & different):
            self.graph.remove_import(importer=importer, imported=name)
            self._importer_counts[name] -= 1
        add_imports(self.graph, importer, [one for one in imports if one.imported in different])
        self._importer_counts.update({one.imported for one in imports} & different)

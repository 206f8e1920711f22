"""The imports that a contract judges: those of its kinds, without those that are taken from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.contract_types.verdict import Edge
from archguard.graph.model import ImportKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from archguard.graph.model import Analysis, Import


class JudgedImports:
    """The imports of a tree, of which a contract sees others than grimp's graph has."""

    def __init__(self, analysis: Analysis, changed: Mapping[str, tuple[Import, ...]]) -> None:
        """Take the imports of a tree.

        Args:
            analysis: the tree.
            changed: importer -> what it imports, where that differs.
        """
        self._analysis = analysis
        self.changed = changed

    def __iter__(self) -> Iterator[str]:
        """Iterate over the importers."""
        return iter(self._analysis.imports)

    def list_statements(self, importer: str) -> tuple[Import, ...]:
        """Return what a module imports."""
        if importer in self.changed:
            return self.changed[importer]
        return self._analysis.imports.get(importer, ())

    def list_edges(self) -> set[Edge]:
        """Return every import, as importer and imported module."""
        return {
            Edge(importer, one.imported) for importer in self for one in self.list_statements(importer)
        }

    def select_kinds(self, kinds: Set[str]) -> JudgedImports:
        """Return only the imports of some kinds; all of them if there are no kinds."""
        if not kinds:
            return self
        changed = dict(self.changed)
        for importer in self:
            statements = self.list_statements(importer)
            judged = tuple(
                one for one in statements if self.get_kind(importer, one.line, lazy=one.lazy) in kinds
            )
            if len(judged) < len(statements):
                changed[importer] = judged
        return JudgedImports(self._analysis, changed)

    def get_kind(self, importer: str, line: int, *, lazy: bool = False) -> str:
        """Return the kind of the import on a line."""
        if lazy:
            return ImportKind.LAZY
        return self._analysis.kinds.get(importer, {}).get(line, ImportKind.TOP_LEVEL)

    def remove(self, edges: Set[Edge]) -> JudgedImports:
        """Return the imports without some of them."""
        if not edges:
            return self
        changed = dict(self.changed)
        for importer in {edge.importer for edge in edges}:
            changed[importer] = tuple(
                one for one in self.list_statements(importer) if (importer, one.imported) not in edges
            )
        return JudgedImports(self._analysis, changed)

"""Find out whether a new import would close a cycle of imports that run when modules are loaded."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from archguard.graph.model import ImportKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Set

    from archguard.graph.model import Analysis, Import

_AT_LOAD = frozenset({ImportKind.TOP_LEVEL, ImportKind.GUARDED})


class CycleSearch:
    """Looks for cycles in the imports of one tree."""

    def __init__(self, analysis: Analysis, read_kinds: Callable[[], Analysis]) -> None:
        """Read nothing yet.

        Args:
            analysis: what every module imports.
            read_kinds: reads the tree again, with the kind of each import; called where it matters.
        """
        self._all = _list_loaded(analysis.imports)
        self._read_kinds = read_kinds

    @cached_property
    def _with_kinds(self) -> Analysis:
        return self._read_kinds()

    @cached_property
    def _at_load(self) -> Mapping[str, Set[str]]:
        """What each module imports when it is loaded."""
        analysis = self._with_kinds
        return _list_loaded(
            {
                importer: [
                    one
                    for one in imports
                    if not one.lazy
                    and analysis.kinds.get(importer, {}).get(one.line, ImportKind.TOP_LEVEL) in _AT_LOAD
                ]
                for importer, imports in analysis.imports.items()
            }
        )

    def closes_cycle(self, importer: str, old: str, home: str, lines: Iterable[int]) -> bool:
        """Return whether importing a home instead of an old module closes a cycle that was not there.

        Args:
            importer: the importing module.
            old: what it imports now.
            home: what it would import.
            lines: where its imports stand.
        """
        if importer == home:
            return True
        # Most pairs are far apart even if every import counts, and the kinds need not be read.
        if importer not in _reach(self._all, home, without=(importer, old)):
            return False
        kinds = self._with_kinds.kinds.get(importer, {})
        if not any(kinds.get(line, ImportKind.TOP_LEVEL) in _AT_LOAD for line in lines):
            return False
        reaches = importer in _reach(self._at_load, home, without=(importer, old))
        return reaches and home not in _reach(self._at_load, importer)


def _list_loaded(imports: Mapping[str, Iterable[Import]]) -> dict[str, set[str]]:
    """Return which modules the loading of each one loads: what it imports, and its parent."""
    loaded: defaultdict[str, set[str]] = defaultdict(set)
    for importer, several in imports.items():
        loaded[importer] = {one.imported for one in several}
        parent = importer.rpartition(".")[0]
        if parent:
            loaded[importer].add(parent)
    return loaded


def _reach(
    imports: Mapping[str, Set[str]], start: str, *, without: tuple[str, str] = ("", "")
) -> Set[str]:
    """Return the modules that a module reaches, itself left out unless it lies on a cycle."""
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        module = waiting.pop()
        for imported in imports.get(module, ()):
            if (module, imported) != without and imported not in reached:
                reached.add(imported)
                waiting.append(imported)
    return reached

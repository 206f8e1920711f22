"""Convert the import graph of an analysis into a snapshot's; in a history, only what changed."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

from archguard.snapshot.schema import Graph, ModuleKind
from archguard.snapshot.truncate import truncate
from archguard.snapshot.wire_types import MAX_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from archguard.graph.discovery import Module
    from archguard.graph.model import Analysis, Import

_imported = itemgetter(0)


class GraphBuilder:
    """Builds the graphs of one commit after another."""

    def __init__(self) -> None:
        self._last_imports: dict[str, tuple[Import, ...]] = {}
        """Importer -> its imports in the last analysis."""
        self._targets: dict[str, tuple[str, ...]] = {}
        """Importer -> the modules that it imports, each once."""
        self._importers: Counter[str] = Counter()
        self._modules: Mapping[str, Module] = {}
        self._names: list[str] = []
        self._names_fit = True
        self._index: dict[str, int] = {}
        self._last = Graph(modules=(), kinds="", imports=())

    def build(self, analysis: Analysis) -> Graph:
        """Return the modules and imports, those of modules that certainly do not exist included.

        Args:
            analysis: one for which `AnalysisOptions.missing_imports` was asked for.
        """
        imports_changed = self._update_imports({**analysis.imports, **analysis.missing_imports})
        names_changed = self._update_names({*analysis.modules, *analysis.namespaces, *self._importers})
        kinds_changed = names_changed or analysis.modules != self._modules
        last = self._last
        if imports_changed or kinds_changed:
            self._modules = dict(analysis.modules)
            # Valid by construction; validating it would take longer than building it.
            self._last = Graph.model_construct(
                modules=self._truncated_names() if names_changed else last.modules,
                kinds="".join([_find_kind(name, analysis) for name in self._names])
                if kinds_changed
                else last.kinds,
                imports=self._list_imports() if imports_changed or names_changed else last.imports,
            )
        return self._last

    def _update_imports(self, imports_by_importer: dict[str, tuple[Import, ...]]) -> bool:
        """Store the imports of an analysis; return whether an edge changed."""
        changed = {
            name
            for name, imports in imports_by_importer.items()
            if (before := self._last_imports.get(name)) is not imports and before != imports
        }
        removed = self._last_imports.keys() - imports_by_importer.keys()
        self._last_imports = imports_by_importer
        has_changed = False
        for importer in changed | removed:
            targets = tuple(
                dict.fromkeys(map(_imported, imports_by_importer.get(importer, ())))
            )  # sorted already
            old_targets = self._targets.get(importer, ())
            if targets != old_targets:
                has_changed = True
                self._importers.update(targets)
                self._importers.subtract(old_targets)
                self._targets[importer] = targets
                for name in old_targets:
                    if not self._importers[name]:
                        del self._importers[name]
        return has_changed

    def _update_names(self, names: set[str]) -> bool:
        """Store the names of an analysis; return whether one changed."""
        if names == self._index.keys():
            return False
        # Mostly sorted already, which makes sorting fast.
        remaining = [name for name in self._names if name in names]
        self._names_fit = _need_no_truncation(names)
        self._names = sorted(
            [*remaining, *names.difference(remaining)], key=None if self._names_fit else _truncate
        )
        self._index = {name: number for number, name in enumerate(self._names)}
        return True

    def _truncated_names(self) -> tuple[str, ...]:
        return tuple(self._names if self._names_fit else map(_truncate, self._names))

    def _list_imports(self) -> tuple[tuple[int, int], ...]:
        index, targets = self._index, self._targets
        if not self._names_fit:
            return tuple(sorted((index[name], index[to]) for name in targets for to in targets[name]))
        return tuple(
            [
                (number, index[to])
                for number, name in enumerate(self._names)
                if name in targets
                for to in targets[name]
            ]
        )


def find_importers(graph: Graph, modules: Iterable[str]) -> set[str]:
    """Return the modules that import one of `modules` or a descendant of one, and are none of these."""
    inside = {index for name in modules for index in _find_descendants(graph.modules, name)}
    return {
        graph.modules[importer]
        for importer, imported in graph.imports
        if imported in inside and importer not in inside
    }


def _find_descendants(modules: tuple[str, ...], name: str) -> Iterator[int]:
    """Return the indexes of a module and its descendants."""
    index = bisect_left(modules, name)
    if index < len(modules) and modules[index] == name:
        yield index
    # `/` is the next character after `.`.
    yield from range(bisect_left(modules, f"{name}."), bisect_left(modules, f"{name}/"))


def _need_no_truncation(names: Collection[str]) -> bool:
    """Return whether all names can be sent unchanged."""
    text = "".join(names)
    return max(map(len, names), default=0) <= MAX_NAME and truncate(text, len(text)) == text


def _truncate(name: str) -> str:
    return truncate(name, MAX_NAME)


def _find_kind(name: str, analysis: Analysis) -> str:
    module = analysis.modules.get(name)
    if module is not None:
        return (
            "p" if module.is_package else "m"
        )  # letters of `ModuleKind`, whose attributes are slow to look up
    if name in analysis.namespaces:
        return ModuleKind.NAMESPACE.value
    return (ModuleKind.EXTERNAL if analysis.exists(name) else ModuleKind.GHOST).value

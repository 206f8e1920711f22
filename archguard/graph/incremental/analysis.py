"""The facts and graphs of a tree that changes from commit to commit: what did not change is kept.

The result for a commit is what `analysis` and `building` make of it from nothing: a test says so.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, TypeVar

from grimp import ImportGraph

from archguard.graph.discovery import Root
from archguard.graph.import_graph import add_ghosts, build_graph
from archguard.graph.incremental.import_graph import IncrementalGraph
from archguard.graph.incremental.scan import version_key
from archguard.graph.model import Analysis, Import, RawImport, Reference, ScanResult, UnreadFile
from archguard.graph.module_expressions import Deprecation
from archguard.graph.resolution import Resolution, find_external_packages
from archguard.sources.source import module_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.graph.discovery import Module, UnusableFile
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.incremental.scan import IncrementalScan
    from archguard.graph.model import AnalysisOptions


_Fact = TypeVar("_Fact")
NOWHERE = ""
"""The path of a root that a commit does not have."""


class IncrementalAnalysis:
    """One commit's facts and graphs, changed in place into the next one's."""

    def __init__(
        self, options: AnalysisOptions, versions: IncrementalScan, *, ghosts: bool, plain: bool
    ) -> None:
        """Begin with no module.

        Args:
            options: what to look for.
            versions: what every version says; all have been scanned.
            ghosts: whether a graph with ghosts is asked for.
            plain: whether one without is.
        """
        self._options = options
        self._versions = versions
        self._deprecation = Deprecation(options.deprecated)
        self._modules: dict[str, Module] = {}
        self._nodes: set[str] = set()
        self._raw: dict[str, tuple[RawImport, ...]] = {}
        self._unread: dict[str, ScanResult] = {}
        self._hidden: dict[tuple[str, str | None], ScanResult] = {}
        self._references: dict[str, tuple[tuple[str, int], ...]] = {}
        self._concerned: set[str] = set()
        """Who imports what an expression covers."""
        self._names: dict[str, set[str]] = {}
        self._keys: dict[str, set[str]] = {}
        self._users: dict[str, set[str]] = {}
        """Name -> who imports it, or something in it."""
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._ghost_imports: dict[str, tuple[Import, ...]] = {}
        self._resolution = Resolution(self._modules)
        self._plain = IncrementalGraph() if plain else None
        self._ghostly = IncrementalGraph() if ghosts else None
        self.blobs: dict[str, str] = {}
        """Path -> object id of each module's content."""
        self.graph = ImportGraph()
        self.graph_with_ghosts = ImportGraph()
        self.graph_changed = self.graph_with_ghosts_changed = True
        """Whether the last step changed an edge or a node."""
        self.references_changed = True
        self._outside: tuple[tuple[UnusableFile, str | None], ...] = ()
        self._roots: tuple[Root, ...] = ()
        self.analysis = self._analysis()

    def apply(self, step: ModuleChanges) -> None:
        """Become the next commit's."""
        self.graph_changed = self.graph_with_ghosts_changed = self.references_changed = False
        if step.is_empty and step.unread == self._outside and step.roots == self._roots:
            return
        self._outside, self._roots = step.unread, step.roots
        moved = {
            name for name, version in step.changed.items() if (name in self._modules) != bool(version)
        }
        importers = set()
        for name, version in step.changed.items():
            if version is None:
                self._modules.pop(name, None)
                said = ScanResult(reason="gone")
            else:
                self._modules[name] = version.module
                self.blobs[version.module.path] = version.blob
                said = self._versions.results[version_key(version)]
            if self._learn(name, said):
                importers.add(name)
            if version is None:
                del self._unread[name]
        self._nodes |= step.added
        self._nodes -= step.removed
        affected = {name for name in importers if name in self._raw}
        for name in moved:
            affected |= self._users.get(name, set())
        if moved:
            self._resolution = Resolution(self._modules)
        references = self.analysis.references
        self.analysis = self._analysis()
        self.references_changed = references != self.analysis.references
        if self._options.include_external_packages:
            self._start_anew()
        else:
            self._resolve(affected)
            self._update(affected | importers, step)

    def _learn(self, name: str, said: ScanResult) -> bool:
        """Take what a module's file says for what it said before; whether it imports anything else."""
        _put(self._unread, name, said, present=said.reason is not None)
        _put(self._references, name, said.references, present=bool(said.references))
        if said.reason is None and said.imports == self._raw.get(name):
            return False
        _put(self._raw, name, said.imports, present=said.reason is None)
        if name not in self._raw:
            self._imports.pop(name, None)
            self._ghost_imports.pop(name, None)
        names = {one[0] for one in said.imports}
        if names == self._names.get(name, frozenset()):
            return True  # at other lines, perhaps
        keys = names | {one.rpartition(".")[0] for one in names}
        old = self._keys.get(name, set())
        for one in old - keys:
            self._users[one].discard(name)
        for one in keys - old:
            self._users.setdefault(one, set()).add(name)
        self._names[name], self._keys[name] = names, keys
        if any(map(self._deprecation.covers, names)):
            self._concerned.add(name)
        else:
            self._concerned.discard(name)
        return True

    def _resolve(self, importers: Iterable[str]) -> None:
        for name in importers:
            raw = self._raw[name]
            self._imports[name] = self._resolution.resolve_imports(raw)
            found = None
            if name in self._concerned:
                found = self._resolution.resolve_with_ghosts(raw, self._deprecation)
            if found is None:
                self._ghost_imports.pop(name, None)
            else:
                self._ghost_imports[name] = found

    def _start_anew(self) -> None:
        """Resolve and build everything: grimp cannot change what is squashed, as packages are."""
        packages = find_external_packages(self._raw, self._modules, self._options.root_packages)
        self._resolution = Resolution(self._modules, packages)
        self._resolve(self._raw)
        graph = build_graph(self.analysis.importable_names, sorted(self.analysis.imports.items()))
        if self._plain is not None:
            self.graph, self.graph_changed = graph, True
        if self._ghostly is not None:
            self.graph_with_ghosts = deepcopy(graph)
            add_ghosts(self.graph_with_ghosts, self.analysis)
            self.graph_with_ghosts_changed = True

    def _update(self, importers: Iterable[str], step: ModuleChanges) -> None:
        names = sorted(importers)
        if self._plain is not None:
            seen = {name: self._imports.get(name, ()) for name in names}
            self.graph_changed = self._plain.update(seen, self._nodes, step)
            self.graph = self._plain.graph
        if self._ghostly is not None:
            seen = {name: self._ghost_imports.get(name) or self._imports.get(name, ()) for name in names}
            self.graph_with_ghosts_changed = self._ghostly.update(seen, self._nodes, step)
            self.graph_with_ghosts = self._ghostly.graph

    def _analysis(self) -> Analysis:
        standing = {root.name: root for root in self._roots}
        files = [
            UnreadFile(
                self._modules[name].path,
                said.reason or "",
                said.line,
                self._deprecation.find_imported(said.names, self._modules),
                name,
            )
            for name, said in self._unread.items()
        ]
        for one, blob in self._outside:
            said = self._said_hidden(one.path, blob)
            names = self._deprecation.find_imported(said.names, self._modules)
            files.append(UnreadFile(one.path, one.reason, None, names))
        references = [
            Reference(name, self._modules[name].path, line, reference)
            for name, every in self._references.items()
            for reference, line in every
        ]
        return Analysis(
            modules=self._modules,
            namespaces=self._nodes,
            roots=tuple(
                standing.get(name) or Root(name, NOWHERE) for name in self._options.root_packages
            ),
            imports=self._imports,
            ghost_imports=self._ghost_imports,
            references=tuple(sorted(references)),
            unread=tuple(sorted(files, key=lambda file: file.path)),
            files=len(self._modules) + len(self._outside),
        )

    def _said_hidden(self, path: str, blob: str | None) -> ScanResult:
        if (path, blob) not in self._hidden:
            module, is_package = module_name(path)
            self._hidden[path, blob] = self._versions.find_names(blob, module, is_package=is_package)
        return self._hidden[path, blob]


def _put(facts: dict[str, _Fact], name: str, fact: _Fact, *, present: bool) -> None:
    if present:
        facts[name] = fact
    else:
        facts.pop(name, None)

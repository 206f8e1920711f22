"""The analysis and graphs of a tree, updated from commit to commit.

The result for each commit equals what `archguard.graph.analysis` and `archguard.graph.import_graph`
make of its tree alone: tests compare the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from grimp import ImportGraph

from archguard.graph.bound_names import BoundNames
from archguard.graph.discovery import Root
from archguard.graph.import_graph import build_graph
from archguard.graph.incremental.discovery import ModuleVersion
from archguard.graph.incremental.import_graph import IncrementalGraph
from archguard.graph.incremental.scan import version_key
from archguard.graph.model import (
    Analysis,
    Import,
    RawComment,
    RawImport,
    RawReference,
    Reference,
    ScanResult,
    UnreadFile,
)
from archguard.graph.module_expressions import is_within, make_deprecation
from archguard.graph.resolution import DeprecatedImportResolver, Resolution, find_external_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.graph.bound_names import ModuleBindings
    from archguard.graph.discovery import Module, UnusableFile
    from archguard.graph.incremental.discovery import ModuleChanges
    from archguard.graph.incremental.scan import IncrementalScan
    from archguard.graph.model import AnalysisOptions


_Fact = TypeVar("_Fact")
NOWHERE = ""
"""The path of a root that a commit does not have."""


class IncrementalAnalysis:
    """The analysis and graphs of one commit, changed in place into those of the next."""

    def __init__(self, options: AnalysisOptions, scan: IncrementalScan) -> None:
        """Start without modules.

        Args:
            options: the roots, and what to look for.
            scan: the results of all versions.
        """
        self._options = options
        self._scan = scan
        self._deprecation = make_deprecation(options.deprecated)
        self._modules: dict[str, Module] = {}
        self._importable_names: set[str] = set()
        self._raw: dict[str, tuple[RawImport, ...]] = {}
        self._unread: dict[str, ScanResult] = {}
        self._hidden: dict[tuple[UnusableFile, str | None], ScanResult] = {}
        """(file, object id) -> the result of a file that cannot be a module."""
        self._references: dict[str, tuple[RawReference, ...]] = {}
        self._names: dict[str, set[str]] = {}
        """Importer -> the names that it imports."""
        self._kinds: dict[str, dict[int, str]] = {}
        self._comments: dict[str, tuple[RawComment, ...]] = {}
        self._lookups: dict[str, set[str]] = {}
        """Importer -> those names and their parents: the modules that they can be resolved to."""
        self._users: dict[str, set[str]] = {}
        """Name -> its importers, by `_lookups`."""
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._missing_imports: dict[str, tuple[Import, ...]] = {}
        self._unlisted: set[str] = set()
        """The importers whose entry there is out of date."""
        self._resolution = Resolution(self._modules)
        self._bound_names = BoundNames(self._modules, self._importable_names, self._read_bindings)
        self._deprecated_imports = DeprecatedImportResolver(
            self._resolution, self._bound_names, self._deprecation
        )
        self._incremental_graph = IncrementalGraph()
        self._last_bindings: dict[str, ModuleBindings | None] = {}
        """What each module bound when it was last read."""
        self.blobs: dict[str, str] = {}
        """Path -> object id of each module's content."""
        self.graph = ImportGraph()
        self.graph_changed = True
        """Whether the last commit changed an edge or a module."""
        self.references_changed = True
        self.changed = True
        """Whether the last commit changed anything that is read."""
        self._unusable: tuple[tuple[UnusableFile, str | None], ...] = ()
        self._roots: tuple[Root, ...] = ()
        self._foreign: frozenset[str] = frozenset()
        self.analysis = self._build_analysis()

    def apply(self, changes: ModuleChanges) -> None:
        """Become the analysis of the next commit."""
        self.graph_changed = self.references_changed = self.changed = False
        foreign_moved = changes.foreign ^ self._foreign
        if (
            changes.is_empty
            and not foreign_moved
            and changes.unread == self._unusable
            and changes.roots == self._roots
        ):
            return
        self.changed = True
        self._unusable, self._roots, self._foreign = changes.unread, changes.roots, changes.foreign
        moved = {
            name for name, version in changes.changed.items() if (name in self._modules) != bool(version)
        }
        reshaped = self._find_reshaped(changes)
        importers = set()
        for name, version in changes.changed.items():
            if version is None:
                self._modules.pop(name, None)
                result = ScanResult(reason="gone")
            else:
                self._modules[name] = version.module
                self.blobs[version.module.path] = version.blob
                result = self._scan.results[version_key(version)]
            if self._store(name, result):
                importers.add(name)
            if version is None:
                del self._unread[name]
        self._importable_names |= changes.added
        self._importable_names -= changes.removed
        affected = {name for name in importers if name in self._raw}
        for name in moved | reshaped | foreign_moved | changes.added | changes.removed:
            affected |= self._users.get(name, set())
        if moved or foreign_moved:
            self._resolution = Resolution(self._modules, foreign=self._foreign)
            self._deprecated_imports.resolution = self._resolution
        self._bound_names.foreign = self._foreign
        if foreign_moved or self._may_bind_otherwise(changes):
            self._deprecated_imports.forget_all()
        self._forget(affected)
        references = self.analysis.references
        self.analysis = self._build_analysis()
        self.references_changed = references != self.analysis.references
        if self._options.include_external_packages:
            self._rebuild_all()
        else:
            self._resolve(affected)
            self._update_graph(affected | importers, changes)
        self._find_missing_imports()

    def find_version(self, name: str) -> ModuleVersion | None:
        """Return the version of a module at the commit; None if it has no such module."""
        module = self._modules.get(name)
        return module and ModuleVersion(module, self.blobs[module.path])

    def list_versions(self) -> dict[str, ModuleVersion]:
        """Return the versions of all modules of the commit."""
        return {
            name: ModuleVersion(module, self.blobs[module.path])
            for name, module in self._modules.items()
        }

    def _store(self, name: str, result: ScanResult) -> bool:
        """Store the result of a module's new version; return True if it imports anything else."""
        _put(self._unread, name, result, present=result.reason is not None)
        _put(self._references, name, result.references, present=bool(result.references))
        _put(self._kinds, name, dict(result.kinds), present=bool(result.kinds))
        _put(self._comments, name, result.comments, present=bool(result.comments))
        if result.reason is None and result.imports == self._raw.get(name):
            return False
        _put(self._raw, name, result.imports, present=result.reason is None)
        if name not in self._raw:
            self._imports.pop(name, None)
            self._unlisted.add(name)
        self._deprecated_imports.put(name, result.imports)
        names = {raw_import[0] for raw_import in result.imports}
        if names == self._names.get(name, frozenset()):
            return True
        lookups = names | {imported.rpartition(".")[0] for imported in names}
        old_lookups = self._lookups.get(name, set())
        for imported in old_lookups - lookups:
            self._users[imported].discard(name)
        for imported in lookups - old_lookups:
            self._users.setdefault(imported, set()).add(name)
        self._names[name], self._lookups[name] = names, lookups
        return True

    def _resolve(self, importers: Iterable[str]) -> None:
        for name in importers:
            raw = self._raw[name]
            self._imports[name] = self._resolution.resolve_imports(raw)

    def _forget(self, importers: Set[str]) -> None:
        """Resolve the imports of some modules again when they are needed."""
        self._unlisted |= importers
        for name in importers:
            self._deprecated_imports.forget(name)

    def _find_missing_imports(self) -> None:
        if not self._options.missing_imports:
            return
        for name in self._unlisted:
            missing = self._resolution.resolve_with_missing(
                self._raw.get(name, ()), self._importable_names, self._is_inside
            )
            _put(self._missing_imports, name, missing or (), present=missing is not None)
        self._unlisted.clear()

    def _find_reshaped(self, changes: ModuleChanges) -> set[str]:
        """Return the modules that were a package and are a single file now, or the other way round."""
        return {
            name
            for name, version in changes.changed.items()
            if version
            and name in self._modules
            and self._modules[name].is_package != version.module.is_package
        }

    def _is_inside(self, name: str) -> bool:
        return any(is_within(name, root) for root in self._options.root_packages)

    def _read_bindings(self, module: Module) -> ModuleBindings | None:
        key = (self.blobs[module.path], module.name, module.is_package)
        self._last_bindings[module.name] = bindings = self._scan.read_bindings(key)
        return bindings

    def _may_bind_otherwise(self, changes: ModuleChanges) -> bool:
        """Return whether a module that was asked what it binds may answer otherwise now."""
        consulted = self._bound_names.consulted
        moved = changes.added | changes.removed
        if any(name in consulted or name.rpartition(".")[0] in consulted for name in moved):
            return True
        return any(
            version is None or self._last_bindings.get(name) != self._read_bindings(version.module)
            for name, version in changes.changed.items()
            if name in consulted
        )

    def _rebuild_all(self) -> None:
        """Resolve and build everything again: grimp cannot change squashed modules, as packages are."""
        packages = find_external_packages(self._raw, self._modules, self._options.root_packages)
        self._resolution = Resolution(self._modules, packages, foreign=self._foreign)
        self._deprecated_imports.resolution = self._resolution
        self._deprecated_imports.forget_all()
        self._unlisted |= self._raw.keys()
        self._resolve(self._raw)
        self.graph = build_graph(self.analysis.importable_names, sorted(self.analysis.imports.items()))
        self.graph_changed = True

    def _update_graph(self, importers: Iterable[str], changes: ModuleChanges) -> None:
        imports = {name: self._imports.get(name, ()) for name in sorted(importers)}
        self.graph_changed = self._incremental_graph.update(imports, self._importable_names, changes)
        self.graph = self._incremental_graph.graph

    def _build_analysis(self) -> Analysis:
        roots = [
            root
            for name in self._options.root_packages
            for root in [one for one in self._roots if one.name == name] or [Root(name, NOWHERE)]
        ]
        references = [
            Reference(importer, self._modules[importer].path, line, name, kind)
            for importer, importer_references in self._references.items()
            for name, line, kind in importer_references
        ]
        return Analysis(
            modules=self._modules,
            namespaces=self._importable_names,
            roots=tuple(roots),
            imports=self._imports,
            deprecated_imports=self._deprecated_imports,
            references=tuple(sorted(references)),
            unread=tuple(sorted(self._unread_files(), key=lambda file: file.path)),
            files=len(self._modules) + len(self._unusable),
            foreign=self._foreign,
            kinds=self._kinds,
            comments=self._comments,
            raw_imports=self._raw,
            missing_imports=self._missing_imports,
        )

    def _unread_files(self) -> list[UnreadFile]:
        files = [
            UnreadFile(
                path=self._modules[name].path,
                reason=result.reason or "",
                line=result.line,
                names=self._deprecation.find_imported(result.names, self._bound_names),
                module=name,
                unknown=result.unknown,
            )
            for name, result in self._unread.items()
        ]
        for file, blob in self._unusable:
            result = self._hidden_result(file, blob)
            names = self._deprecation.find_imported(result.names, self._bound_names)
            reason = result.reason or file.reason
            files.append(
                UnreadFile(file.path, reason, None, names, unknown=result.unknown, place=file.name)
            )
        return files

    def _hidden_result(self, file: UnusableFile, blob: str | None) -> ScanResult:
        if (file, blob) not in self._hidden:
            self._hidden[file, blob] = self._scan.search(file, blob)
        return self._hidden[file, blob]


def _put(facts: dict[str, _Fact], name: str, fact: _Fact, *, present: bool) -> None:
    if present:
        facts[name] = fact
    else:
        facts.pop(name, None)

"""From a source to an `Analysis`: the modules, what each of them imports, and what could not be read."""

from __future__ import annotations

from functools import lru_cache, partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from archguard.errors import ArchguardError
from archguard.graph.bound_names import BoundNames
from archguard.graph.configuration_names import find_configuration_references
from archguard.graph.model import (
    Analysis,
    AnalysisOptions,
    Reference,
    ScanResult,
    UnreadFile,
    parse_scan_result,
)
from archguard.graph.module_expressions import is_within, make_deprecation
from archguard.graph.outside_search import OutsideSearch
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.resolution import DeprecatedImportResolver, Resolution, find_external_packages
from archguard.graph.scanning.daemon_threads import DaemonThreads
from archguard.graph.scanning.scan import Scan
from archguard.graph.scanning.text_search import search_deadly, search_unusable
from archguard.graph.tree_state import TreeState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from archguard.graph.bound_names import ReadBindings
    from archguard.graph.discovery import Discovery, Module, UnusableFile
    from archguard.graph.model import Import, ModuleImports, RawComment, RawImport
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.child import ChildProcess
    from archguard.graph.scanning.workers import RawScanResults
    from archguard.sources.source import Source

    ImportsByModule = Mapping[str, tuple[Import, ...] | None]
    """What some modules import; None for a module that could not be read."""
    PublishImports = Callable[[ImportsByModule], None]


def analyse(
    source: Source,
    options: AnalysisOptions,
    *,
    cache: Cache,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
    started: Sequence[ChildProcess] = (),
    tree_state: TreeState | None = None,
) -> RunningAnalysis:
    """Find the modules of the roots, and read their files in a thread while the caller goes on.

    Args:
        source: the tree.
        options: the roots, and what to look for in their files.
        cache: results of earlier runs.
        jobs: number of child processes.
        progress: called with the number of files read so far and of all files.
        started: child processes that were started earlier.
        tree_state: the state of the source, if the caller has found its modules already.

    Raises:
        SourceError: a root does not exist.
        WorkerError: no child process can be started; raised by `RunningAnalysis.result`.
    """
    scan = Scan(source, options, cache=cache, jobs=jobs, started=started, progress=progress)
    try:
        tree_state = tree_state or TreeState(source, options)
    except ArchguardError:
        scan.close()
        raise
    return RunningAnalysis(tree_state.discovery, partial(_read_files, tree_state, scan))


class RunningAnalysis:
    """An analysis that a thread makes; the imports of a module are available before the result is."""

    def __init__(self, discovery: Discovery, read: Callable[[PublishImports], Analysis]) -> None:
        """Start the thread.

        Args:
            discovery: the modules.
            read: reads them; is called with a function that publishes the imports of some modules, in
                any order.
        """
        self.discovery = discovery
        self._published: SimpleQueue[ImportsByModule | None] = SimpleQueue()
        thread = DaemonThreads(1)
        self._analysis = thread.submit(read, self._published.put)
        self._analysis.add_done_callback(lambda _: self._published.put(None))
        thread.shutdown(wait=False)

    def imports(self) -> Iterator[ModuleImports]:
        """Yield each module that could be read and its imports, by name, as soon as they are known.

        To be called once only. Ends early if the analysis fails: `result` raises the error.
        """
        known: dict[str, tuple[Import, ...] | None] = {}
        for name in sorted(self.discovery.modules):
            while name not in known and (imports_by_module := self._published.get()) is not None:
                known |= imports_by_module
            if name not in known:
                break
            if (imports := known.pop(name)) is not None:
                yield name, imports

    def result(self) -> Analysis:
        """Wait for the analysis and return it.

        Raises:
            WorkerError: no child process can be started.
        """
        return self._analysis.result()


def _read_files(tree_state: TreeState, scan: Scan, publish: PublishImports) -> Analysis:
    try:
        discovery = tree_state.discovery
        builder = AnalysisBuilder(discovery, scan.options, scan.read_bindings)
        stamps: dict[str, str | None] = {}
        # Which external packages there are is known after all files are read only.
        publish_at_end = scan.options.include_external_packages

        def add(results: RawScanResults) -> None:
            for module, result in results.items():
                stamps[module.path] = result.get("stamp")  # missing if the child died
                builder.add(module, _parse_result(module, result, scan))
            if not publish_at_end:
                publish({module.name: builder.imports(module.name) for module in results})

        scan.run(tree_state, add)
        others = [*(file.path for file in discovery.unread), *tree_state.configuration_files]
        stamps |= zip(others, scan.source.stamps(others), strict=True)
        builder.add_references(
            find_configuration_references(
                scan.source, tree_state.configuration_files, scan.options.deprecated
            )
        )
        finder = ReferenceFinder(scan.options.deprecated, scan.options.deprecated_symbols)
        hidden = {
            file: search_unusable(file, scan.source, finder, file.path) for file in discovery.unread
        }
        analysis = builder.build(hidden, tree_state.compute_state(stamps))
        search = OutsideSearch(scan.source, scan.cache, scan.options.deprecated, builder.bound_names)
        outside, excluded = search.search(tree_state.outside_files, tree_state.outside_stamps)
        analysis = analysis._replace(outside=outside, excluded=excluded)
        if publish_at_end:
            publish({name: builder.imports(name) for name in discovery.modules})
        return analysis
    finally:
        scan.close()


def _parse_result(module: Module, result: Mapping[str, Any], scan: Scan) -> ScanResult:
    if result.get("died"):
        finder = ReferenceFinder(scan.options.deprecated, scan.options.deprecated_symbols)
        return search_deadly(module, result["reason"], scan.source, finder)
    return parse_scan_result(result)


class AnalysisBuilder:
    """Puts an analysis together from the results of the files, which may come in any order."""

    def __init__(
        self, discovery: Discovery, options: AnalysisOptions, read_bindings: ReadBindings
    ) -> None:
        """Start without results.

        Args:
            discovery: the modules.
            options: what was looked for.
            read_bindings: reads what a module binds.
        """
        self._discovery = discovery
        self._options = options
        self.bound_names = BoundNames(
            discovery.modules,
            discovery.namespaces,
            lru_cache(maxsize=None)(read_bindings),
            discovery.foreign,
        )
        self._resolution = Resolution(discovery.modules, foreign=discovery.foreign)
        self._raw: dict[str, tuple[RawImport, ...]] = {}
        self._imports: dict[str, tuple[Import, ...]] = {}
        self._unread: list[tuple[Module, ScanResult]] = []
        self._references: list[Reference] = []
        self._kinds: dict[str, dict[int, str]] = {}
        self._comments: dict[str, tuple[RawComment, ...]] = {}

    def add(self, module: Module, result: ScanResult) -> None:
        """Add the result of a module's file."""
        if result.reason is not None:
            self._unread.append((module, result))
            return
        self._raw[module.name] = result.imports
        if not self._options.include_external_packages:
            self._imports[module.name] = self._resolution.resolve_imports(result.imports)
        for name, line, kind in result.references:
            self._references.append(Reference(module.name, module.path, line, name, kind))
        if result.kinds:
            self._kinds[module.name] = dict(result.kinds)
        if result.comments:
            self._comments[module.name] = result.comments

    def add_references(self, references: Iterable[Reference]) -> None:
        """Add names in files that are no modules."""
        self._references += references

    def imports(self, module: str) -> tuple[Import, ...] | None:
        """Return what a module imports; None if its file could not be read.

        With `include_external_packages` the imports are known after `build` only.
        """
        return self._imports.get(module)

    def build(self, hidden: Mapping[UnusableFile, ScanResult], state: str | None = None) -> Analysis:
        """Return the analysis, once every module was added.

        Args:
            hidden: the results of files that cannot be modules.
            state: the name of the tree's content, if it has one: see `TreeState.compute_state`.
        """
        modules = self._discovery.modules
        if self._options.include_external_packages:
            packages = find_external_packages(self._raw, modules, self._options.root_packages)
            self._resolution = Resolution(modules, packages, foreign=self._discovery.foreign)
            resolve = self._resolution.resolve_imports
            self._imports = {name: resolve(raw) for name, raw in self._raw.items()}
        deprecated_imports = self._list_deprecated_imports()
        return Analysis(
            modules=modules,
            namespaces=self._discovery.namespaces,
            roots=self._discovery.roots,
            imports=self._imports,
            deprecated_imports=deprecated_imports,
            references=tuple(sorted(self._references)),
            unread=self._unread_files(hidden),
            files=len(modules) + len(hidden),
            state=state,
            foreign=self._discovery.foreign,
            kinds=self._kinds,
            comments=self._comments,
            raw_imports=self._raw,
            missing_imports=self._find_missing_imports() if self._options.missing_imports else {},
        )

    def _unread_files(self, hidden: Mapping[UnusableFile, ScanResult]) -> tuple[UnreadFile, ...]:
        deprecation = make_deprecation(self._options.deprecated)
        files: list[tuple[str, str | None, str, ScanResult]] = [
            *((module.path, module.name, "", result) for module, result in self._unread),
            *((file.path, None, file.name, result) for file, result in hidden.items()),
        ]
        return tuple(
            UnreadFile(
                path=path,
                reason=result.reason,
                line=result.line,
                names=deprecation.find_imported(result.names, self.bound_names),
                module=name,
                unknown=result.unknown,
                place=place,
            )
            for path, name, place, result in sorted(files, key=lambda file: file[0])
            if result.reason is not None
        )

    def _list_deprecated_imports(self) -> DeprecatedImportResolver:
        deprecation = make_deprecation(self._options.deprecated)
        deprecated_imports = DeprecatedImportResolver(self._resolution, self.bound_names, deprecation)
        # Every imported name was resolved before, so iterating over `resolution` yields all of them.
        concerned = {name for name in self._resolution if deprecation.may_concern(name, is_from=True)}
        for importer, raw in self._raw.items():
            if any(raw_import[0] in concerned for raw_import in raw):
                deprecated_imports.put(importer, raw)
        return deprecated_imports

    def _find_missing_imports(self) -> dict[str, tuple[Import, ...]]:
        namespaces, resolution = self._discovery.namespaces, self._resolution
        roots = [root.name for root in self._discovery.roots]

        def is_inside(name: str) -> bool:
            return any(is_within(name, root) for root in roots)

        return {
            importer: imports
            for importer, raw in self._raw.items()
            if (imports := resolution.resolve_with_missing(raw, namespaces, is_inside)) is not None
        }

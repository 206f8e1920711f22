"""Source to facts: which modules there are, what each imports, and what could not be read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import archguard
from archguard.graph import GRIMP_VERSION
from archguard.graph.cache import key_name
from archguard.graph.decoding import decode_anyhow
from archguard.graph.discovery import Module, discover
from archguard.graph.mentions import Search
from archguard.graph.names import is_within
from archguard.graph.workers import SetUp, Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from archguard.graph.cache import Cache
    from archguard.graph.discovery import Discovery, Root
    from archguard.sources import Source


class Import(NamedTuple):
    """One name that one statement imports."""

    imported: str
    line: int
    lazy: bool


@dataclass(frozen=True, slots=True, order=True)
class UnreadFile:
    """A file that is not in the graph, and what its text says all the same."""

    path: str
    reason: str
    line: int | None
    names: tuple[str, ...]
    """The deprecated modules that its text names."""


@dataclass(frozen=True, slots=True, order=True)
class Reference:
    """A literal string that names a deprecated module."""

    module: str
    path: str
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Options:
    """How to read the roots; the names are import-linter's session options, or our own."""

    root_packages: tuple[str, ...]
    source_roots: tuple[str, ...] = ()
    include_external_packages: bool = False
    exclude_type_checking_imports: bool = False
    deprecated: tuple[str, ...] = ()
    """The module expressions of every deprecated contract."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that the contracts are judged on."""

    modules: Mapping[str, Module]
    namespaces: frozenset[str]
    roots: tuple[Root, ...]
    imports: Mapping[str, tuple[Import, ...]]
    """Importer -> what it imports, as grimp resolves it among the modules that exist."""
    ghost_imports: Mapping[str, tuple[Import, ...]]
    """The same for the importers of ghosts, resolved among the ghosts as well."""
    references: tuple[Reference, ...]
    unread: tuple[UnreadFile, ...]
    files: int

    def exists(self, name: str) -> bool:
        """Whether a module of a root exists; what lies outside the roots is taken to exist."""
        if name in self.modules or name in self.namespaces:
            return True
        return not any(is_within(name, root.name) for root in self.roots)


def analyse(
    source: Source,
    options: Options,
    *,
    cache: Cache,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
) -> Analysis:
    """Read every module of the roots.

    Args:
        source: the tree.
        options: which roots, and what to look for.
        cache: results of earlier runs.
        jobs: child processes at once.
        progress: called with the number of files done and of all files.

    Raises:
        SourceError: a root does not exist.
        WorkerError: no child process can be started.
    """
    found = discover(source, options.root_packages, options.source_roots)
    scan = _Scan(source, options, cache, jobs, progress, found)
    try:
        results = scan.run(list(found.modules.values()))
        ghost_imports = _ghosts(found, results, scan)
    finally:
        scan.workers.close()
    return _assemble(found, results, ghost_imports, scan)


class _Scan:
    """Scanning the modules of one source among each other, with the cache in between."""

    def __init__(
        self,
        source: Source,
        options: Options,
        cache: Cache,
        jobs: int,
        progress: Callable[[int, int], None] | None,
        found: Discovery,
    ) -> None:
        self.source = source
        self.options = options
        self._cache = cache
        self._progress = progress
        self._done, self._total = 0, len(found.modules)
        self._set_up = SetUp(
            source=source.spec(),
            universe=list(found.modules),
            roots=options.root_packages,
            options={
                "include_external_packages": options.include_external_packages,
                "exclude_type_checking_imports": options.exclude_type_checking_imports,
            },
            expressions=options.deprecated,
        )
        self.workers = Workers(self._set_up, jobs, self._advance)

    def run(self, modules: list[Module], ghosts: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        """The result of scanning each module, by its name, from the cache or anew."""
        about = asdict(self._set_up)
        del about["source"]  # what was read is told by its fingerprint
        name = key_name([archguard.__version__, GRIMP_VERSION, about, ghosts])
        entries = self._cache.load(name)
        results, unknown = self._known(modules, entries)
        self._advance(len(results))
        if unknown:
            results |= self.workers.scan(unknown, ghosts)
            self._cache.store(name, _entries(modules, results, entries))
        return results

    def _known(
        self, modules: list[Module], entries: Mapping[str, Any]
    ) -> tuple[dict[str, dict[str, Any]], list[Module]]:
        candidates = [m for m in modules if m.path in entries]
        prints = self.source.fingerprints([m.path for m in candidates])
        known = {
            module.name: entries[module.path]
            for module, fingerprint in zip(candidates, prints, strict=True)
            if fingerprint is not None and entries[module.path]["print"] == fingerprint
        }
        return known, [module for module in modules if module.name not in known]

    def _advance(self, count: int) -> None:
        self._done = min(self._done + count, self._total)
        if self._progress is not None:
            self._progress(self._done, self._total)


def _entries(
    modules: Iterable[Module], results: Mapping[str, Any], old: Mapping[str, Any]
) -> dict[str, Any]:
    # What crashed or was too slow is tried again: the next machine may be stronger.
    fresh = {
        module.path: results[module.name]
        for module in modules
        if results[module.name].get("print") and not results[module.name].get("died")
    }
    return {**old, **fresh}


def _ghosts(found: Discovery, results: Mapping[str, Any], scan: _Scan) -> dict[str, tuple[Import, ...]]:
    """Scan the modules that name missing deprecated modules once more, with those as modules."""
    named = {name: result.get("named", ()) for name, result in results.items()}
    missing = {
        ghost
        for name, ghosts in named.items()
        if "imports" in results[name]
        for ghost in ghosts
        if ghost not in found.modules
    }
    if not missing:
        return {}
    concerned = [
        found.modules[name]
        for name, ghosts in sorted(named.items())
        if "imports" in results[name]
        and any(ghost in missing or _has_missing_child(ghost, missing) for ghost in ghosts)
    ]
    again = scan.run(concerned, sorted(missing))
    return {name: _imports(result) for name, result in again.items() if "imports" in result}


def _has_missing_child(name: str, missing: set[str]) -> bool:
    return any(is_within(ghost, name) for ghost in missing)


def _imports(result: Mapping[str, Any]) -> tuple[Import, ...]:
    return tuple(Import(*one) for one in result["imports"])


def _assemble(
    found: Discovery,
    results: Mapping[str, Any],
    ghost_imports: dict[str, tuple[Import, ...]],
    scan: _Scan,
) -> Analysis:
    unread = [_unread_by_name(file.path, file.reason, scan) for file in found.unread]
    unread += [
        UnreadFile(
            path=found.modules[name].path,
            reason=result["reason"],
            line=result.get("line"),
            names=_names(found.modules[name], result, scan),
        )
        for name, result in results.items()
        if "reason" in result
    ]
    references = sorted(
        Reference(name, found.modules[name].path, line, reference)
        for name, result in results.items()
        for reference, line in result.get("references", ())
    )
    return Analysis(
        modules=found.modules,
        namespaces=found.namespaces,
        roots=found.roots,
        imports={name: _imports(result) for name, result in results.items() if "imports" in result},
        ghost_imports=ghost_imports,
        references=tuple(references),
        unread=tuple(sorted(unread, key=lambda file: file.path)),
        files=len(found.modules) + len(found.unread),
    )


def _names(module: Module, result: Mapping[str, Any], scan: _Scan) -> tuple[str, ...]:
    if not result.get("died"):
        return tuple(result.get("names", ()))
    return _search(module.path, module.name, scan, is_package=module.is_package)


def _unread_by_name(path: str, reason: str, scan: _Scan) -> UnreadFile:
    module = path.removesuffix(".py").replace("/", ".")
    return UnreadFile(path, reason, None, _search(path, module, scan, is_package=False))


def _search(path: str, module: str, scan: _Scan, *, is_package: bool) -> tuple[str, ...]:
    (content,) = scan.source.read([path])
    if not isinstance(content, bytes):
        return ()
    search = Search(scan.options.deprecated)
    return search.names_in(decode_anyhow(content), module, is_package=is_package)

"""Source to facts: which modules there are, what each imports, and what could not be read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from archguard.errors import ArchguardError
from archguard.graph.ahead import Ahead
from archguard.graph.decoding import decode_anyhow
from archguard.graph.discovery import discover
from archguard.graph.facts import Analysis, Import, Options, Reference, UnreadFile
from archguard.graph.mentions import Search
from archguard.graph.names import is_within
from archguard.graph.scanning import Scan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archguard.graph.cache import Cache
    from archguard.graph.discovery import Discovery, Module
    from archguard.sources import Source


def analyse(
    source: Source,
    options: Options,
    *,
    cache: Cache,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
) -> Ahead[Analysis]:
    """Read every module of the roots; once they are found, that goes on while the caller does.

    Args:
        source: the tree.
        options: which roots, and what to look for.
        cache: results of earlier runs.
        jobs: child processes at once.
        progress: called with the number of files done and of all files.

    Raises:
        SourceError: a root does not exist.
        WorkerError: no child process can be started; raised by the result.
    """
    scan = Scan(source, options, cache=cache, jobs=jobs, progress=progress)
    try:
        found = discover(source, options.root_packages, options.source_roots)
    except ArchguardError:
        scan.close()
        raise
    return Ahead(partial(_read, found, scan))


def _read(found: Discovery, scan: Scan) -> Analysis:
    try:
        results = scan.run(found, list(found.modules.values()))
        ghost_imports = _ghosts(found, results, scan)
    finally:
        scan.close()
    return _assemble(found, results, ghost_imports, scan)


def _ghosts(found: Discovery, results: Mapping[str, Any], scan: Scan) -> dict[str, tuple[Import, ...]]:
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
    again = scan.run(found, concerned, sorted(missing))
    return {name: _imports(result) for name, result in again.items() if "imports" in result}


def _has_missing_child(name: str, missing: set[str]) -> bool:
    return any(is_within(ghost, name) for ghost in missing)


def _imports(result: Mapping[str, Any]) -> tuple[Import, ...]:
    return tuple(Import(*one) for one in result["imports"])


def _assemble(
    found: Discovery,
    results: Mapping[str, Any],
    ghost_imports: dict[str, tuple[Import, ...]],
    scan: Scan,
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


def _names(module: Module, result: Mapping[str, Any], scan: Scan) -> tuple[str, ...]:
    if not result.get("died"):
        return tuple(result.get("names", ()))
    return _search(module.path, module.name, scan, is_package=module.is_package)


def _unread_by_name(path: str, reason: str, scan: Scan) -> UnreadFile:
    module = path.removesuffix(".py").replace("/", ".")
    return UnreadFile(path, reason, None, _search(path, module, scan, is_package=False))


def _search(path: str, module: str, scan: Scan, *, is_package: bool) -> tuple[str, ...]:
    (content,) = scan.source.read([path])
    if not isinstance(content, bytes):
        return ()
    search = Search(scan.options.deprecated)
    return search.names_in(decode_anyhow(content), module, is_package=is_package)

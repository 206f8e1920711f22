"""Source to facts: which modules there are, what each imports, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.errors import ArchguardError
from archguard.graph.decoding import decode_anyhow
from archguard.graph.discovery import discover
from archguard.graph.facts import Analysis, Options, Reference, Scanned, UnreadFile, scanned
from archguard.graph.mentions import Search
from archguard.graph.resolution import Deprecation, Resolution, external_packages
from archguard.graph.scanning import Scan
from archguard.graph.threads import DaemonThreads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future

    from archguard.graph.cache import Cache
    from archguard.graph.discovery import Discovery, Module, Unread
    from archguard.sources import Source


def analyse(
    source: Source,
    options: Options,
    *,
    cache: Cache,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
) -> Future[Analysis]:
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
    thread = DaemonThreads(1)
    reading = thread.submit(_read, found, scan)
    thread.shutdown(wait=False)
    return reading


def _read(found: Discovery, scan: Scan) -> Analysis:
    try:
        results = scan.run(list(found.modules.values()))
        said = {name: _scanned(found.modules[name], result, scan) for name, result in results.items()}
        hidden = {file.path: _never_scanned(file, scan) for file in found.unread}
        return assemble(found, said, hidden, scan.options)
    finally:
        scan.close()


def assemble(
    found: Discovery, said: Mapping[str, Scanned], hidden: Mapping[str, Scanned], options: Options
) -> Analysis:
    """What the modules of a tree import, and what could not be read.

    Args:
        found: the modules that there are.
        said: what each module's file says, by the module's name.
        hidden: what the files say that are no module's, by path.
        options: what to look for.
    """
    modules = found.modules
    deprecation = Deprecation(options.deprecated)
    files: dict[str, tuple[str | None, Scanned]] = {
        **{modules[name].path: (name, one) for name, one in said.items()},
        **{path: (None, one) for path, one in hidden.items()},
    }
    raw = {name: one.imports for name, one in said.items() if one.reason is None}
    packages = (
        external_packages(raw, modules, options.root_packages)
        if options.include_external_packages
        else {}
    )
    resolution = Resolution(modules, packages)
    names = {one[0] for every in raw.values() for one in every}
    gone = {name for name in names if deprecation.covers(name) and name not in modules}
    return Analysis(
        modules=modules,
        namespaces=found.namespaces,
        roots=found.roots,
        imports={name: resolution.imports(one) for name, one in raw.items()},
        ghost_imports={
            name: every
            for name, one in raw.items()
            if any(imported[0] in gone for imported in one)
            and (every := resolution.imports_with_ghosts(one, deprecation)) is not None
        },
        references=tuple(
            sorted(
                Reference(name, modules[name].path, line, reference)
                for name, one in said.items()
                for reference, line in one.references
            )
        ),
        unread=tuple(
            UnreadFile(path, one.reason, one.line, deprecation.named_among(one.names, modules), name)
            for path, (name, one) in sorted(files.items())
            if one.reason is not None
        ),
        files=len(files),
    )


def _scanned(module: Module, result: Mapping[str, Any], scan: Scan) -> Scanned:
    if result.get("died"):
        return _unread(module.path, module.name, result["reason"], scan, is_package=module.is_package)
    return scanned(result)


def _never_scanned(file: Unread, scan: Scan) -> Scanned:
    module = file.path.removesuffix(".py").replace("/", ".")
    return _unread(file.path, module, file.reason, scan, is_package=False)


def _unread(path: str, module: str, reason: str, scan: Scan, *, is_package: bool) -> Scanned:
    (content,) = scan.source.read([path])
    if not isinstance(content, bytes):
        return Scanned(reason=reason)
    search = Search(scan.options.deprecated)
    names = search.names_in(decode_anyhow(content), module, is_package=is_package)
    return Scanned(reason=reason, names=tuple(names))

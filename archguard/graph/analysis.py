"""Source to facts: which modules there are, what each imports, and what could not be read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from archguard.errors import ArchguardError
from archguard.graph.assembly import Assembly
from archguard.graph.model import Analysis, Options, Scanned, scanned
from archguard.graph.parsing.decoding import decode_leniently
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.reading import Reading
from archguard.graph.scanning.scan import Scan
from archguard.graph.tree_state import TreeState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archguard.graph.discovery import Module, Unread
    from archguard.graph.reading import Some
    from archguard.graph.scanning.cache import Cache
    from archguard.graph.scanning.child import ChildProcess
    from archguard.graph.scanning.workers import ScanResults
    from archguard.sources.source import Source


def analyse(
    source: Source,
    options: Options,
    *,
    cache: Cache,
    jobs: int,
    progress: Callable[[int, int], None] | None = None,
    started: Sequence[ChildProcess] = (),
    survey: TreeState | None = None,
) -> Reading:
    """Read every module of the roots; once they are found, that goes on while the caller does.

    Args:
        source: the tree.
        options: which roots, and what to look for.
        cache: results of earlier runs.
        jobs: child processes at once.
        progress: called with the number of files done and of all files.
        started: child processes that were started already.
        survey: of the source, if there is one.

    Raises:
        SourceError: a root does not exist.
        WorkerError: no child process can be started; raised by the result.
    """
    scan = Scan(source, options, cache=cache, jobs=jobs, started=started, progress=progress)
    try:
        survey = survey or TreeState(source, options)
    except ArchguardError:
        scan.close()
        raise
    return Reading(survey.found, partial(_read, survey, scan))


def _read(survey: TreeState, scan: Scan, hand_on: Callable[[Some], None]) -> Analysis:
    try:
        found = survey.found
        assembly = Assembly(found, scan.options)
        stamps: dict[str, str | None] = {}
        all_at_once = scan.options.include_external_packages  # to tell those, all names are looked at

        def keep(results: ScanResults) -> None:
            for module, result in results.items():
                stamps[module.path] = result.get("stamp")  # none where the child died
                assembly.add(module, _scanned(module, result, scan))
            if not all_at_once:
                hand_on({module.name: assembly.imports(module.name) for module in results})

        scan.run(survey, keep)
        unread = [file.path for file in found.unread]
        stamps |= zip(unread, scan.source.stamps(unread), strict=True)
        hidden = {file.path: _never_scanned(file, scan) for file in found.unread}
        analysis = assembly.finish(hidden, survey.state(stamps))
        if all_at_once:
            hand_on({name: assembly.imports(name) for name in found.modules})
        return analysis
    finally:
        scan.close()


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
    search = ReferenceFinder(scan.options.deprecated)
    names = search.find_names(decode_leniently(content), module, is_package=is_package)
    return Scanned(reason=reason, names=tuple(names))

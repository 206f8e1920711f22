"""The modules of a base: mostly those of the tree, so that no file need be classified again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.graph.discovery import discover
from archguard.graph.roots import NamespaceFiles, complete_places, find_places
from archguard.sources.source import FileEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.graph.discovery import Discovery, Root, UnusableFile
    from archguard.graph.model import AnalysisOptions
    from archguard.sources.source import ReadableTree


def discover_base(base: ReadableTree, options: AnalysisOptions, known: Discovery | None) -> Discovery:
    """Return what `discover` returns for a base.

    Args:
        base: the base.
        options: say which modules are looked for.
        known: what `discover` returned with them for the tree that is compared; None if it is not known.

    Raises:
        SourceError: a root does not exist, or exists in several places.
    """
    if known is not None and has_same_modules(base, options, known):
        return known
    return discover(base, options.root_packages, options.source_roots, options.exclude)


def has_same_modules(base: ReadableTree, options: AnalysisOptions, known: Discovery) -> bool:
    """Return whether `discover` would return for a base what it returned for another tree.

    It does if each root is in the same single place, and the same entries are below: nothing else is
    asked of a tree then. False in all doubt, and where files are excluded.

    Raises:
        SourceError: a root does not exist; `discover` says the same.
    """
    if options.exclude or _hides_compiled_modules(known):
        return False
    places = _find_single_places(base, options)
    return places == known.places and set(_list_entries(base, places)) == set(_recall_entries(known))


def _hides_compiled_modules(known: Discovery) -> bool:
    """Return whether there are compiled modules: a discovery has their names alone, not their paths."""
    told = {file.name for file in known.unread if file.is_foreign} - known.modules.keys()
    return known.foreign != told


def _find_single_places(tree: ReadableTree, options: AnalysisOptions) -> tuple[Root, ...]:
    """Return the place of each root; none at all if one is in several, or inside another root."""
    namespaces = NamespaceFiles(tree)
    found = {
        name: find_places(tree, name, options.source_roots, namespaces) for name in options.root_packages
    }
    places, errors = complete_places(found, may_be_nested=bool(options.source_roots))
    if errors or any(len(roots) > 1 for roots in places.values()):
        return ()
    return tuple(root for roots in places.values() for root in roots)


def _list_entries(tree: ReadableTree, places: tuple[Root, ...]) -> Iterator[FileEntry]:
    """Yield what a tree has below some places."""
    for place in places:
        if place.is_single_module:
            yield FileEntry(place.path)
        else:
            yield from tree.find_python_files(place.path)


def _recall_entries(known: Discovery) -> Iterator[FileEntry]:
    """Yield the entries that a discovery without compiled modules was made of."""
    for module in known.modules.values():
        yield FileEntry(module.path)
    for file in known.unread:
        yield FileEntry(file.path, None if _is_hidden(file, known) else file.reason)


def _is_hidden(file: UnusableFile, known: Discovery) -> bool:
    """Return whether a file would be a module, were there not a package of its name beside it."""
    hiding = known.modules.get(file.name)
    return hiding is not None and file.reason == hiding.describe_hiding()

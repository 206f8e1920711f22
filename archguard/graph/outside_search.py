"""The search for deprecated names in the Python files that are in no graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

import archguard
from archguard.graph.model import NamingFiles
from archguard.graph.module_expressions import make_deprecation
from archguard.graph.parsing.references import ReferenceFinder
from archguard.graph.scanning.cache import make_key
from archguard.graph.scanning.text_search import extract_code
from archguard.sources.source import guess_unscanned_reason, place_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.graph.bound_names import BoundNames
    from archguard.graph.outside import OutsideFiles
    from archguard.graph.scanning.cache import Cache
    from archguard.sources.source import Source

    Names = tuple[tuple[str, bool], ...]
    """Deprecated names in a text, each with whether it stands in `from base import name`."""

_MAX_BYTES = 2_000_000
"""Larger files are counted and not searched."""
_MIN_STORED = 100
"""Fewer files are read again in less time than a document of the cache."""


class OutsideSearch:
    """Searches the text of files that are in no graph for the names of deprecated modules."""

    def __init__(
        self, source: Source, cache: Cache, deprecated: Sequence[str], bound_names: BoundNames
    ) -> None:
        """Search nothing yet.

        Args:
            source: reads the files.
            cache: what was found in files that did not change since.
            deprecated: the module expressions of all deprecated contracts.
            bound_names: what the modules bind.
        """
        self._source = source
        self._cache = cache
        self._deprecated = deprecated
        self._deprecation = make_deprecation(tuple(deprecated))
        self._finder = ReferenceFinder(deprecated)
        self._bound_names = bound_names

    def search(self, files: OutsideFiles, stamps: Mapping[str, str | None]) -> tuple[NamingFiles, ...]:
        """Return the outside and the excluded files that name a deprecated module.

        Args:
            files: the files.
            stamps: the stamp of each, taken before now.
        """
        names = self._find_names([*files.outside, *files.excluded], stamps) if self._deprecated else {}
        return self._select(files.outside, names), self._select(files.excluded, names)

    def _select(self, paths: Sequence[str], names: Mapping[str, Names]) -> NamingFiles:
        deprecated = ((path, self._find_deprecated(names.get(path, ()))) for path in paths)
        return NamingFiles(len(paths), tuple(one for one in deprecated if one[1]))

    def _find_deprecated(self, names: Names) -> tuple[str, ...]:
        return self._deprecation.find_imported(names, self._bound_names) if names else ()

    def _find_names(self, paths: Sequence[str], stamps: Mapping[str, str | None]) -> dict[str, Names]:
        key = make_key(["outside", archguard.__version__, self._source.spec(), *self._deprecated])
        known = self._cache.load(key)
        names: dict[str, Names] = {}
        unknown = []
        for path in paths:
            stamp, known_names = known.get(path, (None, ()))
            if stamp is not None and stamp == stamps.get(path):
                names[path] = tuple((name, is_from) for name, is_from in known_names)
            else:
                unknown.append(path)
        for path, content in zip(unknown, self._source.read(unknown, _MAX_BYTES), strict=True):
            names[path] = self._search_text(path, content) if isinstance(content, bytes) else ()
        if len(unknown) >= _MIN_STORED:
            self._cache.store(key, {path: [stamps.get(path), names[path]] for path in paths})
        return names

    def _search_text(self, path: str, content: bytes) -> Names:
        if not self._finder.may_name(content):
            return ()
        text = extract_code(content, guess_unscanned_reason(path))
        module, is_package = place_name(path)
        return tuple(self._finder.find_names(text, module, is_package=is_package))

"""What a tree looks like from outside, before any file of it is read."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from archguard.graph.discovery import discover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.graph.model import Options
    from archguard.sources.source import Source


class TreeState:
    """The modules of a tree, and the stamps of its files."""

    def __init__(self, source: Source, options: Options) -> None:
        """Find the modules.

        Raises:
            SourceError: a root does not exist, or stands in several places.
        """
        self._source = source
        self.found = discover(source, options.root_packages, options.source_roots)

    @property
    def paths(self) -> list[str]:
        """Every file that the roots hold."""
        found = self.found
        return [*(one.path for one in found.modules.values()), *(one.path for one in found.unread)]

    @cached_property
    def stamps(self) -> Mapping[str, str | None]:
        """The stamp of each file, taken when the first one is asked for."""
        paths = self.paths
        return dict(zip(paths, self._source.stamps(paths), strict=True))

    def state(self, stamps: Mapping[str, str | None]) -> str | None:
        """A name that the tree keeps as long as no file comes, goes or is written to.

        Args:
            stamps: of each file, taken before it was read.

        Returns:
            None where a file could change and keep its stamp.
        """
        paths = self.paths
        seen = [stamp for path in paths if (stamp := stamps.get(path)) is not None]
        if len(seen) < len(paths):
            return None
        found = self.found
        roots = [part for root in found.roots for part in root]
        # No path or stamp holds a NUL, and how many there are of each begins the text.
        parts = [
            f"{len(roots)} {len(paths)}",
            *roots,
            *paths,
            *seen,
            *(one.reason for one in found.unread),
        ]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

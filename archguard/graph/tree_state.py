"""The state of a tree, told without reading its files."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from archguard.graph.discovery import discover

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard.graph.model import AnalysisOptions
    from archguard.sources.source import Source


class TreeState:
    """The modules of a tree, and the stamps of its files."""

    def __init__(self, source: Source, options: AnalysisOptions) -> None:
        """Find the modules.

        Raises:
            SourceError: a root does not exist, or exists in several places.
        """
        self._source = source
        self.discovery = discover(source, options.root_packages, options.source_roots)

    @property
    def paths(self) -> list[str]:
        """The paths of all files below the roots."""
        discovery = self.discovery
        return [
            *(module.path for module in discovery.modules.values()),
            *(file.path for file in discovery.unread),
        ]

    @cached_property
    def stamps(self) -> Mapping[str, str | None]:
        """The stamp of each file, taken on first use: see `Source.stamps`."""
        paths = self.paths
        return dict(zip(paths, self._source.stamps(paths), strict=True))

    def compute_state(self, stamps: Mapping[str, str | None]) -> str | None:
        """Return a hash that stays the same as long as no file is added, removed or written to.

        Args:
            stamps: the stamp of each file, taken before the file was read.

        Returns:
            None if a file has no stamp, so that a change of it could go unnoticed.
        """
        paths = self.paths
        known_stamps = [stamp for path in paths if (stamp := stamps.get(path)) is not None]
        if len(known_stamps) < len(paths):
            return None
        discovery = self.discovery
        roots = [part for root in discovery.roots for part in root]
        # No path or stamp contains a NUL, and the numbers of what follows come first.
        parts = [
            f"{len(roots)} {len(paths)} {len(discovery.foreign)}",
            *roots,
            *paths,
            *sorted(discovery.foreign),
            *known_stamps,
            *(file.reason for file in discovery.unread),
        ]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

"""The state of a tree, told without reading its files."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from archguard.graph.discovery import discover
from archguard.graph.outside import OutsideFiles, find_outside_files
from archguard.sources import working_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.graph.discovery import Discovery
    from archguard.graph.model import AnalysisOptions
    from archguard.sources.source import Source


class FoundModules:
    """The modules of one tree, kept for whatever asks for them once more in the same run."""

    def __init__(self) -> None:
        """Know none yet."""
        self._found: tuple[Source, AnalysisOptions, Discovery] | None = None
        self._stamped_at: int | None = None

    def keep(self, source: Source, options: AnalysisOptions, discovery: Discovery) -> None:
        """Keep the modules of a tree in the place of those that were kept before."""
        self._found, self._stamped_at = (source, options, discovery), None

    def note_stamps(self, now: int) -> None:
        """Note when each file of the tree had a stamp, in nanoseconds since 1970."""
        self._stamped_at = now

    def were_unchanged_from(self, time: int) -> bool:
        """Return whether no file was written to between an earlier time and when each had a stamp.

        A file has no stamp until it is older than `RACY_NANOSECONDS`.
        """
        return (
            self._stamped_at is not None and 0 <= self._stamped_at - time < working_tree.RACY_NANOSECONDS
        )

    def get(self, source: Source, options: AnalysisOptions) -> Discovery | None:
        """Return the modules that were found in a tree with these options; None if they are not kept."""
        if self._found is None or self._found[0] is not source or self._found[1] != options:
            return None
        return self._found[2]


class TreeState:
    """The modules of a tree, and the stamps of its files."""

    def __init__(self, source: Source, options: AnalysisOptions) -> None:
        """Find the modules.

        Raises:
            SourceError: a root does not exist, or exists in several places.
        """
        self._source = source
        self._exclude = options.exclude
        source.prepare_listing()
        self._finds_names = bool(options.deprecated)
        self.discovery = discover(source, options.root_packages, options.source_roots, options.exclude)

    @cached_property
    def configuration_files(self) -> list[str]:
        """The paths of the files that may name a deprecated module; none if no module is deprecated."""
        return self._source.list_configuration_files() if self._finds_names else []

    @property
    def paths(self) -> list[str]:
        """The paths of all files below the roots, and of the configuration files."""
        discovery = self.discovery
        return [
            *(module.path for module in discovery.modules.values()),
            *(file.path for file in discovery.unread),
            *self.configuration_files,
        ]

    @cached_property
    def stamps(self) -> Mapping[str, str | None]:
        """The stamp of each file, taken on first use: see `Source.stamps`."""
        return self._stamp(self.paths)

    @property
    def outside_files(self) -> OutsideFiles:
        """The files that are in no graph."""
        return self._outside[0]

    @property
    def outside_stamps(self) -> Mapping[str, str | None]:
        """The stamp of each file that is in no graph, taken on first use of it or of the files."""
        return self._outside[1]

    @cached_property
    def _outside(self) -> tuple[OutsideFiles, dict[str, str | None]]:
        discovery = self.discovery
        paths = self._source.list_project_files({root.path for root in discovery.places})
        files = find_outside_files(paths, discovery.places, discovery.excluded, self._exclude)
        stamps = self._stamp([*files.outside, *files.excluded])
        # git also lists files that were deleted since the last commit.
        gone = [
            path
            for path, stamp in stamps.items()
            if stamp is None and self._source.get_kind(path) is None
        ]
        for path in gone:
            del stamps[path]
        return files.without(frozenset(gone)) if gone else files, stamps

    def _stamp(self, paths: Sequence[str]) -> dict[str, str | None]:
        return dict(zip(paths, self._source.stamps(paths), strict=True))

    def compute_state(self, stamps: Mapping[str, str | None]) -> str | None:
        """Return a hash that stays the same as long as no file is added, removed or written to.

        Args:
            stamps: the stamp of each file below the roots, taken before the file was read.

        Returns:
            None if a file has no stamp, so that a change of it could go unnoticed.
        """
        paths = self.paths
        outside = self.outside_stamps
        known_stamps = [stamp for path in paths if (stamp := stamps.get(path)) is not None]
        known_stamps += [stamp for stamp in outside.values() if stamp is not None]
        if len(known_stamps) < len(paths) + len(outside):
            return None
        discovery = self.discovery
        roots = [part for root in discovery.roots for part in root]
        # No path or stamp contains a NUL, and the numbers of what follows come first.
        parts = [
            f"{len(roots)} {len(paths)} {len(discovery.foreign)} {len(outside)}",
            *roots,
            *paths,
            *sorted(discovery.foreign),
            *outside,
            *known_stamps,
            *(file.reason for file in discovery.unread),
        ]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

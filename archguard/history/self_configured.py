"""A history judged by the configuration that each commit holds itself."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import groupby
from typing import TYPE_CHECKING

from archguard.checking import options_of
from archguard.configuration import FILE_NAMES, parse_configuration
from archguard.errors import ConfigurationError
from archguard.history.backfill import Backfill, Point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard.configuration import Configuration
    from archguard.graph.facts import Options
    from archguard.ledger import Lifecycle
    from archguard.sources import CommitInfo, History

    MakeBackfill = Callable[[Configuration, Options, dict[str, Lifecycle]], Backfill]

_Place = tuple[str, str]
"""A configuration's file name and object id."""


class SelfConfigured:
    """One history, each commit under its own configuration."""

    def __init__(self, history: History, path: str | None, make: MakeBackfill) -> None:
        """Read nothing yet.

        Args:
            history: the history.
            path: the configuration's path in each commit; None: where import-linter looks.
            make: makes the backfill of one stretch of commits.
        """
        self._history = history
        self._paths = FILE_NAMES if path is None else (path,)
        self._make = make
        self.lifecycles: dict[str, Lifecycle] = {}
        self.warnings: list[str] = []

    def points(self, commits: Sequence[CommitInfo], *, violations: bool) -> Iterator[Point]:
        """What each commit says, in their order; one without a configuration says nothing.

        Raises:
            SourceError: git cannot give a commit's tree.
            WorkerError: no child process can be started.
        """
        found = list(self._configurations(commits))
        known = [options_of(one) for one in found if one is not None]
        for configuration, group in groupby(zip(commits, found, strict=True), key=lambda pair: pair[1]):
            stretch = [commit for commit, _ in group]
            if configuration is None:
                empty = () if violations else None
                yield from (Point(commit, {}, 0, 0, empty) for commit in stretch)
                continue
            # Every stretch looks for what any of them does: so each version is scanned once.
            options = replace(
                reduce(_widened, known),
                exclude_type_checking_imports=options_of(configuration).exclude_type_checking_imports,
            )
            backfill = self._make(configuration, options, self.lifecycles)
            yield from backfill.points(stretch, violations=violations)
            self.warnings += [one for one in backfill.warnings if one not in self.warnings]

    def _configurations(self, commits: Sequence[CommitInfo]) -> Iterator[Configuration | None]:
        tree = self._history.tree()
        parsed: dict[_Place, Configuration | None] = {}
        for commit, changes in zip(
            commits, self._history.changes([commit.id for commit in commits]), strict=True
        ):
            tree.change(changes)
            places = [(path, blob) for path in self._paths if (blob := tree.blob(path)) is not None]
            for place in places:
                if place not in parsed:
                    parsed[place] = self._parse(place, commit)
            yield next((one for place in places if (one := parsed[place]) is not None), None)

    def _parse(self, place: _Place, commit: CommitInfo) -> Configuration | None:
        path, blob = place
        content = next(self._history.objects.read([blob]))
        if not isinstance(content, bytes):
            return None
        try:
            return parse_configuration(path, content)
        except ConfigurationError as error:
            self.warnings.append(f"{error} So it is in {commit.id[:10]}, and nothing is judged there.")
            return None


def _widened(one: Options, other: Options) -> Options:
    return replace(
        one,
        root_packages=tuple(sorted({*one.root_packages, *other.root_packages})),
        deprecated=tuple(sorted({*one.deprecated, *other.deprecated})),
        include_external_packages=one.include_external_packages or other.include_external_packages,
    )

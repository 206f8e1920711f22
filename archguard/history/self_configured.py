"""A history judged by the configuration that each commit holds itself."""

from __future__ import annotations

import posixpath
from functools import reduce
from itertools import groupby
from typing import TYPE_CHECKING

from archguard.checking.request import options_of
from archguard.configuration import FILE_NAMES, parse_configuration
from archguard.errors import ConfigurationError
from archguard.history.backfill import Backfill, HistoryPoint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard.configuration import Configuration
    from archguard.graph.model import AnalysisOptions
    from archguard.ledger import ContractLifecycle
    from archguard.sources.git.history import CommitInfo, History

    MakeBackfill = Callable[[Configuration, AnalysisOptions, dict[str, ContractLifecycle]], Backfill]

_Place = tuple[str, str]
"""A configuration's file name and object id."""

_Said = tuple[bool, "Configuration | None"]
"""Whether a file is one for contracts, and what it says; None: something that cannot be."""


class SelfConfiguredBackfill:
    """One history, each commit under its own configuration."""

    def __init__(self, history: History, path: str | None, make: MakeBackfill) -> None:
        """Read nothing yet.

        Args:
            history: the history.
            path: the configuration's path in each commit; None: where import-linter looks.
            make: makes the backfill of one stretch of commits.
        """
        self._history = history
        self._paths = FILE_NAMES if path is None else (posixpath.normpath(path),)
        self._make = make
        self.lifecycles: dict[str, ContractLifecycle] = {}
        self.warnings: list[str] = []

    def run(self, commits: Sequence[CommitInfo], *, violations: bool) -> Iterator[HistoryPoint]:
        """What each commit says, in their order; one without a configuration that holds says nothing.

        Raises:
            SourceError: git cannot give a commit's tree.
            WorkerError: no child process can be started.
        """
        found = list(self._configurations(commits))
        known = [options_of(one) for one in found if one is not None]
        if not known:
            self.warnings.append(f"no commit holds a configuration in {' or '.join(self._paths)}.")
        for configuration, group in groupby(zip(commits, found, strict=True), key=lambda pair: pair[1]):
            stretch = [commit for commit, _ in group]
            backfill = (
                None if configuration is None else self._backfill(configuration, known, stretch[0])
            )
            if backfill is None:
                empty = () if violations else None
                yield from (HistoryPoint(commit, {}, 0, 0, empty) for commit in stretch)
            else:
                yield from backfill.run(stretch, violations=violations)
                self.warnings += [one for one in backfill.warnings if one not in self.warnings]

    def _backfill(
        self, configuration: Configuration | None, known: Sequence[AnalysisOptions], first: CommitInfo
    ) -> Backfill | None:
        if configuration is None:
            return None
        # Every stretch looks for what any of them does: so each version is scanned once.
        options = reduce(_widened, known)._replace(
            exclude_type_checking_imports=options_of(configuration).exclude_type_checking_imports,
        )
        try:
            return self._make(configuration, options, self.lifecycles)
        except ConfigurationError as error:
            self._refuse(error, first)
            return None

    def _configurations(self, commits: Sequence[CommitInfo]) -> Iterator[Configuration | None]:
        tree = self._history.new_tree()
        parsed: dict[_Place, _Said] = {}
        for commit, changes in zip(
            commits, self._history.iter_changes([commit.id for commit in commits]), strict=True
        ):
            tree.apply(changes)
            places = [(path, blob) for path in self._paths if (blob := tree.get_blob(path)) is not None]
            for place in places:
                if place not in parsed:
                    parsed[place] = self._parse(place, commit)
            yield next((said for ours, said in map(parsed.__getitem__, places) if ours), None)

    def _parse(self, place: _Place, commit: CommitInfo) -> _Said:
        path, blob = place
        content = next(self._history.objects.read([blob]))
        if not isinstance(content, bytes):
            self._refuse(ConfigurationError(f"{path}: {content.reason}."), commit)
            return True, None
        try:
            configuration = parse_configuration(path, content)
        except ConfigurationError as error:
            self._refuse(error, commit)
            return True, None
        return configuration is not None, configuration

    def _refuse(self, error: ConfigurationError, commit: CommitInfo) -> None:
        if not any(one.startswith(str(error)) for one in self.warnings):
            self.warnings.append(
                f"{error} So it is from {commit.id[:10]} on, and nothing is judged there."
            )


def _widened(one: AnalysisOptions, other: AnalysisOptions) -> AnalysisOptions:
    return one._replace(
        root_packages=tuple(sorted({*one.root_packages, *other.root_packages})),
        deprecated=tuple(sorted({*one.deprecated, *other.deprecated})),
        include_external_packages=one.include_external_packages or other.include_external_packages,
    )

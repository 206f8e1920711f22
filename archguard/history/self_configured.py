"""Judge each commit of a history by the configuration that the commit itself contains."""

from __future__ import annotations

import posixpath
from functools import reduce
from itertools import groupby
from typing import TYPE_CHECKING

from archguard.checking.pipeline import scan_options
from archguard.configuration import FILE_NAMES, parse_configuration
from archguard.errors import ConfigurationError
from archguard.history.backfill import Backfill, HistoryPoint
from archguard.history.history_lineage import HistoryLineage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from archguard.configuration import Configuration
    from archguard.contract_types.verdict import Edge
    from archguard.graph.model import AnalysisOptions
    from archguard.ledger import ViolationLifecycle
    from archguard.sources.git.history import CommitInfo, History

    MakeBackfill = Callable[[Configuration, AnalysisOptions, HistoryLineage], Backfill]

_Version = tuple[str, str]
"""Path and object id of a configuration file."""

_Parsed = tuple[bool, "Configuration | None"]
"""Whether a file configures contracts, and its configuration; None if that is invalid."""


class SelfConfiguredBackfill:
    """Judges the commits of one history, each by its own configuration."""

    def __init__(self, history: History, path: str | None, make: MakeBackfill) -> None:
        """Create a backfill. Reads nothing of the history.

        Args:
            history: the commits and their files.
            path: the path of the configuration in each commit; None to search as import-linter does.
            make: makes the backfill for successive commits with the same configuration.
        """
        self._history = history
        self._paths = FILE_NAMES if path is None else (posixpath.normpath(path),)
        self._make = make
        self._lineage = HistoryLineage(())
        self.warnings: list[str] = []
        self.mistyped_modules: list[str] = []
        """Those of the last configuration."""

    def run(
        self, commits: Sequence[CommitInfo], *, violations: bool, family_paths: bool = False
    ) -> Iterator[HistoryPoint]:
        """Judge some commits, and yield the result of each in their order.

        The result of a commit without a valid configuration is empty.

        Args:
            commits: oldest first.
            violations: whether to list the violations of each commit, not only count them.
            family_paths: whether to count by which paths families are imported at each commit.

        Raises:
            SourceError: git cannot read the tree of a commit.
            WorkerError: no child process can be started.
        """
        self._lineage = HistoryLineage(commits)
        configurations = list(self._read_configurations(commits))
        all_options = [scan_options(one) for one in configurations if one is not None]
        if not all_options:
            self.warnings.append(f"no commit holds a configuration in {' or '.join(self._paths)}.")
        pairs = zip(commits, configurations, strict=True)
        for configuration, group in groupby(pairs, key=lambda pair: pair[1]):
            successive_commits = [commit for commit, _ in group]
            backfill = (
                None
                if configuration is None
                else self._make_backfill(configuration, all_options, successive_commits[0])
            )
            if backfill is None:
                for commit in successive_commits:
                    self._lineage.pass_over(commit)
                    yield HistoryPoint(commit, {}, 0, 0, () if violations else None)
            else:
                yield from backfill.run(
                    successive_commits, violations=violations, family_paths=family_paths
                )
                self.mistyped_modules = backfill.mistyped_modules
                self.warnings += [one for one in backfill.warnings if one not in self.warnings]

    @property
    def open_violations(self) -> dict[str, dict[Edge, ViolationLifecycle[str]]]:
        """The violations that are open after the last commit, by contract."""
        return self._lineage.ledger.open_violations

    def _make_backfill(
        self,
        configuration: Configuration,
        all_options: Sequence[AnalysisOptions],
        first_commit: CommitInfo,
    ) -> Backfill | None:
        # Scanning with the union of all options lets every configuration use the same results.
        options = reduce(_merge, all_options)._replace(
            exclude_type_checking_imports=scan_options(configuration).exclude_type_checking_imports,
        )
        try:
            return self._make(configuration, options, self._lineage)
        except ConfigurationError as error:
            self._warn(error, first_commit)
            return None

    def _read_configurations(self, commits: Sequence[CommitInfo]) -> Iterator[Configuration | None]:
        tree = self._history.new_tree()
        parsed: dict[_Version, _Parsed] = {}
        for commit, changes in zip(
            commits, self._history.iter_changes([commit.id for commit in commits]), strict=True
        ):
            tree.apply(changes)
            versions = [
                (path, blob) for path in self._paths if (blob := tree.get_blob(path)) is not None
            ]
            for version in versions:
                if version not in parsed:
                    parsed[version] = self._parse(version, commit)
            yield next(
                (
                    configuration
                    for has_contracts, configuration in map(parsed.__getitem__, versions)
                    if has_contracts
                ),
                None,
            )

    def _parse(self, version: _Version, commit: CommitInfo) -> _Parsed:
        path, blob = version
        content = next(self._history.objects.read([blob]))
        if not isinstance(content, bytes):
            self._warn(ConfigurationError(f"{path}: {content.reason}."), commit)
            return True, None
        try:
            configuration = parse_configuration(path, content)
        except ConfigurationError as error:
            self._warn(error, commit)
            return True, None
        return configuration is not None, configuration

    def _warn(self, error: ConfigurationError, commit: CommitInfo) -> None:
        if not any(warning.startswith(str(error)) for warning in self.warnings):
            self.warnings.append(
                f"{error} This is so from {commit.id[:10]} on; nothing is judged there."
            )


def _merge(options: AnalysisOptions, other: AnalysisOptions) -> AnalysisOptions:
    return options._replace(
        root_packages=tuple(sorted({*options.root_packages, *other.root_packages})),
        deprecated=tuple(sorted({*options.deprecated, *other.deprecated})),
        deprecated_symbols=tuple(sorted({*options.deprecated_symbols, *other.deprecated_symbols})),
        include_external_packages=options.include_external_packages or other.include_external_packages,
        import_kinds=options.import_kinds or other.import_kinds,
    )

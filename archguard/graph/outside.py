"""The Python files that are in no graph: those below no root, and those that are excluded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from archguard.graph.roots import Root


class OutsideFiles(NamedTuple):
    """The paths of the Python files that are in no graph on purpose."""

    outside: tuple[str, ...] = ()
    """Those below no root, sorted."""
    excluded: tuple[str, ...] = ()
    """Those that the configuration excludes, below the roots and elsewhere, sorted."""

    def without(self, paths: Container[str]) -> OutsideFiles:
        """Return the same files without some."""
        return OutsideFiles(
            tuple(path for path in self.outside if path not in paths),
            tuple(path for path in self.excluded if path not in paths),
        )


def find_outside_files(
    paths: Iterable[str], places: Iterable[Root], excluded: Iterable[str], patterns: Sequence[str]
) -> OutsideFiles:
    """Select the files that are in no graph.

    Args:
        paths: the Python files of the project.
        places: the roots.
        excluded: the files below the roots that are excluded.
        patterns: the patterns of excluded files.
    """
    files = {root.path for root in places if root.is_single_module}
    folders = tuple(f"{root.path}/" for root in places if not root.is_single_module)
    candidates = [path for path in paths if path not in files]
    if not patterns:
        return OutsideFiles(tuple(path for path in candidates if not path.startswith(folders)))
    from archguard.graph.exclusion import compile_patterns  # noqa: PLC0415 (rarely needed)

    excludes = compile_patterns(tuple(patterns)).fullmatch
    left_out = {*excluded, *filter(excludes, candidates)}
    outside = (path for path in candidates if path not in left_out and not path.startswith(folders))
    return OutsideFiles(tuple(outside), tuple(sorted(left_out)))

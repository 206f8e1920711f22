"""Violations in files that git ignores: no base can have them, so they are never new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.errors import SourceError
from archguard.sources.git.work_tree import list_ignored
from archguard.sources.working_tree import WorkingTree
from archguard.text import format_count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import Identity, Violation


def find_ignored(
    violations: Iterable[Violation], identities: frozenset[Identity], request: CheckRequest
) -> frozenset[Identity]:
    """Return those of some violations that stand only in files that git ignores.

    Args:
        violations: those of the tree.
        identities: which of them are asked for.
        request: the tree. A commit has no such files, and without git nobody can know.
    """
    if not isinstance(request.source, WorkingTree):
        return frozenset()
    paths = {
        violation.identity: {place.path for place in violation.occurrences}
        for violation in violations
        if violation.identity in identities
    }
    try:
        ignored = list_ignored(request.source.root, sorted(set().union(*paths.values())))
    except SourceError:
        return frozenset()
    return frozenset(
        identity for identity, its_paths in paths.items() if its_paths and its_paths <= ignored
    )


def describe_ignored(ignored: frozenset[Identity]) -> list[str]:
    """Say how many violations are not counted as new."""
    if not ignored:
        return []
    count = format_count(len(ignored), "violation")
    verb = "is" if len(ignored) == 1 else "are"
    return [f"{count} {verb} in files that git ignores, which no base can have: not counted as new."]

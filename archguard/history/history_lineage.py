"""What the commits of a history leave to their children: lifecycles of violations, and roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.history.born_roots import BornRoots
from archguard.ledger import HistoryLedger, Lineage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.sources.git.history import CommitInfo


class HistoryLineage:
    """What the commits of a history leave to their children."""

    def __init__(self, commits: Sequence[CommitInfo]) -> None:
        """Start before the first of these commits, which are all that will come."""
        ids = {commit.id for commit in commits}
        parents = {
            commit.id: [parent for parent in commit.parents if parent in ids] for commit in commits
        }
        self.ledger = HistoryLedger(parents)
        self.roots = BornRoots(parents)
        self._unread: Lineage[frozenset[str]] = Lineage(parents)

    def find_newly_unread(self, commit: CommitInfo, unread: frozenset[str] | None) -> frozenset[str]:
        """Go on to the next commit; return its unread modules that could be read at a parent.

        Args:
            commit: the next commit.
            unread: its unread modules; None if it has no verdict, and they stay as they were.
        """
        parents = self._unread.find_parents(commit.id)
        before = frozenset.intersection(*parents) if parents else frozenset()
        self._unread.store(commit.id, before if unread is None else unread)
        return frozenset() if unread is None else unread - before

    def pass_over(self, commit: CommitInfo) -> None:
        """Go on to the next commit, which has no configuration; everything stays as it is."""
        self.ledger.advance(commit.id, commit.committed_at, {})
        self.roots.advance(commit.id, {})
        self.find_newly_unread(commit, None)

"""What the commits of a history leave to their children: lifecycles of violations, and roots."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from archguard.history.born_roots import BornRoots
from archguard.ledger import HistoryLedger, Lineage, UnreadSoFar, advance_unread

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
        self._unread: Lineage[UnreadSoFar[str]] = Lineage(parents)

    def advance_unread(self, commit: CommitInfo, unread: frozenset[str] | None) -> UnreadSoFar[str]:
        """Go on to the next commit; return its unread modules, compared with those before.

        Args:
            commit: the next commit.
            unread: its unread modules; None if it has no verdict, and they stay as they were.
        """
        parents = self._unread.find_parents(commit.id)
        if unread is None:
            parents = [replace(parent, newly=frozenset()) for parent in parents]
            unread = frozenset[str]().union(*(parent.unread for parent in parents))
        so_far = advance_unread(parents, unread)
        self._unread.store(commit.id, so_far)
        return so_far

    def pass_over(self, commit: CommitInfo) -> None:
        """Go on to the next commit, which has no configuration; everything stays as it is."""
        self.ledger.advance(commit.id, commit.committed_at, {})
        self.roots.advance(commit.id, {})
        self.advance_unread(commit, None)

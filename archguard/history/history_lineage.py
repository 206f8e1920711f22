"""What the commits of a history leave to their children: lifecycles of violations, and roots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.history.born_roots import BornRoots
from archguard.ledger import HistoryLedger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.sources.git.history import CommitInfo


class HistoryLineage:
    """What the commits of a history leave to their children."""

    def __init__(self, commits: Sequence[CommitInfo]) -> None:
        """Start before the first of these commits, which are all that will come."""
        parents = {commit.id: commit.parents for commit in commits}
        self.ledger = HistoryLedger(parents)
        self.roots = BornRoots(parents)

    def pass_over(self, commit: CommitInfo) -> None:
        """Go on to the next commit, which has no configuration; everything stays as it is."""
        self.ledger.advance(commit.id, commit.committed_at, {})
        self.roots.advance(commit.id, ())

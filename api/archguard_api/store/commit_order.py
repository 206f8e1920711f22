"""The order of a branch's commits, from links and receipts: a pure function.

Links go from a commit to its first parent, over commits without snapshots too. The commits of a branch
that they connect form trees. Of each tree the chain below its tip counts: the leaf that was pushed last;
what is not on it was rewritten away. Trees follow each other in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit that has a snapshot on the branch."""

    commit: int
    time: int
    """The earlier of committed and received: a clock that is ahead moves nothing."""
    pushed: int
    """Grows with each push onto the branch; that of the last time."""


@dataclass(frozen=True, slots=True)
class CommitOrder:
    """The branch's commits, oldest first, and when its last tree ends."""

    commits: tuple[int, ...]
    reached: int
    """The latest time on the last tree's chain: its end may carry a clock that is behind."""


def order_commits(standing: Iterable[BranchCommit], parents: Mapping[int, int]) -> CommitOrder:
    """The line of a branch.

    Args:
        standing: the branch's commits, each once.
        parents: commit -> first parent; absent: unknown, or there is none.
    """
    known = {one.commit: one for one in standing}
    below = _without_cycles(_below(known, parents), known)
    leaves = known.keys() - below.values()
    tips: dict[int, BranchCommit] = {}
    roots = _roots(known, below)
    for leaf in leaves:
        root = roots[leaf]
        if root not in tips or tips[root].pushed < known[leaf].pushed:
            tips[root] = known[leaf]
    chains = [_chain(tip, below, known) for tip in tips.values()]
    timed = sorted((max(one.time for one in chain), chain[-1].pushed, chain) for chain in chains)
    commits = tuple(one.commit for _, _, chain in timed for one in chain)
    return CommitOrder(commits, timed[-1][0] if timed else 0)


def _below(known: Mapping[int, BranchCommit], parents: Mapping[int, int]) -> dict[int, int]:
    """Each standing commit's nearest standing ancestor."""
    nearest: dict[int, int | None] = {}
    below = {}
    for commit in known:
        walked: dict[int, None] = {}
        at = parents.get(commit)
        while at is not None and at not in known and at not in nearest and at not in walked:
            walked[at] = None
            at = parents.get(at)
        if at is not None and at not in known:
            at = nearest.get(at)
        nearest |= dict.fromkeys(walked, at)
        if at is not None and at != commit:
            below[commit] = at
    return below


def _without_cycles(below: dict[int, int], known: Mapping[int, BranchCommit]) -> dict[int, int]:
    """No repository has a cycle; what a client made up is cut below its oldest push."""
    done: set[int] = set()
    for start in known:
        path: dict[int, None] = {}
        at: int | None = start
        while at is not None and at not in done and at not in path:
            path[at] = None
            at = below.get(at)
        if at is not None and at in path:
            walked = list(path)
            cycle = walked[walked.index(at) :]
            del below[min(cycle, key=lambda commit: known[commit].pushed)]
        done |= path.keys()
    return below


def _roots(known: Mapping[int, BranchCommit], below: Mapping[int, int]) -> dict[int, int]:
    roots: dict[int, int] = {}
    for start in known:
        walked = []
        at = start
        while at not in roots and at in below:
            walked.append(at)
            at = below[at]
        root = roots.setdefault(at, at)
        roots |= dict.fromkeys(walked, root)
    return roots


def _chain(
    tip: BranchCommit, below: Mapping[int, int], known: Mapping[int, BranchCommit]
) -> list[BranchCommit]:
    chain = [tip]
    while (under := below.get(chain[-1].commit)) is not None:
        chain.append(known[under])
    return chain[::-1]

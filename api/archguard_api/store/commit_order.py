"""Order a branch's commits: by their first parents, then by time, then by hash.

First-parent links, which may pass commits without snapshots, connect a branch's commits to trees. Of
each tree only the chain of its tip counts, the latest leaf; other commits were rewritten away. Trees
follow each other in time. So the order in which the commits were uploaded makes no difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class BranchCommit:
    """A commit of the branch that has a snapshot."""

    commit: int
    """The id of the commit's row."""
    time: int
    """The commit time or the time of receipt, whichever is earlier, in case the clock is ahead."""
    hash: bytes
    pushed_again_at: int = 0
    """When it was pushed again after a force-push had removed it; 0 if it was not."""


@dataclass(frozen=True, slots=True)
class CommitOrder:
    """The ordered commits of a branch."""

    commits: tuple[int, ...]
    """Oldest first."""
    reached: int
    """The latest time on the last tree's chain, which need not be its tip's; 0 without commits."""


def order_commits(branch_commits: Iterable[BranchCommit], parents: Mapping[int, int]) -> CommitOrder:
    """Order the commits of a branch.

    Args:
        branch_commits: the branch's commits, each once.
        parents: the first parent of each commit; roots and commits of unknown parents are left out.
    """
    known = {commit.commit: commit for commit in branch_commits}
    ancestors = _cut_cycles(_find_ancestors(known, parents), known)
    leaves = known.keys() - ancestors.values()
    tips: dict[int, tuple[tuple[int, int, bytes], int]] = {}
    roots = _find_roots(known, ancestors)
    for leaf in leaves:
        root, pushed_again_at = roots[leaf]
        time = known[leaf].time
        rank = (max(time, pushed_again_at), time, known[leaf].hash), leaf
        tips[root] = max(tips.get(root, rank), rank)
    chains = [_collect_chain(known[tip], ancestors, known) for _, tip in tips.values()]
    timed = sorted((max(commit.time for commit in chain), chain[0].hash, chain) for chain in chains)
    commits = tuple(commit.commit for _, _, chain in timed for commit in chain)
    return CommitOrder(commits, timed[-1][0] if timed else 0)


def _find_ancestors(known: Mapping[int, BranchCommit], parents: Mapping[int, int]) -> dict[int, int]:
    """Return each commit's nearest ancestor among the branch's commits."""
    nearest: dict[int, int | None] = {}
    ancestors = {}
    for commit in known:
        walked: dict[int, None] = {}
        ancestor = parents.get(commit)
        while (
            ancestor is not None
            and ancestor not in known
            and ancestor not in nearest
            and ancestor not in walked
        ):
            walked[ancestor] = None
            ancestor = parents.get(ancestor)
        if ancestor is not None and ancestor not in known:
            ancestor = nearest.get(ancestor)
        nearest |= dict.fromkeys(walked, ancestor)
        if ancestor is not None and ancestor != commit:
            ancestors[commit] = ancestor
    return ancestors


def _cut_cycles(ancestors: dict[int, int], known: Mapping[int, BranchCommit]) -> dict[int, int]:
    """Cut each cycle at the least hash; only a false upload makes one, no repository has any."""
    done: set[int] = set()
    for start in known:
        path: dict[int, None] = {}
        commit: int | None = start
        while commit is not None and commit not in done and commit not in path:
            path[commit] = None
            commit = ancestors.get(commit)
        if commit is not None and commit in path:
            walked = list(path)
            cycle = walked[walked.index(commit) :]
            del ancestors[min(cycle, key=lambda member: known[member].hash)]
        done.update(path)  # `|=` with keys would copy the set each time
    return ancestors


def _find_roots(
    known: Mapping[int, BranchCommit], ancestors: Mapping[int, int]
) -> dict[int, tuple[int, int]]:
    """Return the root of each commit's tree, and when one of its chain was pushed again last."""
    roots: dict[int, tuple[int, int]] = {}
    for start in known:
        walked = []
        commit = start
        while commit not in roots and commit in ancestors:
            walked.append(commit)
            commit = ancestors[commit]
        root, pushed_again_at = roots.setdefault(commit, (commit, known[commit].pushed_again_at))
        for below in reversed(walked):
            pushed_again_at = max(pushed_again_at, known[below].pushed_again_at)
            roots[below] = root, pushed_again_at
    return roots


def _collect_chain(
    tip: BranchCommit, ancestors: Mapping[int, int], known: Mapping[int, BranchCommit]
) -> list[BranchCommit]:
    """Return a tip and its ancestors, oldest first."""
    chain = [tip]
    while (ancestor := ancestors.get(chain[-1].commit)) is not None:
        chain.append(known[ancestor])
    return chain[::-1]

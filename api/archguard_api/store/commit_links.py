"""Store and query commits and their first parents."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, exists, insert, select, update

from archguard_api.store.schema import branch_snapshots, commits, get_new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_INSERT = insert(commits)
_FIND_COMMITS = select(commits.c.hash, commits.c.id, commits.c.linked).where(
    commits.c.project_id == bindparam("project"), commits.c.hash.in_(bindparam("hashes", expanding=True))
)
_FIND_ON_BRANCH = (
    select(branch_snapshots.c.commit_id)
    .where(
        branch_snapshots.c.branch_id == bindparam("branch"),
        branch_snapshots.c.commit_id == bindparam("commit"),
    )
    .limit(1)
)
_FIRST_BATCH = 2
_COMMITS_PER_QUERY = 500
_MIN_DIGITS = 7
_MAX_DIGITS = 64


class RecordedCommit(NamedTuple):
    """The result of recording a commit and its ancestors; commits are row ids."""

    commit: int
    is_new: bool
    """Whether the commit had no row before, so that it has no descendants."""
    parent: int | None
    """The first parent; None if there is none, or if it is unknown."""
    joined: tuple[int, ...]
    """Commits that had a row before, but whose parent has become known only now."""


def record_commit(
    connection: Connection, project: int, commit: str, ancestors: Sequence[str]
) -> RecordedCommit:
    """Store a commit and its ancestors, up to the first one whose parent is known already.

    Args:
        connection: a connection whose transaction has locked the project's row.
        project: the project's id.
        commit: the commit's hash.
        ancestors: the hashes of its first parents, nearest first; empty for a root.
    """
    chain = [bytes.fromhex(digits) for digits in (commit, *ancestors[:1])]
    known, end = _read_known(connection, project, chain)
    if len(chain) == 2 and known.keys() == {chain[1]} and (known[chain[1]][1] or len(ancestors) == 1):
        parent_id = known[chain[1]][0]  # the usual case: a new commit whose parent is linked already
        row = {"project_id": project, "hash": chain[0], "linked": True, "parent_id": parent_id}
        return RecordedCommit(get_new_id(connection.execute(_INSERT, row)), True, parent_id, ())
    chain += [bytes.fromhex(digits) for digits in ancestors[1:]]
    known, end = _read_known(connection, project, chain)
    new = [commit_hash for commit_hash in chain[: end + 1] if commit_hash not in known]
    if new:
        rows = [{"project_id": project, "hash": commit_hash, "linked": False} for commit_hash in new]
        connection.execute(_INSERT, rows)
    ids = {commit_hash: number for commit_hash, (number, _) in known.items()}
    ids |= _read_ids(connection, project, new)
    links = [
        {"child": ids[child], "parent": ids[parent]} for child, parent in pairwise(chain[: end + 1])
    ]
    if links:
        connection.execute(
            update(commits)
            .where(commits.c.id == bindparam("child"))
            .values(parent_id=bindparam("parent"), linked=True),
            links,
        )
    if not ancestors and not known.get(chain[0], (0, False))[1]:
        connection.execute(update(commits).where(commits.c.id == ids[chain[0]]).values(linked=True))
    joined = tuple(ids[commit_hash] for commit_hash in chain[:end] if commit_hash in known)
    parent = connection.scalar(select(commits.c.parent_id).where(commits.c.id == ids[chain[0]]))
    return RecordedCommit(ids[chain[0]], chain[0] not in known, parent, joined)


def _read_known(
    connection: Connection, project: int, chain: Sequence[bytes]
) -> tuple[dict[bytes, tuple[int, bool]], int]:
    """Return the commits that have a row, and the index of the first linked one, or else of the last.

    The commits are given as hash -> (id, whether it is linked).
    """
    known: dict[bytes, tuple[int, bool]] = {}
    start, size = 0, _FIRST_BATCH
    while start < len(chain):
        batch = chain[start : start + size]
        rows = connection.execute(_FIND_COMMITS, {"project": project, "hashes": batch})
        known |= {row.hash: (row.id, row.linked) for row in rows}
        for index, commit_hash in enumerate(batch, start):
            if known.get(commit_hash, (0, False))[1]:
                return known, index
        start, size = start + size, _COMMITS_PER_QUERY
    return known, len(chain) - 1


def _read_ids(connection: Connection, project: int, hashes: Sequence[bytes]) -> dict[bytes, int]:
    ids: dict[bytes, int] = {}
    for start in range(0, len(hashes), _COMMITS_PER_QUERY):
        query = select(commits.c.hash, commits.c.id).where(
            commits.c.project_id == project,
            commits.c.hash.in_(hashes[start : start + _COMMITS_PER_QUERY]),
        )
        ids |= {row.hash: row.id for row in connection.execute(query)}
    return ids


def has_snapshot(connection: Connection, commit: int, branch: int) -> bool:
    """Return whether a snapshot of the commit was pushed onto the branch."""
    return connection.scalar(_FIND_ON_BRANCH, {"branch": branch, "commit": commit}) is not None


def find_nearest_ancestor(connection: Connection, commit: int, branch: int) -> int | None:
    """Return the nearest ancestor that has a snapshot on the branch, or None."""
    start = select(commits.c.parent_id.label("id")).where(commits.c.id == commit)
    walk = start.cte("walk", recursive=True)
    is_on_branch = exists().where(
        branch_snapshots.c.commit_id == walk.c.id, branch_snapshots.c.branch_id == branch
    )
    walk = walk.union(
        select(commits.c.parent_id).join(walk, commits.c.id == walk.c.id).where(~is_on_branch)
    )
    query = (
        select(walk.c.id)
        .join(branch_snapshots, branch_snapshots.c.commit_id == walk.c.id)
        .where(branch_snapshots.c.branch_id == branch, walk.c.id != commit)
    )
    return connection.scalar(query.limit(1))


def is_ancestor(connection: Connection, ancestor: int, commit: int) -> bool:
    """Return whether a commit is among the first parents of another one."""
    walk = select(commits.c.parent_id.label("id")).where(commits.c.id == commit)
    steps = walk.cte("steps", recursive=True)
    steps = steps.union(
        select(commits.c.parent_id).join(steps, commits.c.id == steps.c.id).where(steps.c.id != ancestor)
    )
    return connection.scalar(select(steps.c.id).where(steps.c.id == ancestor)) is not None


def find_nearest_with_snapshot(connection: Connection, commit: int, branch: int) -> int | None:
    """Return the commit or its nearest ancestor, whichever has a snapshot on the branch, or None."""
    if has_snapshot(connection, commit, branch):
        return commit
    return find_nearest_ancestor(connection, commit, branch)


def find_descendant_branches(connection: Connection, ancestors: Sequence[int]) -> set[int]:
    """Return the branches on which a descendant of one of the commits has a snapshot."""
    if not ancestors:
        return set()
    start = select(commits.c.id).where(commits.c.parent_id.in_(ancestors))
    descendants = start.cte("descendants", recursive=True)
    descendants = descendants.union(
        select(commits.c.id).join(descendants, commits.c.parent_id == descendants.c.id)
    )
    query = (
        select(branch_snapshots.c.branch_id)
        .join(descendants, branch_snapshots.c.commit_id == descendants.c.id)
        .distinct()
    )
    return set(connection.scalars(query))


def read_parents(connection: Connection, project: int) -> dict[int, int]:
    """Return the first parent of each commit of a project; commits are row ids."""
    query = select(commits.c.id, commits.c.parent_id).where(
        commits.c.project_id == project, commits.c.parent_id.is_not(None)
    )
    return {row.id: row.parent_id for row in connection.execute(query)}


def parse_commit_prefix(prefix: str) -> tuple[bytes, bytes] | None:
    """Return the range of the hashes that begin with a prefix; None if it is too short or invalid."""
    if not _MIN_DIGITS <= len(prefix) <= _MAX_DIGITS or set(prefix) - set("0123456789abcdef"):
        return None
    return bytes.fromhex(prefix + "0" * (len(prefix) % 2)), bytes.fromhex(prefix.ljust(_MAX_DIGITS, "f"))

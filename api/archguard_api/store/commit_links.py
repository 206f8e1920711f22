"""Commits and their first-parent links."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, exists, insert, select, update

from archguard_api.store.schema import branch_snapshots, commits, new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_INSERT = insert(commits)
_SOME = select(commits.c.hash, commits.c.id, commits.c.linked).where(
    commits.c.project_id == bindparam("project"), commits.c.hash.in_(bindparam("hashes", expanding=True))
)
_FIRST = 2
_AT_ONCE = 500
_SHORTEST = 7
_LONGEST = 64


class RecordedCommit(NamedTuple):
    """What an upload taught about links."""

    commit: int
    is_new: bool
    """Whether nobody had heard of the commit, so nothing descends from it."""
    parent: int | None
    joined: tuple[int, ...]
    """Commits that were known as parents, and whose own parent is known only now."""


def record_commit(
    connection: Connection, project: int, commit: str, ancestors: Sequence[str]
) -> RecordedCommit:
    """Write down a commit and its ancestors, as far as the first whose parent is known already.

    Args:
        connection: in the transaction that holds the project's row.
        project: whose commits.
        commit: the commit.
        ancestors: its first parents, nearest first; empty: it has none.
    """
    chain = [bytes.fromhex(one) for one in (commit, *ancestors[:1])]
    known, end = _known(connection, project, chain)
    if len(chain) == 2 and known.keys() == {chain[1]} and (known[chain[1]][1] or len(ancestors) == 1):
        first = known[chain[1]][0]  # the usual case: a new commit on one whose parent is known
        row = {"project_id": project, "hash": chain[0], "linked": True, "parent_id": first}
        return RecordedCommit(new_id(connection.execute(_INSERT, row)), True, first, ())
    chain += [bytes.fromhex(one) for one in ancestors[1:]]
    known, end = _known(connection, project, chain)
    fresh = [one for one in chain[: end + 1] if one not in known]
    if fresh:
        rows = [{"project_id": project, "hash": one, "linked": False} for one in fresh]
        connection.execute(_INSERT, rows)
    ids = {one: number for one, (number, _) in known.items()} | _ids(connection, project, fresh)
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
    joined = tuple(ids[one] for one in chain[:end] if one in known)
    parent = connection.scalar(select(commits.c.parent_id).where(commits.c.id == ids[chain[0]]))
    return RecordedCommit(ids[chain[0]], chain[0] not in known, parent, joined)


def _known(
    connection: Connection, project: int, chain: Sequence[bytes]
) -> tuple[dict[bytes, tuple[int, bool]], int]:
    """The commits of the chain that have a row, and where the first is that is linked, or the last."""
    known: dict[bytes, tuple[int, bool]] = {}
    start, size = 0, _FIRST
    while start < len(chain):
        some = chain[start : start + size]
        rows = connection.execute(_SOME, {"project": project, "hashes": some})
        known |= {row.hash: (row.id, row.linked) for row in rows}
        for place, one in enumerate(some, start):
            if known.get(one, (0, False))[1]:
                return known, place
        start, size = start + size, _AT_ONCE
    return known, len(chain) - 1


def _ids(connection: Connection, project: int, wanted: Sequence[bytes]) -> dict[bytes, int]:
    ids: dict[bytes, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(commits.c.hash, commits.c.id).where(
            commits.c.project_id == project, commits.c.hash.in_(wanted[start : start + _AT_ONCE])
        )
        ids |= {row.hash: row.id for row in connection.execute(query)}
    return ids


def find_nearest_ancestor(connection: Connection, commit: int, branch: int) -> int | None:
    """The nearest ancestor that has a snapshot on the branch."""
    start = select(commits.c.parent_id.label("id")).where(commits.c.id == commit)
    walk = start.cte("walk", recursive=True)
    stands = exists().where(
        branch_snapshots.c.commit_id == walk.c.id, branch_snapshots.c.branch_id == branch
    )
    walk = walk.union(select(commits.c.parent_id).join(walk, commits.c.id == walk.c.id).where(~stands))
    query = (
        select(walk.c.id)
        .join(branch_snapshots, branch_snapshots.c.commit_id == walk.c.id)
        .where(branch_snapshots.c.branch_id == branch, walk.c.id != commit)
    )
    return connection.scalar(query.limit(1))


def find_descendant_branches(connection: Connection, commits_: Sequence[int]) -> set[int]:
    """The branches on which a descendant of one of the commits has a snapshot."""
    if not commits_:
        return set()
    start = select(commits.c.id).where(commits.c.parent_id.in_(commits_))
    above = start.cte("above", recursive=True)
    above = above.union(select(commits.c.id).join(above, commits.c.parent_id == above.c.id))
    query = (
        select(branch_snapshots.c.branch_id)
        .join(above, branch_snapshots.c.commit_id == above.c.id)
        .distinct()
    )
    return set(connection.scalars(query))


def read_parents(connection: Connection, project: int) -> dict[int, int]:
    """Every link of a project."""
    query = select(commits.c.id, commits.c.parent_id).where(
        commits.c.project_id == project, commits.c.parent_id.is_not(None)
    )
    return {row.id: row.parent_id for row in connection.execute(query)}


def parse_commit_prefix(commit: str) -> tuple[bytes, bytes] | None:
    """The first and last commit that begins so; None: no commit does, or the prefix is too short."""
    if not _SHORTEST <= len(commit) <= _LONGEST or set(commit) - set("0123456789abcdef"):
        return None
    return bytes.fromhex(commit + "0" * (len(commit) % 2)), bytes.fromhex(commit.ljust(_LONGEST, "f"))

"""Store pull requests, in the transaction of the upload that speaks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, insert, select, update

from archguard.branch_name import is_merge_queue
from archguard_api.store import commit_links
from archguard_api.store.schema import branch_snapshots, branches, commits, pulls
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from archguard.snapshot import PullRequest, Upload

SECONDS_UNTIL_CLOSED = 30 * DAY
"""After so long without an upload a pull request counts as closed."""
_FIND = select(pulls).where(
    pulls.c.project_id == bindparam("project"), pulls.c.number == bindparam("pull")
)
_FIND_OPEN = (
    select(pulls.c.number, pulls.c.base_commit, commits.c.hash)
    .join(commits, commits.c.id == pulls.c.commit_id)
    .where(
        pulls.c.project_id == bindparam("project"),
        pulls.c.base_branch == bindparam("branch"),
        pulls.c.seen_at > bindparam("since"),
        pulls.c.merged_at.is_(None),
    )
)
_UPDATE = update(pulls).where(
    pulls.c.project_id == bindparam("project"), pulls.c.number == bindparam("pull")
)


def goes_onto_branch(upload: Upload) -> bool:
    """Return whether a snapshot becomes part of the branch that its upload names.

    A merge queue's branch is none, and a pull request's snapshot is none of its base branch's.
    """
    if is_merge_queue(upload.branch):
        return False
    return upload.pull_request is None or upload.branch != upload.pull_request.base_branch


def record_pulls(
    connection: Connection, project: int, upload: Upload, commit: int, snapshot: int, now: int
) -> None:
    """Store what an upload says of pull requests: which one it is of, and which were merged.

    Args:
        connection: a connection whose transaction has locked the project's row.
        project: the project's id.
        upload: the upload.
        commit: the id of its commit's row.
        snapshot: the id of its snapshot's row.
        now: seconds since 1970.
    """
    if upload.pull_request is not None:
        _record_pull(connection, project, upload, upload.pull_request, commit, snapshot, now)
    if goes_onto_branch(upload):
        _record_merges(connection, project, upload, now)


def _record_pull(
    connection: Connection,
    project: int,
    upload: Upload,
    pull: PullRequest,
    commit: int,
    snapshot: int,
    now: int,
) -> None:
    key = {"project": project, "pull": pull.number}
    row = connection.execute(_FIND, key).first()
    same = row is not None and row.commit_id == commit
    base_commit = bytes.fromhex(pull.base_commit) if pull.base_commit else None
    if row is not None and same and base_commit is None:
        base_commit = row.base_commit  # a later build's clone may have been too shallow to know it
    values = {
        "base_branch": pull.base_branch,
        "head_branch": pull.head_branch,
        "base_commit": base_commit,
        "commit_id": commit,
        "snapshot_id": snapshot,
        "causes": None if upload.causes is None else [one.model_dump() for one in upload.causes],
        "seen_at": now,
    }
    if row is None:
        connection.execute(
            insert(pulls),
            {"project_id": project, "number": pull.number, "first_seen_at": now, **values},
        )
    elif not same and commit_links.is_ancestor(connection, commit, row.commit_id):
        connection.execute(_UPDATE.values(seen_at=now), key)  # a build that was slower than the next one
        return
    else:
        if row.base_branch != pull.base_branch or not same:
            values["merged_at"] = None
        connection.execute(_UPDATE.values(**values), key)
    if _is_on_branch(connection, project, commit, pull.base_branch):
        connection.execute(_UPDATE.values(merged_at=now), key)


def _is_on_branch(connection: Connection, project: int, commit: int, branch: str) -> bool:
    has_snapshot = exists().where(
        branch_snapshots.c.branch_id == branches.c.id, branch_snapshots.c.commit_id == commit
    )
    query = select(branches.c.id).where(
        branches.c.project_id == project, branches.c.name == branch, has_snapshot
    )
    return connection.scalar(query) is not None


def _is_after(commit: str | None, base: bytes | None, line: Sequence[str]) -> bool:
    """Return whether a commit stands above another one on a branch, whose tip comes first.

    A message from before the pull request began speaks of another one, at another service.
    """
    if commit is None or commit not in line:
        return False
    if base is None or base.hex() not in line:
        return True
    return line.index(commit) < line.index(base.hex())


def _record_merges(connection: Connection, project: int, upload: Upload, now: int) -> None:
    """Note that pull requests were merged whose last commit the uploaded branch has now, or a squash."""
    key = {"project": project, "branch": upload.branch, "since": now - SECONDS_UNTIL_CLOSED}
    rows = connection.execute(_FIND_OPEN, key).all()
    if not rows:
        return
    reached = {upload.snapshot.commit, *upload.ancestors, *upload.merged_commits}
    squashed = {one.number: one.commit for one in reversed(upload.merged_pulls)}
    line = [upload.snapshot.commit, *upload.ancestors]
    merged = [
        row.number
        for row in rows
        if row.hash.hex() in reached or _is_after(squashed.get(row.number), row.base_commit, line)
    ]
    for number in merged:
        connection.execute(_UPDATE.values(merged_at=now), {"project": project, "pull": number})

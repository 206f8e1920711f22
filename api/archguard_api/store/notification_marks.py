"""Remember up to where notifications have considered a project, and find what is new since then."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update

from archguard_api.models.notifications import ContractMark, NotificationMark
from archguard_api.store import generations
from archguard_api.store.branch_reader import read_branch_row
from archguard_api.store.schema import branches, projects, pulls, snapshots, violations
from archguard_api.store.schema import notification_marks as table
from archguard_api.store.schema import notification_rules as rules
from archguard_api.store.violation_filter import get_identity, select_identities
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from archguard_api.store.violation_filter import Identity

_HAS_RULES = select(rules.c.project_id).where(rules.c.enabled)


class MarkPosition(NamedTuple):
    """Where a project's default branch is now."""

    branch_id: int | None
    """None: there is no branch."""
    version: int
    snapshot_id: int
    """The newest snapshot of the project that was not deleted."""
    rebuilding: bool
    """Whether the branch's line is not yet what its snapshots say."""


class ExaminedPull(NamedTuple):
    """A pull request with a snapshot for which notifications were not considered yet."""

    number: int
    digest: bytes
    """Of the snapshot."""
    told: bool
    """Whether people were told that it adds violations."""


def list_projects_to_look_at(connection: Connection, now: int) -> Sequence[str]:
    """Return the projects with rules whose default branch or day is not the considered one."""
    query = (
        select(projects.c.name)
        .outerjoin(
            branches,
            (branches.c.project_id == projects.c.id) & (branches.c.name == projects.c.default_branch),
        )
        .outerjoin(table, table.c.project_id == projects.c.id)
        .where(
            projects.c.id.in_(_HAS_RULES),
            projects.c.deleted_at.is_(None),
            branches.c.tip_id.is_not(None),
            ~branches.c.stale,
            or_(
                table.c.project_id.is_(None),
                table.c.branch_id.is_distinct_from(branches.c.id),
                table.c.version != branches.c.version,
                table.c.day != now // DAY,
            ),
        )
        .order_by(projects.c.name)
    )
    return connection.scalars(query).all()


def read_position(connection: Connection, project: str) -> MarkPosition:
    """Return where a project's default branch is now."""
    row = read_branch_row(connection, project, None)
    newest = connection.scalar(
        select(func.max(snapshots.c.id))
        .join(projects, projects.c.id == snapshots.c.project_id)
        .where(projects.c.name == project, snapshots.c.deleted_at.is_(None))
    )
    if row is None:
        return MarkPosition(None, 0, newest or 0, rebuilding=False)
    return MarkPosition(row.id, row.version, newest or 0, rebuilding=row.stale)


def read_mark(connection: Connection, project_id: int) -> NotificationMark | None:
    """Return up to where notifications have considered a project; None: they never have."""
    row = connection.execute(select(table).where(table.c.project_id == project_id)).first()
    if row is None:
        return None
    contracts = {name: ContractMark(**one) for name, one in row.contracts.items()}
    return NotificationMark(row.branch_id, row.version, row.day, row.snapshot_id, contracts)


def write_mark(connection: Connection, project_id: int, mark: NotificationMark) -> None:
    """Remember up to where notifications have considered a project."""
    values: dict[str, Any] = {
        "branch_id": mark.branch_id,
        "version": mark.version,
        "day": mark.day,
        "snapshot_id": mark.snapshot_id,
        "contracts": {name: asdict(one) for name, one in mark.contracts.items()},
    }
    is_own = table.c.project_id == project_id
    if not connection.execute(update(table).where(is_own).values(values)).rowcount:
        connection.execute(insert(table).values(project_id=project_id, **values))


def delete_mark(connection: Connection, project_id: int) -> None:
    """Forget it: a project without rules has nothing that notifications are considered for."""
    connection.execute(delete(table).where(table.c.project_id == project_id))


def list_returned(connection: Connection, project: str, since: int) -> Sequence[Identity]:
    """Return the open violations of a default branch that came back with a snapshot after `since`."""
    branch = read_branch_row(connection, project, None)
    if branch is None:
        return ()
    query = select_identities().where(
        generations.is_visible(violations, branch),
        violations.c.fixed_id.is_(None),
        ~violations.c.unknown,
        violations.c.times > 1,
        violations.c.introduced_id > since,
    )
    return sorted(map(get_identity, connection.execute(query)))


def list_unexamined_pulls(connection: Connection) -> Sequence[tuple[str, ExaminedPull]]:
    """Return the open pull requests that were not considered, each after its project's name."""
    query = (
        select(projects.c.name, pulls.c.number, pulls.c.told_to_add, snapshots.c.digest)
        .join(projects, projects.c.id == pulls.c.project_id)
        .join(snapshots, snapshots.c.id == pulls.c.snapshot_id)
        .where(
            pulls.c.project_id.in_(_HAS_RULES),
            projects.c.deleted_at.is_(None),
            pulls.c.merged_at.is_(None),
            pulls.c.examined_digest.is_distinct_from(snapshots.c.digest),
        )
        .order_by(projects.c.name, pulls.c.number)
        .limit(100)
    )
    return [
        (row.name, ExaminedPull(row.number, row.digest, row.told_to_add))
        for row in connection.execute(query)
    ]


def mark_pull(connection: Connection, project_id: int, pull: ExaminedPull, *, adds: bool) -> bool:
    """Note that a pull request was considered; return False if it was, or has another snapshot now."""
    snapshot = select(snapshots.c.digest).where(snapshots.c.id == pulls.c.snapshot_id)
    values = {"examined_digest": pull.digest, "told_to_add": adds}
    statement = update(pulls).where(
        pulls.c.project_id == project_id,
        pulls.c.number == pull.number,
        pulls.c.examined_digest.is_distinct_from(pull.digest),
        snapshot.scalar_subquery() == pull.digest,
    )
    return connection.execute(statement.values(values)).rowcount > 0


def mark_all_pulls(connection: Connection, project_id: int) -> None:
    """Note that the pull requests of a project were considered: they are older than its rules."""
    digest = select(snapshots.c.digest).where(snapshots.c.id == pulls.c.snapshot_id).scalar_subquery()
    connection.execute(
        update(pulls).where(pulls.c.project_id == project_id).values(examined_digest=digest)
    )

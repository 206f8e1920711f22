"""Store and read plans, the newest ones of each branch."""

from __future__ import annotations

import hashlib
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, delete, insert, or_, select, update

from archguard_api.models import Page, Plan, StoredPlan
from archguard_api.store import generations, project_rows
from archguard_api.store.branch_reader import read_branch_row
from archguard_api.store.schema import get_new_id, plans, projects, violations
from archguard_api.store.violation_filter import get_identity, select_identities

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Row

    from archguard_api.store.violation_filter import Identity

KEPT_PLANS = 20
"""Of each branch of a project; older ones go when another one arrives."""


class AddedPlan(NamedTuple):
    """The newest plan of a branch."""

    is_new: bool
    """Whether it was another one until now."""
    plan: StoredPlan
    still_open: frozenset[Identity] | None
    """The violations that are open or unknown at the branch's tip; None if there is no tip."""


def add_plan(connection: Connection, project: str, branch: str, plan: Plan, *, now: int) -> AddedPlan:
    """Store a plan if it is another one than the newest of the branch.

    Raises:
        NotFoundError: there is no such project.
        ConflictError: it is being deleted.
    """
    is_new = _insert_plan(connection, project, branch, plan, now=now)
    newest = list_plans(connection, project, branch, after=None, limit=1).items[0]
    row = read_branch_row(connection, project, branch)
    has_tip = row is not None and row.tip_id is not None
    return AddedPlan(is_new, newest, read_open(connection, row) if row and has_tip else None)


def _insert_plan(connection: Connection, project: str, branch: str, plan: Plan, *, now: int) -> bool:
    project_id = project_rows.lock_open_project(connection, project)
    content = plan.model_dump_json().encode()
    digest = hashlib.sha256(content).digest()
    here = and_(plans.c.project_id == project_id, plans.c.branch == branch)
    newest = connection.execute(
        select(plans.c.id, plans.c.digest).where(here).order_by(plans.c.id.desc()).limit(KEPT_PLANS)
    ).all()
    if newest and newest[0].digest == digest:
        return False
    values = {"branch": branch, "received_at": now, "digest": digest, "data": zlib.compress(content)}
    get_new_id(connection.execute(insert(plans).values(project_id=project_id, **values)))
    if len(newest) == KEPT_PLANS:
        connection.execute(delete(plans).where(here, plans.c.id <= newest[-1].id))
    return True


def list_plans(
    connection: Connection, project: str, branch: str | None, *, after: int | None, limit: int
) -> Page[StoredPlan]:
    """List plans, the newest first; those of one branch, or all."""
    query = select(plans).join(projects, projects.c.id == plans.c.project_id)
    query = query.where(projects.c.name == project)
    if branch is not None:
        query = query.where(plans.c.branch == branch)
    if after is not None:
        query = query.where(plans.c.id < after)
    rows = connection.execute(query.order_by(plans.c.id.desc()).limit(limit + 1)).all()
    items = tuple(map(_make_plan, rows[:limit]))
    return Page[StoredPlan](items=items, next=str(items[-1].id) if len(rows) > limit else None)


def find_newest(connection: Connection, project: str, branch: str) -> tuple[int, int] | None:
    """Return the id of a branch's newest plan and when it came; None if it has none."""
    query = select(plans.c.id, plans.c.received_at).join(projects, projects.c.id == plans.c.project_id)
    query = query.where(projects.c.name == project, plans.c.branch == branch)
    row = connection.execute(query.order_by(plans.c.id.desc()).limit(1)).first()
    return None if row is None else (row.id, row.received_at)


def rename_branch(connection: Connection, project: int, branch: str, new_name: str) -> None:
    """Let the plans of a branch follow its name."""
    is_own = (plans.c.project_id == project) & (plans.c.branch == branch)
    connection.execute(update(plans).where(is_own).values(branch=new_name))


def delete_plans(connection: Connection, project: int, branches: Collection[str]) -> None:
    """Delete the plans of branches."""
    is_own = (plans.c.project_id == project) & plans.c.branch.in_(branches)
    connection.execute(delete(plans).where(is_own))


def read_open(connection: Connection, branch: Row[Any]) -> frozenset[Identity]:
    """Return the violations of a branch that are not fixed: open, or unknown."""
    query = select_identities().where(
        generations.is_visible(violations, branch),
        or_(violations.c.fixed_id.is_(None), violations.c.unknown),
    )
    return frozenset(map(get_identity, connection.execute(query)))


def _make_plan(row: Row[Any]) -> StoredPlan:
    plan = Plan.model_validate_json(zlib.decompress(row.data))
    return StoredPlan(row.id, row.branch, row.received_at, plan)

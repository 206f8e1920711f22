"""Write and read the audit log; an entry is written in the transaction of what it tells."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, insert, or_, select

from archguard_api.models.audit import Action, Actor, AuditEntry, Details
from archguard_api.store.schema import audit_entries as table
from archguard_api.store.schema import projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

    from archguard_api.models.audit import AuditFilter

_FIELDS = [table.c[name] for name in AuditEntry.__dataclass_fields__]


def _make_key() -> str:
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What an entry is to say. Make it before the transaction, which may be tried again."""

    action: Action
    actor: Actor
    at: int
    project: str | None = None
    """The project's name in the transaction."""
    subject: str | None = None
    details: Details = field(default_factory=dict)
    key: str = field(default_factory=_make_key)


def insert_entry(connection: Connection, event: AuditEvent, project_id: int | None = None) -> None:
    """Write an entry, unless it is there already.

    Args:
        connection: the connection whose transaction does what the entry tells.
        event: what it says.
        project_id: the project's id; by default it is looked up by the name.
    """
    if connection.scalar(select(table.c.id).where(table.c.key == event.key)) is not None:
        return
    if project_id is None and event.project is not None:
        project_id = connection.scalar(select(projects.c.id).where(projects.c.name == event.project))
    connection.execute(
        insert(table).values(
            key=event.key,
            at=event.at,
            action=event.action.value,
            actor_kind=event.actor.kind,
            actor=event.actor.id,
            project=event.project,
            project_id=project_id,
            subject=event.subject,
            details=event.details,
        )
    )


def list_entries(
    connection: Connection,
    project: str | None,
    which: AuditFilter,
    *,
    of_all: bool,
    before: int | None,
    limit: int,
) -> Sequence[AuditEntry]:
    """List entries, the newest first.

    Args:
        connection: a connection.
        project: the name of the project whose entries are asked for; None for those of all.
        which: a filter.
        of_all: whether who asks administers all projects, and sees those of purged ones, too.
        before: list entries with a lower id only; None: all.
        limit: how many at most.
    """
    conditions: list[ColumnElement[bool]] = []
    if project is not None:
        conditions.append(_concerns(connection, project, of_all=of_all))
    if which.action is not None:
        conditions.append(table.c.action == which.action.value)
    if which.actor is not None:
        conditions.append(table.c.actor == which.actor)
    if which.since is not None:
        conditions.append(table.c.at >= which.since)
    if which.until is not None:
        conditions.append(table.c.at <= which.until)
    if before is not None:
        conditions.append(table.c.id < before)
    query = select(*_FIELDS).where(*conditions).order_by(table.c.id.desc()).limit(limit)
    return [AuditEntry(*row) for row in connection.execute(query)]


def _concerns(connection: Connection, project: str, *, of_all: bool) -> ColumnElement[bool]:
    """Select the entries of the project that has this name now, from before its first upload, too.

    Those of an earlier project of the same name, which was purged, are not its own.
    """
    project_id = connection.scalar(select(projects.c.id).where(projects.c.name == project))
    if of_all:
        return or_(table.c.project == project, table.c.project_id == project_id)
    purged = connection.scalar(
        select(func.max(table.c.id)).where(
            table.c.project == project, table.c.action == Action.PROJECT_PURGED.value
        )
    )
    is_earlier = and_(
        table.c.project == project, table.c.project_id.is_(None), table.c.id > (purged or 0)
    )
    return is_earlier if project_id is None else or_(table.c.project_id == project_id, is_earlier)

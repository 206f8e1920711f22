"""Store and read the rules on who is told of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update

from archguard_api.errors import ConflictError, NotFoundError
from archguard_api.models.notifications import (
    MAX_RULES,
    Channel,
    NotificationEvent,
    NotificationRule,
    StoredRule,
)
from archguard_api.store.schema import notification_deliveries as deliveries
from archguard_api.store.schema import notification_rules as table
from archguard_api.store.schema import projects

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

_NO_RULE = "The project has no such rule."
_TOO_MANY = f"The project has {MAX_RULES} rules, as many as it may have."


def insert_rule(connection: Connection, project_id: int, values: Mapping[str, object]) -> None:
    """Store a rule, unless that was done already.

    Raises:
        ConflictError: the project has too many.
    """
    if connection.scalar(select(table.c.id).where(table.c.id == values["id"])) is not None:
        return
    query = select(func.count()).where(table.c.project_id == project_id)
    if (connection.scalar(query) or 0) >= MAX_RULES:
        raise ConflictError(_TOO_MANY)
    connection.execute(insert(table).values(project_id=project_id, **values))


def list_rules(connection: Connection, project: str) -> Sequence[Row[Any]]:
    """Return the rows of a project's rules, the oldest first."""
    query = select(table).join(projects, projects.c.id == table.c.project_id)
    query = query.where(projects.c.name == project).order_by(table.c.created_at, table.c.id)
    return connection.execute(query).all()


def read_rule(connection: Connection, project_id: int, rule_id: str) -> Row[Any]:
    """Return the row of a rule.

    Raises:
        NotFoundError: the project has no such rule.
    """
    query = select(table).where(table.c.project_id == project_id, table.c.id == rule_id)
    row = connection.execute(query).first()
    if row is None:
        raise NotFoundError(_NO_RULE)
    return row


def update_rule(connection: Connection, rule_id: str, values: Mapping[str, object]) -> None:
    """Change a rule."""
    connection.execute(update(table).where(table.c.id == rule_id).values(**values))


def delete_rule(connection: Connection, rule_id: str) -> None:
    """Delete a rule and the log of what was sent by it."""
    connection.execute(delete(deliveries).where(deliveries.c.rule_id == rule_id))
    connection.execute(delete(table).where(table.c.id == rule_id))


def has_enabled_rules(connection: Connection, project_id: int) -> bool:
    """Return whether a project has a rule that is in force."""
    query = select(table.c.id).where(table.c.project_id == project_id, table.c.enabled).limit(1)
    return connection.scalar(query) is not None


def list_enabled(connection: Connection, project_id: int, project: str) -> Sequence[StoredRule]:
    """Return the rules of a project that are in force, the oldest first.

    Args:
        connection: a connection.
        project_id: the project's id.
        project: its name.
    """
    query = select(table).where(table.c.project_id == project_id, table.c.enabled)
    rows = connection.execute(query.order_by(table.c.created_at, table.c.id))
    return [make_stored_rule(row, project) for row in rows]


def make_stored_rule(row: Row[Any], project: str) -> StoredRule:
    """Return a rule with its secrets.

    Args:
        row: its row.
        project: the project's name.
    """
    return StoredRule(
        id=row.id,
        project=project,
        channel=Channel(row.channel),
        target=row.target,
        secret=row.secret,
        events=frozenset(row.events),
        owner=row.owner,
        silent_days=row.silent_days,
    )


def make_rule(row: Row[Any]) -> NotificationRule:
    """Return a rule as answers show it: without its secret, and that of its address."""
    return NotificationRule(
        id=row.id,
        created_at=row.created_at,
        name=row.name,
        channel=Channel(row.channel),
        target=hide_path(row.channel, row.target),
        events=tuple(map(NotificationEvent, row.events)),
        owner=row.owner,
        silent_days=row.silent_days,
        enabled=row.enabled,
    )


def hide_path(channel: str, target: str) -> str:
    """Return an address without its path and query: whoever knows those of Slack can write there."""
    if channel == Channel.MAIL:
        return target
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.netloc}/\N{HORIZONTAL ELLIPSIS}"

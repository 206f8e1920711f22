"""Store what is to be sent, let one worker have it, and keep a log of the newest deliveries.

A delivery is written in the transaction that notes why, so none is lost and none is there twice. A
worker claims it for a while: if it is killed after it has sent something and before it says so, another
one sends the same again, with the same id.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, update

from archguard_api.models import Page
from archguard_api.models.notifications import (
    ClaimedDelivery,
    DeliveryState,
    Notice,
    NotificationDelivery,
)
from archguard_api.store.notification_rules import make_stored_rule
from archguard_api.store.schema import notification_deliveries as table
from archguard_api.store.schema import notification_rules as rules
from archguard_api.store.schema import projects
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.models.notifications import AttemptResult

KEPT_DELIVERIES = 200
"""Of each project, of those with which nothing is to be done any more."""
MAX_PENDING = 100
"""Of each rule; what is more is not stored."""
CLAIM_SECONDS = 120
"""Longer than one attempt takes."""
DISABLED = "the rule was disabled"
_FIRST_MONDAY = 4
"""In days since 1970."""
_DIGEST_HOUR = 6
"""In UTC."""


def make_key() -> str:
    """Return the id of a new delivery. Make it before the transaction, which may be tried again."""
    return f"msg_{secrets.token_hex(12)}"


def count_weeks(now: int) -> int:
    """Return the number of the week of a digest; it begins on Mondays at six o'clock in UTC."""
    return (now - _FIRST_MONDAY * DAY - _DIGEST_HOUR * 3600) // (7 * DAY)


def insert_delivery(
    connection: Connection, project_id: int, rule_id: str, key: str, notice: Notice
) -> None:
    """Store something that is to be sent, unless that was done already."""
    if connection.scalar(select(table.c.id).where(table.c.key == key)) is not None:
        return
    if count_pending(connection, rule_id) >= MAX_PENDING:
        return
    connection.execute(
        insert(table).values(
            key=key,
            project_id=project_id,
            rule_id=rule_id,
            event=notice.event,
            notice=asdict(notice),
            created_at=notice.at,
            state=DeliveryState.PENDING.value,
            attempts=0,
            next_attempt_at=notice.at,
        )
    )
    _delete_old(connection, project_id)


def count_pending(connection: Connection, rule_id: str, event: str | None = None) -> int:
    """Return how many deliveries of a rule are to be sent; those of one event, or all."""
    query = select(func.count()).where(
        table.c.rule_id == rule_id, table.c.state == DeliveryState.PENDING.value
    )
    if event is not None:
        query = query.where(table.c.event == event)
    return connection.scalar(query) or 0


def _delete_old(connection: Connection, project_id: int) -> None:
    is_done = (table.c.project_id == project_id) & (table.c.state != DeliveryState.PENDING.value)
    last = connection.scalar(
        select(table.c.id).where(is_done).order_by(table.c.id.desc()).offset(KEPT_DELIVERIES).limit(1)
    )
    connection.execute(delete(table).where(is_done, table.c.id <= (last or 0)))


def list_deliveries(
    connection: Connection, project: str, rule_id: str | None, *, before: int | None, limit: int
) -> Page[NotificationDelivery]:
    """List what a project sent or is to send, the newest first.

    Args:
        connection: a connection.
        project: the project's name.
        rule_id: only by this rule; None: by all.
        before: list those with a lower number only; None: all.
        limit: how many at most.
    """
    query = select(table).join(projects, projects.c.id == table.c.project_id)
    query = query.where(projects.c.name == project).order_by(table.c.id.desc()).limit(limit + 1)
    if rule_id is not None:
        query = query.where(table.c.rule_id == rule_id)
    if before is not None:
        query = query.where(table.c.id < before)
    rows = connection.execute(query).all()
    items = tuple(map(make_delivery, rows[:limit]))
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page[NotificationDelivery](items=items, next=following)


def read_delivery(connection: Connection, key: str) -> NotificationDelivery:
    """Return a delivery that is there."""
    return make_delivery(connection.execute(select(table).where(table.c.key == key)).one())


def make_delivery(row: Row[Any]) -> NotificationDelivery:
    """Return a delivery as answers show it."""
    return NotificationDelivery(
        id=row.key,
        rule=row.rule_id,
        event=row.event,
        title=row.notice["title"],
        created_at=row.created_at,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        next_attempt_at=row.next_attempt_at,
        last_attempt_at=row.last_attempt_at,
        last_status=row.last_status,
        last_error=row.last_error,
    )


def has_due(connection: Connection, now: int) -> bool:
    """Return whether anything may be due."""
    is_due = (table.c.next_attempt_at <= now) & (func.coalesce(table.c.claimed_until, 0) <= now)
    return connection.scalar(select(table.c.id).where(is_due).limit(1)) is not None


def claim(connection: Connection, now: int, limit: int) -> Sequence[ClaimedDelivery]:
    """Return deliveries that are due and that nobody else attempts; they are the caller's for a while.

    Of each project there is one at a time, so that one whose targets hang keeps no others waiting.

    Args:
        connection: the connection of a transaction that writes.
        now: seconds since 1970.
        limit: how many at most.
    """
    busy = select(table.c.project_id).where(table.c.claimed_until > now)
    query = (
        select(table, projects.c.name.label("project"))
        .join(rules, rules.c.id == table.c.rule_id)
        .join(projects, projects.c.id == table.c.project_id)
        .where(
            table.c.next_attempt_at <= now,
            func.coalesce(table.c.claimed_until, 0) <= now,
            table.c.project_id.not_in(busy),
            rules.c.enabled,
            projects.c.deleted_at.is_(None),
        )
        .order_by(table.c.next_attempt_at, table.c.id)
        .limit(limit * MAX_PENDING)
        .with_for_update(of=table, skip_locked=True)
    )
    chosen: dict[int, Row[Any]] = {}
    for row in connection.execute(query):
        if len(chosen) < limit:
            chosen.setdefault(row.project_id, row)
    ids = [row.id for row in chosen.values()]
    connection.execute(
        update(table).where(table.c.id.in_(ids)).values(claimed_until=now + CLAIM_SECONDS)
    )
    return [_make_claimed(connection, row) for row in chosen.values()]


def _make_claimed(connection: Connection, row: Row[Any]) -> ClaimedDelivery:
    rule = connection.execute(select(rules).where(rules.c.id == row.rule_id)).one()
    return ClaimedDelivery(
        id=row.id,
        key=row.key,
        attempts=row.attempts,
        created_at=row.created_at,
        rule=make_stored_rule(rule, row.project),
        notice=_get_adapter().validate_python(row.notice),
    )


@cache
def _get_adapter() -> TypeAdapter[Notice]:
    return TypeAdapter(Notice)


def record_attempt(connection: Connection, delivery_id: int, result: AttemptResult, now: int) -> None:
    """Write what became of an attempt; a delivery whose rule is gone has no row any more."""
    state = DeliveryState.DELIVERED
    if result.error is not None:
        state = DeliveryState.FAILED if result.retry_in is None else DeliveryState.PENDING
    connection.execute(
        update(table)
        .where(table.c.id == delivery_id, table.c.state == DeliveryState.PENDING.value)
        .values(
            state=state.value,
            attempts=table.c.attempts + 1,
            claimed_until=None,
            next_attempt_at=None if result.retry_in is None else now + result.retry_in,
            last_attempt_at=now,
            last_status=result.status,
            last_error=result.error,
        )
    )


def cancel_pending(connection: Connection, rule_id: str) -> None:
    """Give up what a rule that was disabled has not sent yet."""
    is_pending = (table.c.rule_id == rule_id) & (table.c.state == DeliveryState.PENDING.value)
    values = {"state": DeliveryState.FAILED.value, "next_attempt_at": None, "claimed_until": None}
    connection.execute(update(table).where(is_pending).values(last_error=DISABLED, **values))

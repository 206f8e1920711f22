"""Rules on who is told of what, and what they tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from archguard_api.models.audit import COMMAND_LINE
from archguard_api.models.notifications import (
    TEST_EVENT,
    NewNotificationRule,
    Notice,
    NotificationEvent,
    NotificationMark,
    NotificationRuleRequest,
)
from archguard_api.store.schema import notification_rules

if TYPE_CHECKING:
    from archguard_api.store import Store

NO_MARK = NotificationMark(None, 0, 0, 0, {})
"""Of a project of which nothing was considered."""
SECRET = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
EVERY_EVENT = [event.value for event in NotificationEvent]


def add_rule(
    store: Store, project: str = "shop", mark: NotificationMark = NO_MARK, **fields: Any
) -> NewNotificationRule:
    """Store a rule; by default a webhook that is told of everything."""
    body = {
        "channel": "webhook",
        "target": "https://hooks.example.org/path",
        "events": EVERY_EVENT,
        **fields,
    }
    request = NotificationRuleRequest.model_validate_json(json.dumps(body))
    return store.notifications.add_rule(project, request, mark, secret=SECRET, actor=COMMAND_LINE)


def make_notice(project: str = "shop", at: int = 0, event: str = TEST_EVENT) -> Notice:
    """What people are told."""
    return Notice(event, project, at, f"{project}: this is a test")


def add_known_rule(store: Store, project: str, rule_id: str) -> None:
    """Store a rule with this id, whose target is refused, so that nothing is sent."""
    added = add_rule(store, project, target="http://127.0.0.1:9/")
    is_own = notification_rules.c.id == added.id
    statement = update(notification_rules).where(is_own).values(id=rule_id)
    store._database.write(lambda connection: connection.execute(statement))

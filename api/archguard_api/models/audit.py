"""The audit log: who did what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from archguard_api.models.base import Time

Details = dict[str, str | int | bool | None]


class Action(StrEnum):
    """What is written to the audit log."""

    TOKEN_CREATED = "token-created"  # noqa: S105
    TOKEN_ROTATED = "token-rotated"  # noqa: S105
    TOKEN_REVOKED = "token-revoked"  # noqa: S105
    VISIBILITY_CHANGED = "visibility-changed"
    SETTINGS_CHANGED = "settings-changed"
    PROJECT_DELETED = "project-deleted"
    PROJECT_RESTORED = "project-restored"
    PROJECT_PURGED = "project-purged"
    PROJECT_RENAMED = "project-renamed"
    BRANCH_DELETED = "branch-deleted"
    BRANCH_RENAMED = "branch-renamed"
    SNAPSHOT_DELETED = "snapshot-deleted"
    UPLOADS_UNDONE = "uploads-undone"
    GRAPHS_PRUNED = "graphs-pruned"
    NOTIFICATION_ADDED = "notification-added"
    NOTIFICATION_CHANGED = "notification-changed"
    NOTIFICATION_DELETED = "notification-deleted"
    PUBLISHER_ADDED = "publisher-added"
    PUBLISHER_REMOVED = "publisher-removed"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something."""

    kind: Literal["token", "command-line", "service"]
    id: str | None = None
    """Of a token."""


COMMAND_LINE = Actor("command-line")
SERVICE = Actor("service")
"""The service itself, by its schedule."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Something that was done."""

    id: int
    at: Time
    action: Annotated[str, Field(examples=["project-deleted"])]
    actor_kind: Annotated[
        Literal["token", "command-line", "service"],
        Field(description="Who did it; `service`: the service by its schedule."),
    ]
    actor: Annotated[str | None, Field(description="The id of a token.", examples=["a1B2c3D4"])]
    project: Annotated[
        str | None, Field(description="Its name at that time; null: it concerns every project.")
    ]
    subject: Annotated[
        str | None, Field(description="What it was done to: a token, a branch, a commit.")
    ]
    details: Annotated[Details, Field(description="What else is to be said, by action.")]


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries are asked for; None: all."""

    action: Action | None = None
    actor: str | None = None
    since: int | None = None
    """Seconds since 1970."""
    until: int | None = None
    """Seconds since 1970, inclusive."""

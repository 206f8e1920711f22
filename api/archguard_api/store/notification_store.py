"""The rules on who is told of what, what is sent, and up to where that was considered."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from archguard_api.errors import InvalidError, NotFoundError, TooManyError
from archguard_api.models import extend
from archguard_api.models.audit import Action
from archguard_api.models.notifications import (
    TEST_EVENT,
    Channel,
    NewNotificationRule,
    NotificationEvent,
    NotificationMark,
    NotificationRules,
    check_target,
)
from archguard_api.store import (
    audit_rows,
    notification_marks,
    notification_outbox,
    notification_rules,
    project_rows,
)
from archguard_api.store.audit_rows import AuditEvent
from archguard_api.store.schema import branches, projects
from archguard_api.store.schema import notification_rules as rule_table
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from archguard_api.models import Page, ProjectStanding
    from archguard_api.models.audit import Actor
    from archguard_api.models.notifications import (
        AttemptResult,
        ClaimedDelivery,
        Notice,
        NotificationDelivery,
        NotificationRule,
        NotificationRuleChange,
        NotificationRuleRequest,
        StoredRule,
    )
    from archguard_api.store.database import Database
    from archguard_api.store.notification_marks import ExaminedPull, MarkPosition
    from archguard_api.store.standing_reader import StandingReader
    from archguard_api.store.violation_filter import Identity

    Compose = Callable[[StoredRule], Sequence[Notice]]
    """Returns what a rule is to tell."""

_ABSENT = "there is no such project"
_MAX_TESTS = 5
"""Of one rule that are not sent yet."""


@dataclass(frozen=True, slots=True)
class ProjectNews:
    """All that notifications of a project follow from, of one moment."""

    position: MarkPosition
    mark: NotificationMark | None
    standing: ProjectStanding
    returned: Sequence[Identity]
    """The violations that came back since the mark."""


class NotificationStore:
    """Reads and writes rules, deliveries and marks; each call is one transaction."""

    def __init__(
        self, database: Database, standings: StandingReader, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._standings = standings
        self._clock = clock

    # Rules.

    def add_rule(
        self,
        project: str,
        request: NotificationRuleRequest,
        mark: NotificationMark,
        *,
        secret: str | None,
        actor: Actor,
    ) -> NewNotificationRule:
        """Store a rule.

        Args:
            project: the project's name.
            request: the rule.
            mark: where the project stands now; people are told of what comes after that.
            secret: what signatures are made with.
            actor: who asks for it.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it has too many rules, or is being deleted.
        """
        now = int(self._clock())
        values = {
            "id": secrets.token_hex(6),
            "created_at": now,
            "secret": secret,
            "digest_week": notification_outbox.count_weeks(now),
            **request.model_dump(mode="json"),
        }
        rule_id = str(values["id"])
        event = AuditEvent(
            Action.NOTIFICATION_ADDED, actor, now, project, rule_id, {"channel": request.channel.value}
        )

        def work(connection: Connection) -> NewNotificationRule:
            project_id = project_rows.lock_open_project(connection, project)
            if request.enabled:
                _begin(connection, project_id, mark)
            notification_rules.insert_rule(connection, project_id, values)
            audit_rows.insert_entry(connection, event, project_id)
            row = notification_rules.read_rule(connection, project_id, rule_id)
            return extend(NewNotificationRule, notification_rules.make_rule(row), secret=secret)

        return self._database.write(work, about=project, is_hidden=True)

    def list_rules(self, project: str) -> NotificationRules:
        """Return the rules of a project, the oldest first."""
        rows = self._database.read(partial(notification_rules.list_rules, project=project))
        return NotificationRules(items=tuple(map(notification_rules.make_rule, rows)))

    def get_rule(self, project: str, rule_id: str) -> NotificationRule:
        """Return a rule.

        Raises:
            NotFoundError: there is no such project, or it has no such rule.
        """

        def work(connection: Connection) -> NotificationRule:
            project_id = _find_project(connection, project)
            row = notification_rules.read_rule(connection, project_id, rule_id)
            return notification_rules.make_rule(row)

        return self._database.read(work)

    def change_rule(
        self,
        project: str,
        rule_id: str,
        change: NotificationRuleChange,
        mark: NotificationMark,
        *,
        actor: Actor,
    ) -> NotificationRule:
        """Change a rule; one that is disabled gives up what it has not sent yet.

        Args:
            project: the project's name.
            rule_id: the rule's id.
            change: what to change.
            mark: where the project stands now, in case that it had no rule in force.
            actor: who asks for it.

        Raises:
            NotFoundError: there is no such project, or it has no such rule.
            ConflictError: the project is being deleted.
            InvalidError: the rule's channel cannot send to the target.
        """
        now = int(self._clock())
        values = change.model_dump(mode="json", exclude_unset=True)
        values = {
            key: value for key, value in values.items() if value is not None or key in ("name", "owner")
        }
        event = AuditEvent(
            *(Action.NOTIFICATION_CHANGED, actor, now, project, rule_id),
            {"changed": ", ".join(sorted(values))},
        )

        def work(connection: Connection) -> NotificationRule:
            project_id = project_rows.lock_open_project(connection, project)
            row = notification_rules.read_rule(connection, project_id, rule_id)
            _refuse_target(Channel(row.channel), change.target)
            if change.enabled and not row.enabled:
                _begin(connection, project_id, mark)
                values["digest_week"] = notification_outbox.count_weeks(now)
            if values:
                notification_rules.update_rule(connection, rule_id, values)
                audit_rows.insert_entry(connection, event, project_id)
            if change.enabled is False:
                notification_outbox.cancel_pending(connection, rule_id)
                _end(connection, project_id)
            row = notification_rules.read_rule(connection, project_id, rule_id)
            return notification_rules.make_rule(row)

        return self._database.write(work, about=project, is_hidden=True)

    def delete_rule(self, project: str, rule_id: str, *, actor: Actor) -> None:
        """Delete a rule, and the log of what was sent by it.

        Raises:
            NotFoundError: there is no such project, or it has no such rule.
            ConflictError: the project is being deleted.
        """
        event = AuditEvent(Action.NOTIFICATION_DELETED, actor, int(self._clock()), project, rule_id)

        def work(connection: Connection) -> None:
            project_id = project_rows.lock_open_project(connection, project)
            row = notification_rules.read_rule(connection, project_id, rule_id)
            notification_rules.delete_rule(connection, rule_id)
            _end(connection, project_id)
            told = replace(event, details={"channel": row.channel})
            audit_rows.insert_entry(connection, told, project_id)

        self._database.write(work, about=project, is_hidden=True)

    # Deliveries.

    def add_test(self, project: str, rule_id: str, notice: Notice) -> NotificationDelivery:
        """Store a delivery that shows whether a rule's target can be reached, and return it.

        Raises:
            NotFoundError: there is no such project, or it has no such rule.
            ConflictError: the project is being deleted.
            InvalidError: the rule is disabled.
            TooManyError: several of them are not sent yet.
        """
        key = notification_outbox.make_key()

        def work(connection: Connection) -> NotificationDelivery:
            project_id = project_rows.lock_open_project(connection, project)
            row = notification_rules.read_rule(connection, project_id, rule_id)
            if not row.enabled:
                raise InvalidError("The rule is disabled: enable it first.")
            if notification_outbox.count_pending(connection, rule_id, TEST_EVENT) >= _MAX_TESTS:
                raise TooManyError("Several tests of this rule are not sent yet; wait for them.")
            notification_outbox.insert_delivery(connection, project_id, rule_id, key, notice)
            return notification_outbox.read_delivery(connection, key)

        return self._database.write(work, about=project, is_hidden=True)

    def list_deliveries(
        self, project: str, rule_id: str | None, *, after: int | None, limit: int
    ) -> Page[NotificationDelivery]:
        """List what a project sent or is to send, the newest first; by one rule, or by all."""
        return self._database.read(
            partial(
                notification_outbox.list_deliveries,
                project=project,
                rule_id=rule_id,
                before=after,
                limit=limit,
            )
        )

    def claim_deliveries(self, limit: int) -> Sequence[ClaimedDelivery]:
        """Return deliveries that are due, which only the caller attempts for a while.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        now = int(self._clock())
        if not self._database.read(partial(notification_outbox.has_due, now=now)):
            return ()  # most of the time, and a transaction that writes costs others theirs
        return self._database.write(partial(notification_outbox.claim, now=now, limit=limit))

    def record_attempt(self, delivery: ClaimedDelivery, result: AttemptResult) -> None:
        """Write what became of an attempt.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        now = int(self._clock())
        self._database.write(
            lambda connection: notification_outbox.record_attempt(connection, delivery.id, result, now)
        )

    # What follows from the project's data.

    def list_projects_to_look_at(self) -> Sequence[str]:
        """Return the projects with rules of which something may be new."""
        now = int(self._clock())
        return self._database.read(partial(notification_marks.list_projects_to_look_at, now=now))

    def read_news(self, project: str) -> ProjectNews | None:
        """Return what notifications of a project follow from; None if there is no such project."""

        def work(connection: Connection) -> ProjectNews | None:
            standing = self._standings.read(connection, project, None)
            if standing is None:
                return None
            position = notification_marks.read_position(connection, project)
            mark = notification_marks.read_mark(connection, _find_project(connection, project))
            returned: Sequence[Identity] = ()
            if mark is not None and mark.branch_id == position.branch_id:
                returned = notification_marks.list_returned(connection, project, mark.snapshot_id)
            return ProjectNews(position, mark, standing, returned)

        return self._database.read(work)

    def tell(self, project: str, news: ProjectNews, mark: NotificationMark, compose: Compose) -> bool:
        """Write a mark, and what is to be sent because of what is new; return False if it is old news.

        Args:
            project: the project's name.
            news: as it was read.
            mark: up to where it was considered.
            compose: returns what a rule is to tell.
        """

        def is_news(connection: Connection, project_id: int) -> bool:
            if (
                notification_marks.read_position(connection, project)[:2] != news.position[:2]
                or notification_marks.read_mark(connection, project_id) != news.mark
            ):
                return False
            notification_marks.write_mark(connection, project_id, mark)
            return True

        return self._tell(project, is_news, compose)

    def list_unexamined_pulls(self) -> Sequence[tuple[str, ExaminedPull]]:
        """Return the open pull requests that were not considered, each after its project's name."""
        return self._database.read(notification_marks.list_unexamined_pulls)

    def tell_of_pull(self, project: str, pull: ExaminedPull, *, adds: bool, compose: Compose) -> bool:
        """Note that a pull request was considered, and write what is to be sent because of it.

        Args:
            project: the project's name.
            pull: the pull request.
            adds: whether it adds violations.
            compose: returns what a rule is to tell.
        """

        def is_news(connection: Connection, project_id: int) -> bool:
            return notification_marks.mark_pull(connection, project_id, pull, adds=adds)

        return self._tell(project, is_news, compose)

    def list_silent(self) -> Sequence[tuple[str, str, int]]:
        """Return the rules to be told that nothing was uploaded: project, rule, and since when."""
        now = int(self._clock())
        query = (
            select(projects.c.name, rule_table.c.id, rule_table.c.events, branches.c.seen_at)
            .join(projects, projects.c.id == rule_table.c.project_id)
            .join(
                branches,
                (branches.c.project_id == projects.c.id)
                & (branches.c.name == projects.c.default_branch),
            )
            .where(
                rule_table.c.enabled,
                projects.c.deleted_at.is_(None),
                branches.c.seen_at.is_not(None),
                branches.c.seen_at + rule_table.c.silent_days * DAY < now,
                rule_table.c.told_silence_since.is_distinct_from(branches.c.seen_at),
            )
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        wanted = NotificationEvent.NO_UPLOAD.value
        return [(row.name, row.id, row.seen_at) for row in rows if wanted in row.events]

    def tell_of_silence(self, project: str, rule_id: str, since: int, compose: Compose) -> bool:
        """Write what a rule is to tell of nothing having been uploaded; once for each silence."""
        is_new = rule_table.c.told_silence_since.is_distinct_from(since)
        return self._tell_once(project, rule_id, is_new, {"told_silence_since": since}, compose)

    def list_digests(self) -> Sequence[tuple[str, str]]:
        """Return the rules whose weekly digest is due, each after its project's name."""
        week = notification_outbox.count_weeks(int(self._clock()))
        query = (
            select(projects.c.name, rule_table.c.id, rule_table.c.events)
            .join(projects, projects.c.id == rule_table.c.project_id)
            .where(
                rule_table.c.enabled,
                projects.c.deleted_at.is_(None),
                rule_table.c.digest_week < week,
            )
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        wanted = NotificationEvent.WEEKLY_DIGEST.value
        return [(row.name, row.id) for row in rows if wanted in row.events]

    def tell_digest(self, project: str, rule_id: str, compose: Compose) -> bool:
        """Write the digest of this week that a rule is to send; once a week."""
        week = notification_outbox.count_weeks(int(self._clock()))
        is_new = rule_table.c.digest_week < week
        return self._tell_once(project, rule_id, is_new, {"digest_week": week}, compose)

    def _tell_once(
        self,
        project: str,
        rule_id: str,
        condition: Any,
        values: Mapping[str, object],
        compose: Compose,
    ) -> bool:
        """Write what one rule is to tell if its row satisfies a condition, which new values end."""
        is_own = rule_table.c.id == rule_id

        def is_news(connection: Connection, _project_id: int) -> bool:
            statement = update(rule_table).where(is_own, condition).values(**values)
            return connection.execute(statement).rowcount > 0

        return self._tell(project, is_news, lambda rule: compose(rule) if rule.id == rule_id else ())

    def _tell(self, project: str, is_news: Callable[[Connection, int], bool], compose: Compose) -> bool:
        """Write, for each rule in force, what it is to tell, unless nothing is new by now."""
        keys: dict[tuple[str, int], str] = {}

        def work(connection: Connection) -> bool:
            project_id = project_rows.lock_open_project(connection, project)
            if not is_news(connection, project_id):
                return False
            for rule in notification_rules.list_enabled(connection, project_id, project):
                for number, notice in enumerate(compose(rule)):
                    key = keys.setdefault((rule.id, number), notification_outbox.make_key())
                    notification_outbox.insert_delivery(connection, project_id, rule.id, key, notice)
            return True

        return self._database.write(work, about=project, is_hidden=True)


def _find_project(connection: Connection, name: str) -> int:
    project_id = connection.scalar(select(projects.c.id).where(projects.c.name == name))
    if project_id is None:
        raise NotFoundError(_ABSENT)
    return int(project_id)


def _begin(connection: Connection, project_id: int, mark: NotificationMark) -> None:
    """Let people be told of what comes from now on, if no rule was in force until now."""
    if not notification_rules.has_enabled_rules(connection, project_id):
        notification_marks.write_mark(connection, project_id, mark)
        notification_marks.mark_all_pulls(connection, project_id)


def _end(connection: Connection, project_id: int) -> None:
    """Forget the mark if no rule is in force any more."""
    if not notification_rules.has_enabled_rules(connection, project_id):
        notification_marks.delete_mark(connection, project_id)


def _refuse_target(channel: Channel, target: str | None) -> None:
    """Raise an error if a channel cannot send to a target.

    Raises:
        InvalidError: it cannot.
    """
    if target is None:
        return
    try:
        check_target(channel, target)
    except ValueError as error:
        raise InvalidError(
            "The body is not valid; `errors` says where and why.", (("target", f"Value error, {error}"),)
        ) from None

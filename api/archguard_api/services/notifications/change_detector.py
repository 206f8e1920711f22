"""Look for what is new of all projects with rules, and write what is to be sent because of it.

Nothing of an upload waits for that. What is new is found by comparison with a mark, which is written in
the same transaction as the deliveries: a process that is killed loses nothing, and several processes
that look at once write everything once.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from archguard_api.errors import ConflictError, NotFoundError
from archguard_api.services.notifications.notices import (
    compose_digest,
    compose_notices,
    compose_pull_notices,
    compose_silence,
    find_changes,
    make_mark,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard_api.models import ContractNow, ProjectStanding
    from archguard_api.models.notifications import NotificationMark
    from archguard_api.services.contract_status import ContractStatuses
    from archguard_api.store import Store
    from archguard_api.store.notification_marks import ExaminedPull

_GONE = (NotFoundError, ConflictError)
"""What a project's deletion or another name makes of work that has begun."""


class ChangeDetector:
    """Looks for what people are to be told."""

    def __init__(self, store: Store, statuses: ContractStatuses) -> None:
        """Look at nothing yet.

        Args:
            store: the store.
            statuses: tells where contracts stand.
        """
        self._store = store
        self._statuses = statuses

    def make_mark(self, project: str) -> NotificationMark:
        """Return a mark of a project from which on everything is new.

        Raises:
            NotFoundError: there is no such project.
        """
        news = self._store.notifications.read_news(project)
        if news is None:
            raise NotFoundError("there is no such project")
        return make_mark(news, self._list_contracts(news.standing), self._store.now())

    def detect(self) -> None:
        """Write what is to be sent because of snapshots, pull requests and the day.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        for project in self._store.notifications.list_projects_to_look_at():
            with suppress(*_GONE):
                self._look_at(project)
        for project, pull in self._store.notifications.list_unexamined_pulls():
            with suppress(*_GONE):
                self._look_at_pull(project, pull)

    def detect_by_schedule(self) -> None:
        """Write what is to be sent because time has passed.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        notifications, now = self._store.notifications, self._store.now()
        for project, rule_id, since in notifications.list_silent():
            with suppress(*_GONE):
                notifications.tell_of_silence(
                    project,
                    rule_id,
                    since,
                    lambda rule, since=since: compose_silence(rule, since, now),  # type: ignore[misc]
                )
        for project, rule_id in notifications.list_digests():
            with suppress(*_GONE):
                self._write_digest(project, rule_id)

    def _look_at(self, project: str) -> None:
        news = self._store.notifications.read_news(project)
        if news is None or news.position.rebuilding:
            return
        now = self._store.now()
        changes = find_changes(news, self._list_contracts(news.standing), now)
        self._store.notifications.tell(
            project, news, changes.mark, lambda rule: compose_notices(changes, rule, news, now)
        )

    def _look_at_pull(self, project: str, examined: ExaminedPull) -> None:
        pull, now = self._store.pulls.get(project, examined.number), self._store.now()
        if pull is None:
            return
        adds = examined.told if pull.added is None else bool(pull.added)
        is_new = adds and not examined.told
        self._store.notifications.tell_of_pull(
            project,
            examined,
            adds=adds,
            compose=lambda rule: compose_pull_notices(pull, rule, now) if is_new else (),
        )

    def _write_digest(self, project: str, rule_id: str) -> None:
        standing, now = self._store.get_project_standing(project), self._store.now()
        if standing is None:
            return
        contracts = self._list_contracts(standing)
        self._store.notifications.tell_digest(
            project, rule_id, lambda rule: compose_digest(standing, contracts, rule, now)
        )

    def _list_contracts(self, standing: ProjectStanding) -> Sequence[ContractNow]:
        outlook = self._statuses.find_outlook(self._store, standing)
        contracts, _ = self._statuses.list(standing, outlook)
        return contracts

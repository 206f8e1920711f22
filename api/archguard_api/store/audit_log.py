"""The audit log, to be read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from archguard_api.models import Page
from archguard_api.models.audit import AuditEntry
from archguard_api.store import audit_rows

if TYPE_CHECKING:
    from archguard_api.models.audit import AuditFilter
    from archguard_api.store.database import Database


class AuditLog:
    """Reads what was done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self,
        project: str | None,
        which: AuditFilter,
        *,
        of_all: bool,
        after: int | None,
        limit: int,
    ) -> Page[AuditEntry]:
        """List entries, the newest first.

        Args:
            project: the name of a project; None for the entries of all.
            which: a filter.
            of_all: whether who asks administers all projects, and sees those of purged ones, too.
            after: the id of the last entry of the page before.
            limit: how many at most.
        """
        work = partial(
            audit_rows.list_entries,
            project=project,
            which=which,
            of_all=of_all,
            before=after,
            limit=limit + 1,
        )
        entries = self._database.read(work)
        items = tuple(entries[:limit])
        return Page[AuditEntry](items=items, next=str(items[-1].id) if len(entries) > limit else None)

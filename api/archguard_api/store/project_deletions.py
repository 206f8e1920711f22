"""Delete projects, and restore them within the grace.

A project that is being deleted keeps its name and all its rows, and nobody but its administrators sees
it. Once the grace is over its purge begins in one transaction: its name, its tokens and its former names
are free from then on, and `Purger` deletes what nobody can reach any more in short steps.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from archguard_api.errors import NotFoundError
from archguard_api.models.audit import COMMAND_LINE, SERVICE, Action
from archguard_api.models.deletions import Deletion, ProjectAccess
from archguard_api.store import audit_rows, project_rows
from archguard_api.store.audit_rows import AuditEvent
from archguard_api.store.schema import branches, former_names, projects, sessions, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from archguard_api.models import ProjectStanding
    from archguard_api.models.audit import Actor
    from archguard_api.store.database import Database
    from archguard_api.store.standing_reader import StandingReader

_ABSENT = "there is no such project"
ABANDONED = {"stale": False, "rebuilder": None, "lease_ends": None, "tip_id": None, "length": 0}
"""Values of a branch that nobody works on any more: a running rebuild loses its lease."""


class ProjectDeletions:
    """Deletes projects, restores them, and begins their purges."""

    def __init__(
        self, database: Database, standings: StandingReader, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._standings = standings
        self._clock = clock

    def get_access(self, name: str) -> ProjectAccess:
        """Return what decides on who may do what with a project, given a name of now or before."""
        return self._database.read(partial(project_rows.read_access, name=name, now=int(self._clock())))

    def delete(self, name: str, *, grace: int, actor: Actor = COMMAND_LINE) -> Deletion:
        """Hide a project from all but its administrators, until it is purged or restored.

        If that was done already, nothing changes.

        Args:
            name: the project's.
            grace: for how many seconds it can be restored.
            actor: who asks for it.

        Raises:
            NotFoundError: there is no such project.
        """
        now = int(self._clock())
        event = AuditEvent(Action.PROJECT_DELETED, actor, now, name, details={"grace_seconds": grace})

        def work(connection: Connection) -> Deletion:
            project_id = project_rows.lock_project(connection, name)
            row = connection.execute(select(projects).where(projects.c.id == project_id)).one()
            if row.deleted_at is not None:
                return Deletion(name, row.deleted_at, row.purge_at)
            values = {"deleted_at": now, "purge_at": now + grace}
            connection.execute(update(projects).where(projects.c.id == project_id).values(values))
            audit_rows.insert_entry(connection, event, project_id)
            return Deletion(name, now, now + grace)

        return self._database.write(work, about=name)

    def restore(self, name: str, *, actor: Actor = COMMAND_LINE) -> ProjectStanding:
        """Bring a project back, as it was. One that is not being deleted stays as it is.

        Return where it stands then, read before the commit: after it nothing may fail any more.

        Raises:
            NotFoundError: there is no such project, or the grace is over.
        """
        now = int(self._clock())
        event = AuditEvent(Action.PROJECT_RESTORED, actor, now, name)

        def work(connection: Connection) -> ProjectStanding:
            project_id = project_rows.lock_project(connection, name)
            row = connection.execute(select(projects).where(projects.c.id == project_id)).one()
            if row.deleted_at is not None:
                if row.purge_at <= now:
                    raise NotFoundError(_ABSENT)
                values = {"deleted_at": None, "purge_at": None}
                connection.execute(update(projects).where(projects.c.id == project_id).values(values))
                audit_rows.insert_entry(connection, event, project_id)
            standing = self._standings.read(connection, name, None)
            if standing is None:
                raise NotFoundError(_ABSENT)
            return standing

        return self._database.write(work, about=name)

    def begin_next_purge(self) -> bool:
        """Begin the purge of a project whose grace is over; return whether there was any."""
        now = int(self._clock())
        query = select(projects.c.name).where(projects.c.purge_at.between(1, now)).limit(1)
        name = self._database.read(lambda connection: connection.scalar(query))
        return name is not None and self._begin_purge(name, SERVICE, by=now)

    def begin_purges(self, name: str | None) -> tuple[str, ...]:
        """Begin the purge of a project that is being deleted, or of all of them, whatever the grace.

        Return their names.

        Raises:
            NotFoundError: there is no such project, or it is not being deleted.
        """
        query = select(projects.c.name).where(projects.c.purge_at > 0).order_by(projects.c.name)
        if name is not None:
            query = query.where(projects.c.name == name)
        names = self._database.read(lambda connection: tuple(connection.scalars(query)))
        if name is not None and not names:
            raise NotFoundError("there is no such project that is being deleted")
        return tuple(each for each in names if self._begin_purge(each, COMMAND_LINE))

    def _begin_purge(self, name: str, actor: Actor, by: int | None = None) -> bool:
        """Make a project unreachable for good, unless it was restored in the meantime.

        Args:
            name: the project's.
            actor: who does it.
            by: when the grace must be over; None: never.
        """
        event = AuditEvent(Action.PROJECT_PURGED, actor, int(self._clock()), name)

        def work(connection: Connection) -> bool:
            query = select(projects).where(projects.c.name == name).with_for_update()
            row = connection.execute(query).first()
            if row is None or row.deleted_at is None or (by is not None and row.purge_at > by):
                return False
            told = replace(event, details={"snapshots": row.snapshots, "bytes": row.bytes})
            audit_rows.insert_entry(connection, told, row.id)
            own = select(tokens.c.id).where(tokens.c.project == name)
            connection.execute(delete(sessions).where(sessions.c.token_id.in_(own)))
            connection.execute(delete(tokens).where(tokens.c.project == name))
            connection.execute(delete(former_names).where(former_names.c.project_id == row.id))
            connection.execute(update(branches).where(branches.c.project_id == row.id).values(ABANDONED))
            hidden = {"name": f"~{row.id}", "public": False, "default_branch": None, "purge_at": 0}
            connection.execute(update(projects).where(projects.c.id == row.id).values(hidden))
            return True

        return self._database.write(work, about=name)

"""Projects: list them, and change who may read them, their settings and their names."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from archguard_api.errors import NotFoundError
from archguard_api.models.audit import COMMAND_LINE, Action
from archguard_api.store import audit_rows, project_names, project_rows
from archguard_api.store.audit_rows import AuditEvent
from archguard_api.store.schema import projects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection

    from archguard_api.models import Page, Project, ProjectSettings, ProjectStanding
    from archguard_api.models.audit import Actor
    from archguard_api.store.database import Database
    from archguard_api.store.standing_reader import StandingReader


class ProjectStore:
    """Lists and changes projects; each change is one transaction."""

    def __init__(
        self, database: Database, standings: StandingReader, clock: Callable[[], float]
    ) -> None:
        self._database = database
        self._standings = standings
        self._clock = clock

    def list(
        self,
        names: Sequence[str] | None,
        *,
        after: str | None,
        limit: int,
        with_deleted: bool = False,
    ) -> Page[Project]:
        """List projects by name.

        Args:
            names: of the projects; None for all.
            after: list those with a later name only.
            limit: how many at most.
            with_deleted: whether to list those, too, that are being deleted and can be restored.
        """
        now = int(self._clock())
        work = partial(
            project_rows.list_projects,
            only=names,
            now=now,
            with_deleted=with_deleted,
            after=after,
            limit=limit,
        )
        return self._database.read(work)

    def change(
        self,
        name: str,
        *,
        public: bool | None = None,
        settings: ProjectSettings | None = None,
        new_name: str | None = None,
        actor: Actor = COMMAND_LINE,
    ) -> ProjectStanding:
        """Set whether anybody may read a project, replace its settings, rename it, or all at once.

        Return where it stands then, read before the commit: after it nothing may fail any more.

        Args:
            name: the project's.
            public: whether anybody may read it; None: leave that as it is.
            settings: all of its settings; None: leave them as they are.
            new_name: its name from now on; the one until now stays reserved for it.
            actor: who asks for it.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it is being deleted, or the new name is not free.
        """
        now = int(self._clock())
        shown = AuditEvent(Action.VISIBILITY_CHANGED, actor, now, name, details={"public": public})
        changed = AuditEvent(Action.SETTINGS_CHANGED, actor, now, name)
        renamed = AuditEvent(Action.PROJECT_RENAMED, actor, now, name, details={"to": new_name})

        def work(connection: Connection) -> ProjectStanding:
            project_id = project_rows.lock_open_project(connection, name)
            if public is not None and project_rows.set_public(connection, name, public):
                audit_rows.insert_entry(connection, shown)
            if settings is not None:
                details = project_rows.replace_settings(connection, name, settings)
                if details:
                    audit_rows.insert_entry(connection, replace(changed, details=details))
            if new_name is not None and new_name != name:
                audit_rows.insert_entry(connection, renamed)
                project_names.rename_project(connection, project_id, name, new_name)
            standing = self._standings.read(connection, new_name or name, None)
            if standing is None:
                raise NotFoundError("there is no such project")
            return standing

        return self._database.write(work, about=name)

    def read_bytes(self, name: str) -> int:
        """Return how many bytes a project's contents take; 0 if there is no such project."""
        query = select(projects.c.bytes).where(projects.c.name == name)
        return self._database.read(lambda connection: connection.scalar(query) or 0)

"""Store and read projects, their settings and their default branches."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, exc, insert, select, update

from archguard_api.errors import NotFoundError
from archguard_api.models import Page, Project, ProjectSettings
from archguard_api.models.project_settings import read_stored_settings
from archguard_api.store.schema import branches, projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, RowMapping

_LOCK = select(projects.c.id).where(projects.c.name == bindparam("project")).with_for_update()
_REVISE = (
    update(projects)
    .where(projects.c.name == bindparam("project"))
    .values(revision=bindparam("new_revision"))
)
_REVISION_BITS = 63
_USUAL_DEFAULTS = ("main", "master")
DEFAULT_BRANCH = "default_branch"
"""The setting that names a project's default branch."""


def lock_project(connection: Connection, name: str) -> int:
    """Return a project's id; lock its row until the transaction ends.

    Raises:
        NotFoundError: there is no such project.
    """
    project_id = connection.scalar(_LOCK, {"project": name})
    _require_row(project_id or 0)
    return int(project_id or 0)


def lock_or_create_project(connection: Connection, name: str, *, now: int) -> int:
    """Return a project's id, creating it if it is new; lock its row until the transaction ends."""
    project_id = connection.scalar(_LOCK, {"project": name})
    if project_id is not None:
        return int(project_id)
    try:
        with connection.begin_nested():
            connection.execute(
                insert(projects).values(
                    name=name, created_at=now, public=False, settings={}, snapshots=0
                )
            )
    except exc.IntegrityError:
        pass  # another process has created it in the meantime; its row is locked below
    return int(connection.execute(_LOCK, {"project": name}).scalar_one())


def revise_project(connection: Connection, name: str) -> None:
    """Give a project another revision, if there is such a project.

    It is a random number: after a restore from a backup a counter would come by the same values again,
    with other data.
    """
    connection.execute(_REVISE, {"project": name, "new_revision": secrets.randbits(_REVISION_BITS)})


def read_revision(connection: Connection, name: str) -> int | None:
    """Return a project's revision; None if there is no such project."""
    return connection.scalar(select(projects.c.revision).where(projects.c.name == name))


def read_project(connection: Connection, name: str) -> Project | None:
    """Return the project of this name, or None."""
    row = connection.execute(select(projects).where(projects.c.name == name)).mappings().first()
    return None if row is None else _make_project(row)


def list_projects(
    connection: Connection, only: Sequence[str] | None, *, after: str | None, limit: int
) -> Page[Project]:
    """List projects by name; `only` restricts the list to some names."""
    query = select(projects).order_by(projects.c.name).limit(limit + 1)
    if only is not None:
        query = query.where(projects.c.name.in_(only))
    if after is not None:
        query = query.where(projects.c.name > after)
    rows = connection.execute(query).mappings().all()
    items = tuple(map(_make_project, rows[:limit]))
    return Page[Project](items=items, next=items[-1].name if len(rows) > limit else None)


def list_names(connection: Connection) -> tuple[str, ...]:
    """List the names of all projects."""
    return tuple(connection.scalars(select(projects.c.name).order_by(projects.c.name)))


def _make_project(row: RowMapping) -> Project:
    return Project(
        name=row["name"],
        created_at=row["created_at"],
        public=row["public"],
        default_branch=row["default_branch"],
        last_upload_at=row["last_upload_at"],
        snapshots=row["snapshots"],
    )


def is_public(connection: Connection, name: str) -> bool:
    """Return whether anybody may read the project; False if there is none."""
    return bool(connection.scalar(select(projects.c.public).where(projects.c.name == name)))


def set_public(connection: Connection, name: str, value: bool) -> None:
    """Set whether anybody may read the project.

    Raises:
        NotFoundError: there is no such project.
    """
    _require_row(
        connection.execute(update(projects).where(projects.c.name == name).values(public=value)).rowcount
    )


def read_settings(connection: Connection, name: str) -> ProjectSettings:
    """Return a project's settings; the defaults if there is no such project."""
    value = connection.scalar(select(projects.c.settings).where(projects.c.name == name))
    return read_stored_settings(value or {})


def replace_settings(connection: Connection, name: str, settings: ProjectSettings) -> None:
    """Replace a project's settings, and update its default branch.

    Raises:
        NotFoundError: there is no such project.
    """
    _require_row(
        connection.execute(
            update(projects)
            .where(projects.c.name == name)
            .values(settings=settings.model_dump(exclude_defaults=True))
        ).rowcount
    )
    update_default_branch(
        connection, connection.execute(select(projects.c.id).where(projects.c.name == name)).scalar_one()
    )


def update_default_branch(connection: Connection, project_id: int) -> None:
    """Store which branch is the default: the one in the settings, `main`, `master`, or the oldest."""
    row = connection.execute(
        select(projects.c.name, projects.c.settings).where(projects.c.id == project_id)
    ).one()
    candidates = (row.settings.get(DEFAULT_BRANCH), *_USUAL_DEFAULTS)
    rank = case(
        *((branches.c.name == name, rank) for rank, name in enumerate(candidates)),
        else_=len(candidates),
    )
    query = (
        select(branches.c.name).where(branches.c.project_id == project_id).order_by(rank, branches.c.id)
    )
    connection.execute(
        update(projects)
        .where(projects.c.id == project_id)
        .values(default_branch=connection.scalar(query.limit(1)))
    )


def _require_row(rows: int) -> None:
    if not rows:
        raise NotFoundError("there is no such project")

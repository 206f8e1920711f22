"""Store and read projects, their settings and their default branches."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, exc, insert, or_, select, update

from archguard_api.errors import ConflictError, NotFoundError
from archguard_api.models import Page, Project, ProjectSettings
from archguard_api.models.deletions import ProjectAccess
from archguard_api.models.project_settings import read_stored_settings
from archguard_api.store.schema import branches, former_names, projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, RowMapping

    from archguard_api.models.audit import Details

_LOCK = (
    select(projects.c.id, projects.c.deleted_at)
    .where(projects.c.name == bindparam("project"))
    .with_for_update()
)
_REVISE = (
    update(projects)
    .where(projects.c.name == bindparam("project"))
    .values(revision=bindparam("new_revision"))
)
_REVISION_BITS = 63
_MAX_ID = 2**31 - 1
_ABSENT = "there is no such project"
BEING_DELETED = "The project is being deleted; an administrator of it can restore it."
_USUAL_DEFAULTS = ("main", "master")
DEFAULT_BRANCH = "default_branch"
"""The setting that names a project's default branch."""


def lock_project(connection: Connection, name: str) -> int:
    """Return a project's id; lock its row until the transaction ends.

    Raises:
        NotFoundError: there is no such project.
    """
    row = connection.execute(_LOCK, {"project": name}).first()
    if row is None:
        raise NotFoundError(_ABSENT)
    return int(row.id)


def lock_open_project(connection: Connection, name: str) -> int:
    """Return the id of a project that is not being deleted; lock its row until the transaction ends.

    Raises:
        NotFoundError: there is no such project.
        ConflictError: it is being deleted.
    """
    row = connection.execute(_LOCK, {"project": name}).first()
    if row is None:
        raise NotFoundError(_ABSENT)
    if row.deleted_at is not None:
        raise ConflictError(BEING_DELETED)
    return int(row.id)


def lock_or_create_project(connection: Connection, name: str, *, now: int) -> int:
    """Return a project's id, creating it if it is new; lock its row until the transaction ends.

    Raises:
        ConflictError: it is being deleted, or the name is another project's former one.
    """
    try:
        return lock_open_project(connection, name)
    except NotFoundError:
        refuse_former_name(connection, name)
    try:
        with connection.begin_nested():
            connection.execute(
                insert(projects).values(
                    id=_choose_id(connection),
                    name=name,
                    created_at=now,
                    public=False,
                    settings={},
                    snapshots=0,
                )
            )
    except exc.IntegrityError:
        pass  # another process has created it in the meantime; its row is locked below
    return lock_open_project(connection, name)


def refuse_former_name(connection: Connection, name: str) -> None:
    """Raise an error if a project had this name before.

    Raises:
        ConflictError: one had.
    """
    if connection.scalar(select(former_names.c.name).where(former_names.c.name == name)) is not None:
        raise ConflictError("The name is reserved: a project had it before it was renamed.")


def refuse_closed_name(connection: Connection, name: str) -> None:
    """Raise an error unless a token may be made for the project of this name, which need not exist.

    Its row is locked until the transaction ends, so that no purge or renaming overlooks the token.

    Raises:
        ConflictError: it is being deleted, or a project had the name before.
    """
    with suppress(NotFoundError):
        lock_open_project(connection, name)
        return
    refuse_former_name(connection, name)


def _choose_id(connection: Connection) -> int:
    """Return a random id that no project has: that of a purged one must not stand for another project.

    What processes know of a project, such as the numbers of names, is kept by this id.
    """
    while True:
        number = secrets.randbelow(_MAX_ID) + 1
        if connection.scalar(select(projects.c.id).where(projects.c.id == number)) is None:
            return number


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
    connection: Connection,
    only: Sequence[str] | None,
    *,
    now: int,
    with_deleted: bool,
    after: str | None,
    limit: int,
) -> Page[Project]:
    """List projects by name.

    Args:
        connection: a connection.
        only: their names; None for all.
        now: seconds since 1970.
        with_deleted: whether to list those, too, that are being deleted and can be restored.
        after: list those with a later name only.
        limit: how many at most.
    """
    is_open = projects.c.deleted_at.is_(None)
    is_listed = or_(is_open, projects.c.purge_at > now) if with_deleted else is_open
    query = select(projects).where(is_listed).order_by(projects.c.name).limit(limit + 1)
    if only is not None:
        query = query.where(projects.c.name.in_(only))
    if after is not None:
        query = query.where(projects.c.name > after)
    rows = connection.execute(query).mappings().all()
    items = tuple(map(_make_project, rows[:limit]))
    return Page[Project](items=items, next=items[-1].name if len(rows) > limit else None)


def list_names(connection: Connection) -> tuple[str, ...]:
    """List the names of all projects but those that are being deleted."""
    query = select(projects.c.name).where(projects.c.deleted_at.is_(None)).order_by(projects.c.name)
    return tuple(connection.scalars(query))


def _make_project(row: RowMapping) -> Project:
    return Project(
        name=row["name"],
        created_at=row["created_at"],
        public=row["public"],
        default_branch=row["default_branch"],
        last_upload_at=row["last_upload_at"],
        snapshots=row["snapshots"],
        purge_at=row["purge_at"],
    )


def read_access(connection: Connection, name: str, now: int) -> ProjectAccess:
    """Return what decides on who may do what with a project, given the name of now or a former one."""
    query = select(projects.c.name, projects.c.public, projects.c.deleted_at, projects.c.purge_at)
    row = connection.execute(query.where(projects.c.name == name)).first()
    if row is None:
        is_former = former_names.c.project_id == projects.c.id
        row = connection.execute(
            query.join(former_names, is_former).where(former_names.c.name == name)
        ).first()
    if row is None:
        return ProjectAccess(name)
    if row.deleted_at is not None and row.purge_at <= now:
        return ProjectAccess(name, is_gone=True)
    return ProjectAccess(row.name, True, row.public and row.deleted_at is None, row.purge_at)


def set_public(connection: Connection, name: str, value: bool) -> bool:
    """Set whether anybody may read a project that exists; return whether that changed."""
    is_other = (projects.c.name == name) & projects.c.public.is_not(value)
    return connection.execute(update(projects).where(is_other).values(public=value)).rowcount > 0


def read_settings(connection: Connection, name: str) -> ProjectSettings:
    """Return a project's settings; the defaults if there is no such project."""
    value = connection.scalar(select(projects.c.settings).where(projects.c.name == name))
    return read_stored_settings(value or {})


def replace_settings(connection: Connection, name: str, settings: ProjectSettings) -> Details:
    """Replace the settings of a project that exists, and update its default branch.

    Return the new values of the settings that changed.
    """
    row = connection.execute(
        select(projects.c.id, projects.c.settings).where(projects.c.name == name)
    ).one()
    before = read_stored_settings(row.settings or {})
    connection.execute(
        update(projects)
        .where(projects.c.id == row.id)
        .values(settings=settings.model_dump(exclude_defaults=True))
    )
    update_default_branch(connection, row.id)
    return {key: value for key, value in settings.model_dump().items() if value != getattr(before, key)}


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
        select(branches.c.name)
        .where(branches.c.project_id == project_id, branches.c.deleted_at.is_(None))
        .order_by(rank, branches.c.id)
    )
    connection.execute(
        update(projects)
        .where(projects.c.id == project_id)
        .values(default_branch=connection.scalar(query.limit(1)))
    )


def rename_default_branch(connection: Connection, project_id: int, name: str, new_name: str) -> None:
    """Let a project's settings name a branch by its new name, and choose the default branch anew."""
    settings = connection.execute(
        select(projects.c.settings).where(projects.c.id == project_id)
    ).scalar_one()
    if settings.get(DEFAULT_BRANCH) == name:
        settings = {**settings, DEFAULT_BRANCH: new_name}
        connection.execute(update(projects).where(projects.c.id == project_id).values(settings=settings))
    update_default_branch(connection, project_id)

"""Projects, their settings, and their branches' rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, exc, insert, select, update

from archguard_api.errors import NotFoundError
from archguard_api.models.records import Page, Project
from archguard_api.store.schema import branches, projects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, RowMapping

_LOCK = select(projects.c.id).where(projects.c.name == bindparam("project")).with_for_update()
_USUAL = ("main", "master")
DEFAULT_BRANCH = "default_branch"
"""The setting that names another default branch than the usual ones."""


def lock_project(connection: Connection, name: str) -> int:
    """The project's id; nobody else writes to it until the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    found = connection.scalar(_LOCK, {"project": name})
    _changed(found or 0)
    return int(found or 0)


def lock_or_create_project(connection: Connection, name: str, *, now: int) -> int:
    """The project's id, made if it is new; nobody else writes to it until the transaction ends."""
    found = connection.scalar(_LOCK, {"project": name})
    if found is not None:
        return int(found)
    try:
        with connection.begin_nested():
            connection.execute(
                insert(projects).values(
                    name=name, created_at=now, public=False, settings={}, snapshots=0
                )
            )
    except exc.IntegrityError:
        pass  # another process made it just now: its row is locked below
    return int(connection.execute(_LOCK, {"project": name}).scalar_one())


def read_project(connection: Connection, name: str) -> Project | None:
    """The project of this name."""
    row = connection.execute(select(projects).where(projects.c.name == name)).mappings().first()
    return None if row is None else _project(row)


def list_projects(
    connection: Connection, only: Sequence[str] | None, *, after: str | None, limit: int
) -> Page[Project]:
    """Projects by name."""
    query = select(projects).order_by(projects.c.name).limit(limit + 1)
    if only is not None:
        query = query.where(projects.c.name.in_(only))
    if after is not None:
        query = query.where(projects.c.name > after)
    rows = connection.execute(query).mappings().all()
    items = tuple(map(_project, rows[:limit]))
    return Page(items, items[-1].name if len(rows) > limit else None)


def list_names(connection: Connection) -> tuple[str, ...]:
    """All projects' names."""
    return tuple(connection.scalars(select(projects.c.name).order_by(projects.c.name)))


def _project(row: RowMapping) -> Project:
    return Project(
        name=row["name"],
        created_at=row["created_at"],
        public=row["public"],
        default_branch=row["default_branch"],
        last_upload_at=row["last_upload_at"],
        snapshots=row["snapshots"],
    )


def is_public(connection: Connection, name: str) -> bool:
    """Whether anybody may read it."""
    return bool(connection.scalar(select(projects.c.public).where(projects.c.name == name)))


def set_public(connection: Connection, name: str, value: bool) -> None:
    """Let anybody read it, or not."""
    _changed(
        connection.execute(update(projects).where(projects.c.name == name).values(public=value)).rowcount
    )


def read_settings(connection: Connection, name: str) -> dict[str, str]:
    """What somebody set."""
    found = connection.scalar(select(projects.c.settings).where(projects.c.name == name))
    return dict(found or {})


def replace_settings(connection: Connection, name: str, value: dict[str, str]) -> None:
    """Replace the settings."""
    _changed(
        connection.execute(
            update(projects).where(projects.c.name == name).values(settings=value)
        ).rowcount
    )
    update_default_branch(
        connection, connection.execute(select(projects.c.id).where(projects.c.name == name)).scalar_one()
    )


def update_default_branch(connection: Connection, project_id: int) -> None:
    """Say again which branch is the default one: the one that is set, a usual one, the first."""
    row = connection.execute(
        select(projects.c.name, projects.c.settings).where(projects.c.id == project_id)
    ).one()
    wished = (row.settings.get(DEFAULT_BRANCH), *_USUAL)
    rank = case(
        *((branches.c.name == one, place) for place, one in enumerate(wished)), else_=len(wished)
    )
    query = (
        select(branches.c.name).where(branches.c.project_id == project_id).order_by(rank, branches.c.id)
    )
    connection.execute(
        update(projects)
        .where(projects.c.id == project_id)
        .values(default_branch=connection.scalar(query.limit(1)))
    )


def _changed(rows: int) -> None:
    if not rows:
        raise NotFoundError("there is no such project")

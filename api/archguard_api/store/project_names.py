"""Rename projects; a name that one had stays reserved for it, and its requests are redirected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exc, insert, select, update

from archguard_api.errors import ConflictError
from archguard_api.store.project_rows import revise_project
from archguard_api.store.schema import former_names, projects, tokens

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TAKEN = "The name is not free: a project has it or had it, or a token was made for it."


def rename_project(connection: Connection, project_id: int, name: str, new_name: str) -> None:
    """Give a project another name, and its tokens with it.

    Args:
        connection: a connection whose transaction has locked the project's row.
        project_id: the project's id.
        name: its name until now.
        new_name: its name from now on. A former one of its own is fine. One that a token was made for
            is not: that token would read this project.

    Raises:
        ConflictError: the new name is not free.
    """
    owner = connection.scalar(select(former_names.c.project_id).where(former_names.c.name == new_name))
    has_token = connection.scalar(select(tokens.c.id).where(tokens.c.project == new_name).limit(1))
    if (owner is not None and owner != project_id) or has_token is not None:
        raise ConflictError(_TAKEN)
    connection.execute(delete(former_names).where(former_names.c.name == new_name))
    try:
        with connection.begin_nested():
            connection.execute(update(projects).where(projects.c.id == project_id).values(name=new_name))
    except exc.IntegrityError:
        raise ConflictError(_TAKEN) from None
    connection.execute(insert(former_names).values(name=name, project_id=project_id))
    connection.execute(update(tokens).where(tokens.c.project == name).values(project=new_name))
    revise_project(connection, new_name)

"""Leases on stale branches: one worker rebuilds a branch, among those of all processes.

A worker that was killed loses its lease after a while; each write of a rebuild checks that it has it.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select, update

from archguard_api.store.schema import branches, projects

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Row

LEASE_SECONDS = 15


class LeaseLostError(Exception):
    """Another worker has taken over, or the branch is not stale any more, or was deleted."""


class RebuildLeases:
    """The leases of one worker."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._owner = f"{os.getpid()}-{secrets.token_hex(8)}"

    def list_stale(self, connection: Connection, project: str | None) -> Sequence[Row[Any]]:
        """List the stale branches, with `project`, a name, and `free`, whether nobody has the lease."""
        query = (
            select(branches.c.id, projects.c.name.label("project"), self._is_free().label("free"))
            .join(projects, projects.c.id == branches.c.project_id)
            .where(branches.c.stale)
            .order_by(branches.c.id)
        )
        if project is not None:
            query = query.where(projects.c.name == project)
        return connection.execute(query).all()

    def take(self, connection: Connection, branch: int) -> bool:
        """Take a branch's lease; return False if another worker has it, or the branch is not stale."""
        free = branches.c.stale & self._is_free()
        return self._extend(connection, branch, free)

    def renew(self, connection: Connection, branch: int) -> None:
        """Extend a lease.

        Raises:
            LeaseLostError: the worker does not have it any more.
        """
        if not self._extend(
            connection, branch, branches.c.stale & (branches.c.rebuilder == self._owner)
        ):
            raise LeaseLostError

    def release(self, connection: Connection, branch: int) -> None:
        """Give a lease back, if the worker has it."""
        is_own = (branches.c.id == branch) & (branches.c.rebuilder == self._owner)
        connection.execute(update(branches).where(is_own).values(rebuilder=None, lease_ends=None))

    def _is_free(self) -> Any:
        return or_(
            branches.c.rebuilder.is_(None),
            branches.c.rebuilder == self._owner,
            branches.c.lease_ends < int(self._clock()),
        )

    def _extend(self, connection: Connection, branch: int, condition: Any) -> bool:
        statement = update(branches).where(branches.c.id == branch, condition)
        ends = int(self._clock()) + LEASE_SECONDS
        values = {"rebuilder": self._owner, "lease_ends": ends}
        return connection.execute(statement.values(values)).rowcount > 0

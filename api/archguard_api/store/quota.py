"""How much one project may store: bytes, and new snapshots within 24 hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from archguard_api.errors import QuotaError, TooManyError
from archguard_api.store.schema import projects, snapshots
from archguard_api.times import DAY

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Quota:
    """The limits of every project; None: there is none."""

    bytes: int | None = None
    snapshots: int | None = None

    def check_snapshots(self, connection: Connection, project: int, now: int) -> None:
        """Raise an error if a project got as many snapshots within 24 hours as it may.

        Raises:
            TooManyError: it did; `retry_after` says when the oldest of them is a day old.
        """
        if self.snapshots is None:
            return
        query = (
            select(snapshots.c.received_at)
            .where(snapshots.c.project_id == project)
            .order_by(snapshots.c.id.desc())
            .offset(self.snapshots - 1)
            .limit(1)
        )
        oldest = connection.scalar(query)
        if oldest is not None and oldest > now - DAY:
            error = TooManyError(
                "The project got as many new snapshots within 24 hours as this service allows; come "
                "back after `Retry-After` seconds."
            )
            error.retry_after = oldest + DAY - now
            raise error

    def check_bytes(self, connection: Connection, project: int) -> None:
        """Raise an error if a project takes more bytes than it may, with what is added just now.

        Raises:
            QuotaError: it does.
        """
        if self.bytes is None:
            return
        used = connection.scalar(select(projects.c.bytes).where(projects.c.id == project)) or 0
        if used > self.bytes:
            raise QuotaError(
                "The project takes as many bytes as this service allows: delete snapshots, branches or "
                "old graphs, and try again."
            )


NO_QUOTA = Quota()

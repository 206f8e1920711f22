"""Work out what an earlier version did not store of the lines of branches: their `line_changes`.

That is done from a line's end to its beginning, one checkpoint after the other, each in a transaction of
its own: whoever goes on later does not begin anew.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import exists, func, insert, select

from archguard_api.store import generations, project_rows
from archguard_api.store.blobs import BlobStore
from archguard_api.store.line_changes import LineChanges
from archguard_api.store.line_order import read_branch
from archguard_api.store.line_state import LineState, restore_state
from archguard_api.store.rebuild_leases import LeaseLostError
from archguard_api.store.schema import (
    branches,
    checkpoints,
    line_changes,
    places,
    projects,
    snapshots,
)
from archguard_api.store.snapshot_results import SnapshotResultReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Row

    from archguard_api.store.database import Database
    from archguard_api.store.interned_names import NameTable

_SNAPSHOTS_PER_STEP = 50
_FIND = (
    select(branches.c.id, projects.c.name)
    .join(projects, projects.c.id == branches.c.project_id)
    .where(
        branches.c.stale.is_(False),
        branches.c.length > 0,
        ~exists().where(generations.is_joined(line_changes), line_changes.c.position == 0),
    )
    .limit(1)
)


class _Part(NamedTuple):
    """A part of a line without rows, from a checkpoint on."""

    branch: Row[Any]
    state: LineState
    rows: tuple[Row[Any], ...]
    """The snapshots of the part."""


class MissingChanges:
    """Adds the rows that are missing."""

    def __init__(self, database: Database, names: NameTable) -> None:
        self._database = database
        self._names = names

    def add_next(self, pause: Callable[[], None]) -> bool:
        """Add the rows of the last part of a line that has none; return whether there was any.

        Args:
            pause: called between steps.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        missing = self._database.read(lambda connection: connection.execute(_FIND).first())
        if missing is None:
            return False
        with suppress(LeaseLostError):  # the branch was deleted meanwhile
            self._add(missing.id, missing.name, pause)
        return True

    def _add(self, branch_id: int, project: str, pause: Callable[[], None]) -> None:
        blobs = BlobStore()
        part = self._database.read(partial(_read_part, blobs=blobs, branch_id=branch_id))
        if part is not None:
            rows = list(self._work_out(part, blobs, pause))
            self._database.write(
                partial(_write, part=part, rows=rows, project=project), about=project, is_hidden=True
            )

    def _work_out(
        self, part: _Part, blobs: BlobStore, pause: Callable[[], None]
    ) -> Iterator[dict[str, Any]]:
        branch, state, snapshot_rows = part
        results = SnapshotResultReader(self._database, blobs, self._names, branch.project_id)
        for first in range(0, len(snapshot_rows), _SNAPSHOTS_PER_STEP):
            position = state.position
            changes = LineChanges()
            for result, listed in results.read(snapshot_rows[first : first + _SNAPSHOTS_PER_STEP]):
                changes.add(state.position, state.advance(result, listed))
            yield {
                "branch_id": branch.id,
                "position": position,
                "since": branch.epoch,
                "data": changes.pack(),
            }
            pause()


def _read_part(connection: Connection, *, blobs: BlobStore, branch_id: int) -> _Part | None:
    branch = read_branch(connection, branch_id)
    end = _read_lowest(connection, branch)
    if branch.stale or end == 0:
        return None
    checkpoint = connection.execute(
        select(checkpoints.c.position, checkpoints.c.state)
        .where(generations.is_visible(checkpoints, branch), checkpoints.c.position < end)
        .order_by(checkpoints.c.position.desc())
        .limit(1)
    ).first()
    start = 0 if checkpoint is None else checkpoint.position
    query = (
        select(snapshots, places.c.position)
        .join(places, places.c.snapshot_id == snapshots.c.id)
        .where(
            generations.is_visible(places, branch),
            places.c.position >= start - 1,
            places.c.position < end,
        )
    )
    rows = tuple(connection.execute(query.order_by(places.c.position)))
    if checkpoint is None:
        return _Part(branch, LineState(0, {}), rows)
    before, *rest = rows
    listed = blobs.get(connection, before.violations_id)
    state = restore_state(start, checkpoint.state, listed, before.configuration)
    return _Part(branch, state, tuple(rest))


def _read_lowest(connection: Connection, branch: Row[Any]) -> int:
    """Return the position from which on rows cover a line; its length if there are none."""
    lowest = connection.scalar(
        select(func.min(line_changes.c.position)).where(generations.is_visible(line_changes, branch))
    )
    return int(branch.length if lowest is None else lowest)


def _write(connection: Connection, *, part: _Part, rows: list[dict[str, Any]], project: str) -> None:
    """Write the rows, unless the line is another one by now or somebody else has written them."""
    project_rows.lock_project(connection, project)
    branch = read_branch(connection, part.branch.id)
    end = part.state.position  # it has gone on to the end of the part
    is_same = branch.epoch == part.branch.epoch and not branch.stale
    lowest = _read_lowest(connection, branch)
    if is_same and lowest == end:
        connection.execute(insert(line_changes), rows)

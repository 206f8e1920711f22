"""Work uploads that came out of order into a branch's line.

What changes, from the first such position on, is computed anew, beside the line that readers see and in
short transactions; then the branch's epoch is raised (see `generations`). The branch stays marked until
then, so a rebuild that was interrupted is done again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile
from operator import eq
from typing import TYPE_CHECKING, Any

from sqlalchemy import null, select, update

from archguard_api.store import generations, lifecycle_rows, project_rows
from archguard_api.store.blobs import BlobStore
from archguard_api.store.branch_writer import make_branch_violations
from archguard_api.store.checkpoints import CHECKPOINT_EVERY, pack_state
from archguard_api.store.line_changes import LineChanges
from archguard_api.store.line_order import read_branch, read_order, read_places
from archguard_api.store.line_state import LineState, restore_state
from archguard_api.store.schema import (
    branches,
    checkpoints,
    line_changes,
    places,
    points,
    violations,
)
from archguard_api.store.snapshot_results import SnapshotResultReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Connection, Row, Table

    from archguard_api.store.branch_writer import BranchViolations
    from archguard_api.store.database import Database
    from archguard_api.store.generations import Statement
    from archguard_api.store.interned_names import NameTable
    from archguard_api.store.lifecycle import Changes
    from archguard_api.store.line_order import LineOrder
    from archguard_api.store.rebuild_leases import RebuildLeases

SNAPSHOTS_PER_STEP = 50
ROWS_PER_TRANSACTION = 1000
"""Few enough that other writers wait for some milliseconds only."""
_CACHE_BYTES = 16 * 1024 * 1024


@dataclass(slots=True)
class BranchRebuild:
    """One rebuild of one branch, whose lease this worker has."""

    database: Database
    names: NameTable
    leases: RebuildLeases
    branch_id: int
    project: str
    pause: Callable[[], None]
    """Called between steps, to leave the processor to others."""
    _blobs: BlobStore = field(default_factory=lambda: BlobStore(cache_bytes=_CACHE_BYTES))
    _results: SnapshotResultReader | None = None
    _line: tuple[int, ...] = ()
    """The snapshots of the line that readers see."""
    _fork: int = 0
    """The first position that this rebuild has written."""
    _written: list[int] = field(default_factory=list)
    """The snapshots that it has placed from there on."""
    _state: LineState | None = None
    """Behind the last of them."""
    _rows: dict[Table, list[dict[str, Any]]] = field(default_factory=dict)
    """What is to be written."""

    def run(self) -> BranchViolations:
        """Rebuild the branch; return its violations at its tip.

        Raises:
            LeaseLostError: another worker has taken over.
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        self._tidy()
        while True:
            order = self.database.read(partial(read_order, branch_id=self.branch_id))
            state = self._compute(order)
            if self._is_current(order):
                self._replace_lifecycles(order, state)
                if self._swap(order, state):
                    break
                self._keep_lifecycles(order)
            self.pause()
        self._delete_old()
        return make_branch_violations(order.branch.version + 1, state.lifecycles, state.unread)

    def _tidy(self) -> None:
        """Delete what nobody sees: what was replaced, and what an interrupted rebuild has left."""

        def find(connection: Connection) -> list[Statement]:
            branch = read_branch(connection, self.branch_id)
            self._line = read_places(connection, branch)
            return [
                *generations.delete_old(connection, branch),
                *generations.restore_ends(connection, branch),
                *(
                    one
                    for table in generations.TABLES
                    for one in generations.delete_new(connection, table, branch)
                ),
            ]

        self._write(self.database.read(find))

    def _delete_old(self) -> None:
        """Delete what was replaced; nobody else writes it, so that needs no lease."""

        def find(connection: Connection) -> list[Statement]:
            return list(generations.delete_old(connection, read_branch(connection, self.branch_id)))

        self._write(self.database.read(find), has_lease=False)

    def _compute(self, order: LineOrder) -> LineState:
        """Write the places, points and checkpoints of an order; return the state behind its end."""
        start = self._choose_start(order)
        state = self._state
        if state is None or state.position != start:
            state = self._restore(order, start)
        self._state = state
        for first in range(start, len(order.rows), SNAPSHOTS_PER_STEP):
            rows = order.rows[first : first + SNAPSHOTS_PER_STEP]
            line = LineChanges()
            for changes in self._advance(order, state, rows, writes=True):
                self._add_rows(order, state.position - 1, changes)
                line.add(state.position - 1, changes)
            self._add_row(order, line_changes, {"position": first, "data": line.pack()})
            self._written += [row.id for row in rows]
            if sum(map(len, self._rows.values())) >= ROWS_PER_TRANSACTION:
                self._flush()
            self.pause()
        self._flush()
        return state

    def _choose_start(self, order: LineOrder) -> int:
        """Return the first position to write; forget what an earlier order has from there on."""
        wanted = [row.id for row in order.rows]
        if self._state is None:
            self._fork = _count_equal(self._line, wanted)
            return self._fork
        start = _count_equal([*self._line[: self._fork], *self._written], wanted)
        self._fork = min(self._fork, start)
        if start < self._fork + len(self._written):
            del self._written[start - self._fork :]
            self._write(self.database.read(partial(self._find_written, order=order, start=start)))
        return start

    def _find_written(self, connection: Connection, *, order: LineOrder, start: int) -> list[Statement]:
        return [
            statement
            for table in generations.TABLES_BY_POSITION
            for statement in generations.delete_new(
                connection, table, order.branch, table.c.position >= start
            )
        ]

    def _restore(self, order: LineOrder, position: int) -> LineState:
        """Return the state before a position: from a checkpoint, and what follows it."""
        state = self.database.read(partial(self._read_checkpoint, order=order, position=position))
        for first in range(state.position, position, SNAPSHOTS_PER_STEP):
            rows = order.rows[first : min(first + SNAPSHOTS_PER_STEP, position)]
            for _ in self._advance(order, state, rows, writes=False):
                pass
            self.pause()
        return state

    def _read_checkpoint(self, connection: Connection, *, order: LineOrder, position: int) -> LineState:
        """Return the state at the last checkpoint up to a position, or before the first snapshot."""
        branch = order.branch
        is_shared = generations.is_visible(checkpoints, branch) & (checkpoints.c.position <= self._fork)
        is_written = (checkpoints.c.branch_id == branch.id) & (checkpoints.c.since == branch.epoch + 1)
        query = (
            select(checkpoints.c.position, checkpoints.c.state)
            .where(is_shared | is_written, checkpoints.c.position <= position)
            .order_by(checkpoints.c.position.desc())
        )
        row = connection.execute(query.limit(1)).first()
        if row is None:
            return LineState(0, {})
        before = order.rows[row.position - 1]
        listed = self._blobs.get(connection, before.violations_id)
        return restore_state(row.position, row.state, listed, before.configuration)

    def _advance(
        self, order: LineOrder, state: LineState, rows: Sequence[Row[Any]], *, writes: bool
    ) -> Iterable[Changes]:
        """Go on to some more snapshots; yield what each changes."""
        if self._results is None:
            project = order.branch.project_id
            self._results = SnapshotResultReader(self.database, self._blobs, self.names, project)
        for result, listed in self._results.read(rows):
            if writes and state.position and state.position % CHECKPOINT_EVERY == 0:
                packed = pack_state(state.lifecycles, state.unread)
                self._add_row(order, checkpoints, {"position": state.position, "state": packed})
            yield state.advance(result, listed)

    def _add_rows(self, order: LineOrder, position: int, changes: Changes) -> None:
        place = {"position": position, "snapshot_id": changes.snapshot}
        self._add_row(order, places, place)
        for point in changes.points:
            row = lifecycle_rows.make_point_row(self.branch_id, position, point)
            self._add_row(order, points, row)

    def _add_row(self, order: LineOrder, table: Table, row: dict[str, Any]) -> None:
        row |= {"branch_id": self.branch_id, "since": order.branch.epoch + 1}
        self._rows.setdefault(table, []).append(row)

    def _flush(self) -> None:
        """Write the rows that have been added."""
        rows, self._rows = self._rows, {}
        self._write([one for table in rows for one in generations.insert_rows(table, rows[table])])

    def _is_current(self, order: LineOrder) -> bool:
        branch = self.database.read(partial(read_branch, branch_id=self.branch_id))
        return bool(branch.version == order.branch.version)

    def _replace_lifecycles(self, order: LineOrder, state: LineState) -> None:
        """Write the lifecycles that differ; let everything that is replaced end with this epoch."""

        def find(connection: Connection) -> list[Statement]:
            before = lifecycle_rows.read_lifecycles(connection, order.branch)
            gone = [key for key, one in before.items() if state.lifecycles.get(key) != one]
            for key, lifecycle in state.lifecycles.items():
                if before.get(key) != lifecycle:
                    row = lifecycle_rows.make_violation_row(self.branch_id, key, lifecycle)
                    self._add_row(order, violations, row)
            return [
                *lifecycle_rows.end_lifecycles(order.branch, gone),
                *generations.end_from(connection, order.branch, self._fork),
            ]

        self._write(self.database.read(find))
        self._flush()

    def _keep_lifecycles(self, order: LineOrder) -> None:
        """Undo `_replace_lifecycles`."""

        def find(connection: Connection) -> list[Statement]:
            return [
                *generations.restore_ends(connection, order.branch),
                *generations.delete_new(connection, violations, order.branch),
            ]

        self._write(self.database.read(find))

    def _swap(self, order: LineOrder, state: LineState) -> bool:
        """Show readers what was written; return False if something was uploaded in the meantime."""
        branch, rows, unread = order.branch, order.rows, state.unread

        def work(connection: Connection) -> bool:
            project_rows.lock_project(connection, self.project)
            self.leases.renew(connection, self.branch_id)
            statement = update(branches).where(
                branches.c.id == branch.id, branches.c.version == branch.version
            )
            values = {
                "stale": False,
                "version": branch.version + 1,
                "epoch": branch.epoch + 1,
                "length": len(rows),
                "reached": order.reached,
                "rewritten": order.rewritten,
                "tip_id": rows[-1].id if rows else None,
                "unread": null() if unread is None else lifecycle_rows.pack_unread(unread),
                "rebuilder": None,
                "lease_ends": None,
            }
            return connection.execute(statement.values(values)).rowcount > 0

        return self.database.write(work, about=self.project)

    def _write(self, statements: Sequence[Statement], *, has_lease: bool = True) -> None:
        """Execute statements in short transactions, each of which checks the lease first."""
        step: list[Statement] = []
        size = 0
        for number, statement in enumerate(statements, 1):
            step.append(statement)
            size += len(statement[1])
            if size >= ROWS_PER_TRANSACTION or number == len(statements):
                self.database.write(
                    partial(self._execute, step=step, has_lease=has_lease),
                    about=self.project,
                    is_hidden=True,
                )
                step, size = [], 0
                self.pause()

    def _execute(self, connection: Connection, *, step: Sequence[Statement], has_lease: bool) -> None:
        if has_lease:
            self.leases.renew(connection, self.branch_id)
        for statement, parameters in step:
            connection.execute(statement, parameters)


def _count_equal(left: Sequence[int], right: Sequence[int]) -> int:
    """Return the number of elements that two sequences have in common at their beginning."""
    return sum(1 for _ in takewhile(bool, map(eq, left, right)))

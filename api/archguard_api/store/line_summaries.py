"""Keep the summaries of branches' lines: each is written with the snapshot that it goes up to.

A summary is right for one epoch and one length of its branch. Where there is none, because the line was
rebuilt or its contracts are others, it is computed from the points, and kept by whoever rebuilds.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import bindparam, insert, select, update

from archguard.lru_cache import LruCache
from archguard_api.models import LineSummary
from archguard_api.store import generations
from archguard_api.store.blob_deltas import compress_quickly, decompress
from archguard_api.store.contract_lines import list_previous_ids
from archguard_api.store.schema import branches, names, places, points, projects, snapshots, summaries
from archguard_api.store.summary_builder import LinePoint, Tip, begin_summary, extend_summary
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.store.database import Database
    from archguard_api.store.snapshot_reader import SnapshotReader

Result = TypeVar("Result")
_CACHED_SUMMARIES = 1000
_ADAPTER = TypeAdapter(LineSummary)
_READ = select(summaries.c.line).where(
    summaries.c.branch_id == bindparam("branch"),
    summaries.c.epoch == bindparam("epoch"),
    summaries.c.length == bindparam("length"),
)
_UPDATE = update(summaries).where(summaries.c.branch_id == bindparam("branch"))
IS_KEPT = (
    (summaries.c.branch_id == branches.c.id)
    & (summaries.c.epoch == branches.c.epoch)
    & (summaries.c.length == branches.c.length)
)
_FIND_MISSING = (
    select(branches.c.id, projects.c.name)
    .join(projects, projects.c.id == branches.c.project_id)
    .outerjoin(summaries, IS_KEPT)
    .where(
        branches.c.name == projects.c.default_branch,
        branches.c.tip_id.is_not(None),
        summaries.c.branch_id.is_(None) | (summaries.c.day < bindparam("today")),
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class KeptSummary:
    """A summary, and for which line it is right."""

    branch: int
    epoch: int
    length: int
    line: LineSummary

    def fits(self, branch: Row[Any], renamed: Mapping[str, str]) -> bool:
        """Return whether it is of a branch as its row has it."""
        return (
            self.epoch == branch.epoch
            and self.length == branch.length
            and self.line.renamed == tuple(sorted(renamed.items()))
        )


class Run(Protocol):
    """Calls a function with a connection and returns its result."""

    def __call__(self, work: Callable[[Connection], Result]) -> Result:
        """Call it."""


class LineSummaries:
    """Reads and writes summaries, and caches those used last."""

    def __init__(self, snapshot_reader: SnapshotReader, clock: Callable[[], float]) -> None:
        self._snapshot_reader = snapshot_reader
        self._clock = clock
        self._kept: LruCache[int, KeptSummary] = LruCache(_CACHED_SUMMARIES)

    def read(self, connection: Connection, branch: Row[Any], data: bytes | None = None) -> LineSummary:
        """Return the summary of a branch that has a tip.

        Args:
            connection: a connection.
            branch: the branch's row, from the same transaction.
            data: what is kept, if that was read with it.
        """
        kept = self._find(connection, branch, branch.renamed or {}, data)
        if kept is None:
            kept = self._compute(lambda work: work(connection), branch)
            self._kept.put(branch.id, kept)
        return kept.line

    def remember(self, kept: KeptSummary) -> None:
        """Cache a summary whose transaction is committed."""
        self._kept.put(kept.branch, kept)

    def extend(
        self,
        connection: Connection,
        branch: Row[Any],
        tip: Tip,
        reintroduced: Mapping[str, int],
        renamed: Mapping[str, str],
    ) -> KeptSummary | None:
        """Write the summary of a branch that a snapshot was appended to; return what to `remember`.

        None if only the whole line tells: then it is computed later.

        Args:
            connection: the connection whose transaction has appended it.
            branch: the branch's row from before that.
            tip: the snapshot.
            reintroduced: how many violations of each contract came back.
            renamed: the branch's earlier ids of contracts, with this snapshot's.
        """
        line: LineSummary | None = None
        if branch.length:
            kept = self._find(connection, branch, renamed)
            if kept is not None:
                known = {line.contract for line in kept.line.contracts}
                others = {contract.id for contract in tip.contracts} - known
                new = others - _find_with_points(connection, branch, others, branch.length)
                line = extend_summary(kept.line, tip, reintroduced, new)
        else:
            line = begin_summary(tip, _make_first_points(tip, reintroduced), renamed)
        if line is None:
            return None
        kept = KeptSummary(branch.id, branch.epoch, branch.length + 1, line.judge(int(self._clock())))
        _write(connection, kept)
        return kept

    def keep(self, database: Database, branch_id: int, project: str) -> None:
        """Write a branch's summary of today, computed from its points if there is none.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """

        def find(connection: Connection) -> tuple[Row[Any] | None, KeptSummary | None]:
            branch = _read_branch(connection, branch_id)
            if branch is None:
                return None, None
            return branch, self._find(connection, branch, branch.renamed or {})

        def write(connection: Connection, kept: KeptSummary) -> None:
            branch = _read_branch(connection, branch_id)
            if branch is not None and kept.fits(branch, branch.renamed or {}):
                _write(connection, kept)

        branch, kept = database.read(find)
        if branch is None:
            return
        if kept is None:
            kept = self._compute(database.read, branch)
        kept = replace(kept, line=kept.line.judge(int(self._clock())))
        database.write(partial(write, kept=kept), about=project, is_hidden=True)

    def keep_next(self, database: Database) -> bool:
        """Do that for a default branch that has none, or none of today; return whether there was any.

        Raises:
            BusyError: the database does not answer in time.
            FullError: the disk is full.
        """
        today = {"today": int(self._clock()) // DAY}
        missing = database.read(lambda connection: connection.execute(_FIND_MISSING, today).first())
        if missing is not None:
            self.keep(database, missing.id, missing.name)
        return missing is not None

    def _find(
        self,
        connection: Connection,
        branch: Row[Any],
        renamed: Mapping[str, str],
        data: bytes | None = None,
    ) -> KeptSummary | None:
        kept = self._kept.get(branch.id)
        if kept is not None and kept.fits(branch, renamed):
            return kept
        if data is None:
            key = {"branch": branch.id, "epoch": branch.epoch, "length": branch.length}
            data = connection.scalar(_READ, key)
        if data is None:
            return None
        line = _ADAPTER.validate_json(decompress(data, None))
        kept = KeptSummary(branch.id, branch.epoch, branch.length, line)
        if not kept.fits(branch, renamed):
            return None
        self._kept.put(branch.id, kept)
        return kept

    def _compute(self, run: Run, branch: Row[Any]) -> KeptSummary:
        """Compute the summary of a branch.

        Args:
            run: calls functions with a connection, perhaps each in a transaction of its own, as long
                lines take long. If the line is rebuilt meanwhile the result is of no use.
            branch: the branch's row.
        """

        def read_tip(connection: Connection) -> Tip:
            row = self._snapshot_reader.read_row(connection, branch.tip_id)
            facts = self._snapshot_reader.read_facts(connection, row)
            return Tip(branch.length - 1, row.committed_at, facts.contracts, facts.unread)

        tip = run(read_tip)
        times = run(partial(_read_times, branch=branch))
        renamed = branch.renamed or {}
        lines = {
            contract.id: run(partial(_read_line, branch=branch, ids=ids, times=times))
            for contract in tip.contracts
            for ids in [(*reversed(list_previous_ids(contract.id, renamed)), contract.id)]
        }
        line = begin_summary(tip, lines, renamed).judge(int(self._clock()))
        return KeptSummary(branch.id, branch.epoch, branch.length, line)


def _write(connection: Connection, kept: KeptSummary) -> None:
    values = {
        "epoch": kept.epoch,
        "length": kept.length,
        "day": kept.line.day,
        "figures": asdict(kept.line.figures),
        "line": compress_quickly(_ADAPTER.dump_json(kept.line)),
    }
    if not connection.execute(_UPDATE.values(values), {"branch": kept.branch}).rowcount:
        connection.execute(insert(summaries), {"branch_id": kept.branch, **values})


def _read_branch(connection: Connection, branch_id: int) -> Row[Any] | None:
    query = select(branches).where(branches.c.id == branch_id, branches.c.tip_id.is_not(None))
    return connection.execute(query).first()


def _make_first_points(tip: Tip, reintroduced: Mapping[str, int]) -> dict[str, list[LinePoint]]:
    return {
        contract.id: [
            LinePoint(
                0,
                tip.committed_at,
                contract.violations,
                reintroduced.get(contract.id, 0),
                contract.lower_bound,
            )
        ]
        for contract in tip.contracts
        if not contract.unjudged
    }


def _find_with_points(
    connection: Connection, branch: Row[Any], contracts: Iterable[str], length: int
) -> set[str]:
    """Return those contracts that have points in a line of this length."""
    query = (
        select(names.c.name)
        .join(points, points.c.contract_id == names.c.id)
        .where(
            names.c.project_id == branch.project_id,
            names.c.name == bindparam("contract"),
            generations.is_visible(points, branch),
            points.c.position < length,
        )
        .limit(1)
    )
    return {name for name in contracts if connection.scalar(query, {"contract": name}) is not None}


def _read_times(connection: Connection, *, branch: Row[Any]) -> dict[int, int]:
    """Return when the snapshot at each position was committed."""
    query = (
        select(places.c.position, snapshots.c.committed_at)
        .join(snapshots, snapshots.c.id == places.c.snapshot_id)
        .where(generations.is_visible(places, branch))
    )
    return dict(connection.execute(query).all())


def _read_line(
    connection: Connection, *, branch: Row[Any], ids: Sequence[str], times: Mapping[int, int]
) -> list[LinePoint]:
    """Return the points at which a contract, under its earlier ids or its last one, has a verdict."""
    query = (
        select(
            points.c.position,
            points.c.violations,
            points.c.reintroduced,
            points.c.lower_bound,
            points.c.judged,
        )
        .join(names, names.c.id == points.c.contract_id)
        .where(
            generations.is_visible(points, branch),
            names.c.project_id == branch.project_id,
            names.c.name == bindparam("contract"),
            points.c.position < branch.length,
        )
    )
    by_position: dict[int, LinePoint | None] = {}
    for name in ids:
        for position, violations, returned, bound, judged in connection.execute(
            query, {"contract": name}
        ).all():
            point = LinePoint(position, times.get(position, 0), violations, returned, bound)
            by_position[position] = point if judged else None
    in_order = (by_position[position] for position in sorted(by_position))
    return [point for point in in_order if point is not None]

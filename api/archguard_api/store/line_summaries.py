"""Keep the summaries of branches' lines: each is written with the snapshot that it goes up to.

A summary is right for one epoch and one length of its branch. Where there is none, because the line was
rebuilt or its contracts are others, it is computed from the points, and kept by whoever rebuilds.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter
from sqlalchemy import bindparam, insert, select, update

from archguard.lru_cache import LruCache
from archguard_api.models import LineSummary
from archguard_api.store.blob_deltas import compress_quickly, decompress
from archguard_api.store.line_reader import find_contracts_with_points
from archguard_api.store.schema import branches, projects, summaries
from archguard_api.store.summary_builder import LinePoint, Tip, begin_summary, extend_summary
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection, Row

    from archguard_api.store.database import Database
    from archguard_api.store.line_reader import LineReader, Run

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


class LineSummaries:
    """Reads and writes summaries, and caches those used last."""

    def __init__(self, line_reader: LineReader, clock: Callable[[], float]) -> None:
        self._line_reader = line_reader
        self._clock = clock
        self._cache: LruCache[int, KeptSummary] = LruCache(_CACHED_SUMMARIES)

    def read(self, connection: Connection, branch: Row[Any], data: bytes | None = None) -> LineSummary:
        """Return the summary of a branch that has a tip.

        Args:
            connection: a connection.
            branch: the branch's row, from the same transaction.
            data: what is kept, if that was read with it.
        """
        summary = self._find(connection, branch, branch.renamed or {}, data)
        if summary is None:
            summary = self._compute(lambda work: work(connection), branch)
            self.remember(summary)
        return summary.line

    def remember(self, summary: KeptSummary) -> None:
        """Cache a summary whose transaction is committed."""
        self._cache.put(summary.branch, summary)

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
            before = self._find(connection, branch, renamed)
            if before is not None:
                known = {contract.contract for contract in before.line.contracts}
                others = {contract.id for contract in tip.contracts} - known
                new = others - find_contracts_with_points(connection, branch, others)
                line = extend_summary(before.line, tip, reintroduced, new)
        else:
            line = begin_summary(tip, _make_first_points(tip, reintroduced), renamed)
        if line is None:
            return None
        line = line.judge(int(self._clock()))
        summary = KeptSummary(branch.id, branch.epoch, branch.length + 1, line)
        _write(connection, summary)
        return summary

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

        def write(connection: Connection, summary: KeptSummary) -> None:
            branch = _read_branch(connection, branch_id)
            if branch is not None and summary.fits(branch, branch.renamed or {}):
                _write(connection, summary)

        branch, summary = database.read(find)
        if branch is None:
            return
        if summary is None:
            summary = self._compute(database.read, branch)
        summary = replace(summary, line=summary.line.judge(int(self._clock())))
        database.write(partial(write, summary=summary), about=project, is_hidden=True)

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
        summary = self._cache.get(branch.id)
        if summary is not None and summary.fits(branch, renamed):
            return summary
        if data is None:
            key = {"branch": branch.id, "epoch": branch.epoch, "length": branch.length}
            data = connection.scalar(_READ, key)
        if data is None:
            return None
        line = _ADAPTER.validate_json(decompress(data, None))
        summary = KeptSummary(branch.id, branch.epoch, branch.length, line)
        if not summary.fits(branch, renamed):
            return None
        self.remember(summary)
        return summary

    def _compute(self, run: Run, branch: Row[Any]) -> KeptSummary:
        line = self._line_reader.read(run, branch).judge(int(self._clock()))
        return KeptSummary(branch.id, branch.epoch, branch.length, line)


def _write(connection: Connection, summary: KeptSummary) -> None:
    values = {
        "epoch": summary.epoch,
        "length": summary.length,
        "day": summary.line.day,
        "figures": asdict(summary.line.figures),
        "line": compress_quickly(_ADAPTER.dump_json(summary.line)),
    }
    if not connection.execute(_UPDATE.values(values), {"branch": summary.branch}).rowcount:
        connection.execute(insert(summaries), {"branch_id": summary.branch, **values})


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

"""Read the points of a branch's line, and summarize all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import bindparam, select

from archguard_api.store import generations
from archguard_api.store.contract_lines import list_previous_ids
from archguard_api.store.schema import names, places, points, snapshots
from archguard_api.store.summary_builder import LinePoint, Tip, begin_summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.models import LineSummary
    from archguard_api.store.snapshot_reader import SnapshotReader

Result = TypeVar("Result")


class Run(Protocol):
    """Calls a function with a connection and returns its result."""

    def __call__(self, work: Callable[[Connection], Result]) -> Result:
        """Call it."""


class LineReader:
    """Reads whole lines."""

    def __init__(self, snapshot_reader: SnapshotReader) -> None:
        self._snapshot_reader = snapshot_reader

    def read(self, run: Run, branch: Row[Any]) -> LineSummary:
        """Summarize the line of a branch that has a tip.

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
        return begin_summary(tip, lines, renamed)


def find_contracts_with_points(
    connection: Connection, branch: Row[Any], contracts: Iterable[str]
) -> set[str]:
    """Return those contracts that have points in the line, as long as it is in the branch's row."""
    query = (
        select(names.c.name)
        .join(points, points.c.contract_id == names.c.id)
        .where(
            names.c.project_id == branch.project_id,
            names.c.name == bindparam("contract"),
            generations.is_visible(points, branch),
            points.c.position < branch.length,
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

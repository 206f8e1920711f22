"""How many violations a module had part in, along a branch's line.

When a violation came first, when it came last and when it went is in the tables. Where it came more
than once, what lies between is looked up in the sets of violations that snapshots had, by bisection.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from archguard_api.models.records import Count
from archguard_api.store import blob_format
from archguard_api.store.schema import branch_snapshots, names, snapshots, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.models.records import TrendPoint
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.trend_cache import TrendCache

    Line = Sequence[TrendPoint]
    IsThere = Callable[[int], bool]
    """Whether the violation is in the snapshot at a position."""

_CONTENT = (
    select(snapshots.c.violations_id)
    .join(branch_snapshots, branch_snapshots.c.snapshot_id == snapshots.c.id)
    .where(
        branch_snapshots.c.branch_id == bindparam("branch"),
        branch_snapshots.c.position == bindparam("position"),
    )
)


class _Fate(NamedTuple):
    """What became of a violation; positions in the line."""

    contract: str
    identity: Identity
    first: int
    introduced: int
    fixed: int | None
    times: int


class ModuleHistoryReader:
    """Tells modules' histories."""

    def __init__(self, blobs: BlobStore, trends: TrendCache) -> None:
        self._blobs = blobs
        self._trends = trends

    def read(
        self, connection: Connection, branch: Row[Any], module: str, contracts: Sequence[str]
    ) -> tuple[Count, ...]:
        """Where the number changed, and both ends of the line; empty: the contracts have no points.

        Args:
            connection: of the same view as the branch's row.
            branch: whose line.
            module: importer or imported.
            contracts: the ids of those whose violations count.
        """
        lines = {name: self._trends.read(connection, branch, name) for name in contracts}
        changes: Counter[int] = Counter()
        returns: Counter[int] = Counter()
        for fate in _fates(connection, branch, module, contracts):
            is_there = self._looker(connection, branch, fate.identity)
            stints = list(_stints(fate, lines[fate.contract], is_there))
            changes.update(start for start, _ in stints)
            changes.subtract(end for _, end in stints if end is not None)
            returns.update(start for start, _ in stints[1:])
        return tuple(_counts(lines, changes, returns))

    def _looker(self, connection: Connection, branch: Row[Any], identity: Identity) -> IsThere:
        def is_there(position: int) -> bool:
            key = {"branch": branch.id, "position": position}
            content = connection.execute(_CONTENT, key).scalar_one()
            return blob_format.contains_identity(self._blobs.get(connection, content), identity)

        return is_there


def _fates(
    connection: Connection, branch: Row[Any], module: str, contracts: Sequence[str]
) -> Iterator[_Fate]:
    first, introduced, fixed = (branch_snapshots.alias() for _ in range(3))
    contract = names.alias()
    number = (
        select(names.c.id)
        .where(names.c.project_id == branch.project_id, names.c.name == module)
        .scalar_subquery()
    )
    query = (
        select(
            contract.c.name,
            violations.c.contract_id,
            violations.c.importer_id,
            violations.c.imported_id,
            first.c.position,
            introduced.c.position,
            fixed.c.position,
            violations.c.times,
        )
        .join(contract, contract.c.id == violations.c.contract_id)
        .where(
            violations.c.branch_id == branch.id,
            contract.c.name.in_(contracts),
            or_(violations.c.importer_id == number, violations.c.imported_id == number),
        )
    )
    for alias, snapshot in (
        (first, violations.c.first_id),
        (introduced, violations.c.introduced_id),
        (fixed, violations.c.fixed_id),
    ):
        stands = (alias.c.branch_id == violations.c.branch_id) & (alias.c.snapshot_id == snapshot)
        query = query.outerjoin(alias, stands)
    for name, *identity, start, last, end, times in connection.execute(query):
        yield _Fate(name, tuple(identity), start, last, end, times)


def _stints(fate: _Fate, line: Line, is_there: IsThere) -> Iterator[tuple[int, int | None]]:
    """From when until when the violation was there, each time; positions, the second excluded."""
    starts = [fate.first, *_between(fate, line, is_there), fate.introduced][-fate.times :]
    for start, following in pairwise(starts):
        ends = [one.position for one in line if one.fixed and start < one.position < following]
        yield start, ends[bisect_left(ends, 1, key=lambda position: not is_there(position))]
    yield starts[-1], fate.fixed


def _between(fate: _Fate, line: Line, is_there: IsThere) -> Iterator[int]:
    """Where it came back, but for the last time."""
    if fate.times > 2:
        for before, point in pairwise(line):
            is_candidate = point.reintroduced and fate.first < point.position < fate.introduced
            if is_candidate and is_there(point.position) and not is_there(before.position):
                yield point.position


def _counts(
    lines: Mapping[str, Line], changes: Mapping[int, int], returns: Mapping[int, int]
) -> Iterator[Count]:
    points = {point.position: point for line in lines.values() for point in line}
    count = 0
    ends = {min(points, default=0), max(points, default=0)}
    for position in sorted(points):
        count += changes[position]
        if changes[position] or position in ends:
            point = points[position]
            yield Count(point.commit, point.committed_at, count, returns[position])

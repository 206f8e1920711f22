"""Count the violations that a module was part of, along a branch's commit order.

The tables say when a violation was introduced first and last, and when it was fixed. If it was
introduced more than once, or was not counted for a while, what happened in between is looked up in the
snapshots' sets of violations; each set is read once for all violations of the module.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from archguard_api.models import ViolationCount
from archguard_api.store import blob_format, generations
from archguard_api.store.contract_lines import list_previous_ids
from archguard_api.store.schema import names, places, snapshots, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

    from sqlalchemy import Connection, Row

    from archguard_api.models import TrendRow
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.trend_cache import TrendCache

    Trend = Sequence[TrendRow]
    ReadPresent = Callable[[int], frozenset[Identity]]
    """Returns the violations that the snapshot at a position has."""

_VIOLATIONS_BLOBS = (
    select(places.c.position, snapshots.c.violations_id)
    .join(places, places.c.snapshot_id == snapshots.c.id)
    .where(
        places.c.branch_id == bindparam("branch"),
        places.c.since <= bindparam("epoch"),
        places.c.until > bindparam("epoch"),
    )
)


class _Lifecycle(NamedTuple):
    """A violation's lifecycle, as positions in the branch's commit order."""

    contract: str
    identity: Identity
    first: int
    introduced: int
    fixed: int | None
    times: int


class ModuleHistoryReader:
    """Reads the histories of modules."""

    def __init__(self, blobs: BlobStore, trends: TrendCache) -> None:
        self._blobs = blobs
        self._trends = trends

    def read(
        self, connection: Connection, branch: Row[Any], module: str, contracts: Sequence[str]
    ) -> tuple[ViolationCount, ...]:
        """Return the counts at both ends of the branch and wherever they changed.

        The result is empty if the contracts have no points.

        Args:
            connection: the connection whose transaction has read the branch's row.
            branch: the branch's row.
            module: the importer or the imported module.
            contracts: the ids of the contracts whose violations are counted.
        """
        trends = {name: self._trends.read_joined(connection, branch, name) for name in contracts}
        changes: Counter[int] = Counter()
        returns: Counter[int] = Counter()
        interrupted = {name for name, trend in trends.items() if _is_interrupted(trend)}
        returned: dict[str, set[Identity]] = {}
        for lifecycle in _read_lifecycles(connection, branch, module, contracts):
            if lifecycle.times > 1 or lifecycle.contract in interrupted:
                returned.setdefault(lifecycle.contract, set()).add(lifecycle.identity)
                continue
            changes[lifecycle.first] += 1
            if lifecycle.fixed is not None:
                changes[lifecycle.fixed] -= 1
        if returned:
            read_present = self._make_lookup(connection, branch, trends)
            for name, identities in returned.items():
                _count_returned(trends[name], identities, read_present, changes, returns)
        return tuple(_count_violations(trends, changes, returns))

    def _make_lookup(
        self, connection: Connection, branch: Row[Any], contracts: Iterable[str]
    ) -> ReadPresent:
        """Return a function that reads the violations at a position, by their contracts' present ids."""
        key = {"branch": branch.id, "epoch": branch.epoch}
        rows: Iterable[Row[Any]] = connection.execute(_VIOLATIONS_BLOBS, key)
        blob_ids = {row.position: row.violations_id for row in rows}
        present_ids = _read_present_ids(connection, branch, contracts)

        @cache
        def read_present(position: int) -> frozenset[Identity]:
            identities = blob_format.unpack_identities(self._blobs.get(connection, blob_ids[position]))
            if not present_ids:
                return identities
            return frozenset((present_ids.get(one[0], one[0]), one[1], one[2]) for one in identities)

        return read_present


def _is_interrupted(trend: Trend) -> bool:
    """Return whether violations of a contract may not have been counted for a while."""
    return any(point.dropped for point in trend) or any(
        after.position != before.position + 1 for before, after in pairwise(trend)
    )


def _read_present_ids(
    connection: Connection, branch: Row[Any], contracts: Iterable[str]
) -> dict[int, int]:
    """Return the present interned id of each earlier one of some contracts."""
    present = {old: name for name in contracts for old in list_previous_ids(name, branch.renamed or {})}
    if not present:
        return {}
    query = select(names.c.name, names.c.id).where(
        names.c.project_id == branch.project_id, names.c.name.in_({*present, *present.values()})
    )
    ids = {row.name: row.id for row in connection.execute(query)}
    return {ids[old]: ids[new] for old, new in present.items() if old in ids and new in ids}


def _count_returned(
    trend: Trend,
    identities: Set[Identity],
    read_present: ReadPresent,
    changes: Counter[int],
    returns: Counter[int],
) -> None:
    """Add how many of some violations of a contract come and go along its trend."""
    before: frozenset[Identity] = frozenset()
    seen: set[Identity] = set()
    last: int | None = None
    for point in trend:
        changed = point.added or point.fixed or point.dropped or point.unknown
        if changed or last is None or point.position != last + 1:
            if point.violations is None:
                continue
            now = read_present(point.position) & identities
            changes[point.position] += len(now) - len(before)
            returns[point.position] += len((now - before) & seen)
            seen |= now
            before = now
        last = point.position


def _read_lifecycles(
    connection: Connection, branch: Row[Any], module: str, contracts: Sequence[str]
) -> Iterator[_Lifecycle]:
    first, introduced, fixed = (places.alias() for _ in range(3))
    contract = names.alias()
    module_id = (
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
            generations.is_visible(violations, branch),
            contract.c.name.in_(contracts),
            or_(violations.c.importer_id == module_id, violations.c.imported_id == module_id),
        )
    )
    for alias, snapshot in (
        (first, violations.c.first_id),
        (introduced, violations.c.introduced_id),
        (fixed, violations.c.fixed_id),
    ):
        is_same = generations.is_visible(alias, branch) & (alias.c.snapshot_id == snapshot)
        query = query.outerjoin(alias, is_same)
    for name, *identity, start, last, end, times in connection.execute(query):
        yield _Lifecycle(name, tuple(identity), start, last, end, times)


def _count_violations(
    trends: Mapping[str, Trend], changes: Mapping[int, int], returns: Mapping[int, int]
) -> Iterator[ViolationCount]:
    points = {point.position: point for trend in trends.values() for point in trend}
    count = 0
    ends = {min(points, default=0), max(points, default=0)}
    for position in sorted(points):
        count += changes[position]
        if changes[position] or position in ends:
            point = points[position]
            yield ViolationCount(point.commit.hex(), point.committed_at, count, returns[position])

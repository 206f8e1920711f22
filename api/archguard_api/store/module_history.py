"""Count the violations that a module was part of, along a branch's commit order.

The tables say when a violation was introduced first and last, and when it was fixed. If it was
introduced more than once, what happened in between is looked up in the snapshots' sets of violations, by
bisection; each set is read once for all violations of the module.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from functools import cache, partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from archguard_api.models import ViolationCount
from archguard_api.store import blob_format, generations
from archguard_api.store.schema import names, places, snapshots, violations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard_api.models import TrendPoint
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.blobs import BlobStore
    from archguard_api.store.trend_cache import TrendCache

    Trend = Sequence[TrendPoint]
    IsPresentAt = Callable[[int], bool]
    """Whether a violation is in the snapshot at a position."""

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
        trends = {name: self._trends.read(connection, branch, name) for name in contracts}
        changes: Counter[int] = Counter()
        returns: Counter[int] = Counter()
        lifecycles = list(_read_lifecycles(connection, branch, module, contracts))
        is_present = self._make_lookup(connection, branch, lifecycles)
        for lifecycle in lifecycles:
            is_present_at = partial(is_present, lifecycle.identity)
            periods = list(_find_periods(lifecycle, trends[lifecycle.contract], is_present_at))
            changes.update(start for start, _ in periods)
            changes.subtract(end for _, end in periods if end is not None)
            returns.update(start for start, _ in periods[1:])
        return tuple(_count_violations(trends, changes, returns))

    def _make_lookup(
        self, connection: Connection, branch: Row[Any], lifecycles: Sequence[_Lifecycle]
    ) -> Callable[[Identity, int], bool]:
        """Return a function that says whether a violation is in the snapshot at a position."""
        returned = frozenset(lifecycle.identity for lifecycle in lifecycles if lifecycle.times > 1)
        blob_ids: dict[int, int] = {}
        if returned:
            key = {"branch": branch.id, "epoch": branch.epoch}
            rows: Iterable[Row[Any]] = connection.execute(_VIOLATIONS_BLOBS, key)
            blob_ids = {row.position: row.violations_id for row in rows}

        @cache
        def read_returned(blob_id: int) -> frozenset[Identity]:
            identities = blob_format.unpack_identities(self._blobs.get(connection, blob_id))
            return identities & returned

        def is_present(identity: Identity, position: int) -> bool:
            return identity in read_returned(blob_ids[position])

        return is_present


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


def _find_periods(
    lifecycle: _Lifecycle, trend: Trend, is_present_at: IsPresentAt
) -> Iterator[tuple[int, int | None]]:
    """Yield the periods in which the violation was present: first position, and end (excluded)."""
    starts = [
        lifecycle.first,
        *_find_middle_starts(lifecycle, trend, is_present_at),
        lifecycle.introduced,
    ][-lifecycle.times :]
    for start, next_start in pairwise(starts):
        ends = [point.position for point in trend if point.fixed and start < point.position < next_start]
        yield start, ends[bisect_left(ends, 1, key=lambda position: not is_present_at(position))]
    yield starts[-1], lifecycle.fixed


def _find_middle_starts(
    lifecycle: _Lifecycle, trend: Trend, is_present_at: IsPresentAt
) -> Iterator[int]:
    """Yield the positions of reintroductions, except for the last one."""
    if lifecycle.times > 2:
        for before, point in pairwise(trend):
            is_candidate = point.reintroduced and lifecycle.first < point.position < lifecycle.introduced
            if is_candidate and is_present_at(point.position) and not is_present_at(before.position):
                yield point.position


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
            yield ViolationCount(point.commit, point.committed_at, count, returns[position])

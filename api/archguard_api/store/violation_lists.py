"""List open and fixed violations of a branch, filtered, sorted and in pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from archguard_api.errors import InvalidError
from archguard_api.models import (
    CountedPage,
    FixedViolation,
    GroupMember,
    Moment,
    OldestViolation,
    OpenViolation,
)
from archguard_api.store.schema import commits, snapshots, violations
from archguard_api.store.violation_filter import (
    IDENTITY,
    ViolationFilter,
    asks_for,
    get_identity,
    select_violations,
)
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract, Violation
    from archguard_api.store.snapshot_reader import SnapshotReader

    Predicate = Callable[[Row[Any]], bool]

_first, _introduced, _fixed = (snapshots.alias(name) for name in ("sf", "si", "sx"))
_first_commit, _introduced_commit, _fixed_commit = (commits.alias(name) for name in ("cf", "ci", "cx"))
SORT_COLUMNS: dict[str, ColumnElement[Any]] = {
    "introduced": violations.c.introduced_at,
    "first_seen": _first.c.committed_at,
    "contract": IDENTITY[0],
    "importer": IDENTITY[1],
    "imported": IDENTITY[2],
    "times": violations.c.times,
}


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The order of a list, and the page of it that is requested."""

    sort: str
    """A key of `SORT_COLUMNS`; ignored for fixed violations."""
    descending: bool
    after: str | None
    """The cursor of the previous page; None for the first page."""
    limit: int


class ViolationLists:
    """Lists the violations of a branch."""

    def __init__(self, snapshot_reader: SnapshotReader) -> None:
        self._snapshot_reader = snapshot_reader

    def list_open(
        self,
        connection: Connection,
        branch: Row[Any],
        tip: Row[Any],
        conditions: ViolationFilter,
        request: PageRequest,
        *,
        now: int,
    ) -> CountedPage[OpenViolation]:
        """List the violations that are open at the branch's tip.

        Args:
            connection: the connection whose transaction has read the rows.
            branch: the branch's row.
            tip: the row of the snapshot at its tip.
            conditions: the filter.
            request: the order, and the page of the list.
            now: seconds since 1970, for the violations' age.

        Raises:
            InvalidError: the sort order or the cursor is invalid.
        """
        if request.sort not in SORT_COLUMNS:
            raise InvalidError(
                f"unknown sort order {request.sort!r}; choose one of {', '.join(SORT_COLUMNS)}"
            )
        contracts = self._read_judged(connection, tip)
        if conditions.owner is not None and all(one.owner != conditions.owner for one in contracts):
            return CountedPage[OpenViolation](items=(), next=None, total=0)
        details = {one.identity: one for one in self._snapshot_reader.read_violations(connection, tip)}
        owners = {one.id: one.owner for one in contracts}
        query = select_violations(branch, conditions, contracts, fixed=False)

        def matches(row: Row[Any]) -> bool:
            violation = details[get_identity(row)]
            kinds = {one.kind for one in violation.occurrences}
            is_of_kind = conditions.kind is None or conditions.kind in kinds
            return is_of_kind and (
                conditions.imported is None or asks_for(violation, conditions.imported)
            )

        predicate = None if conditions.kind is None and conditions.imported is None else matches
        sort_column = SORT_COLUMNS[request.sort]
        rows, cursor = _read_page(connection, _add_lifecycle(query), sort_column, request, predicate)
        items = tuple(
            _make_open(row, details[get_identity(row)], owners[row.contract], now) for row in rows
        )
        total = _count(connection, query, predicate)
        return CountedPage[OpenViolation](items=items, next=cursor, total=total)

    def list_group_members(
        self,
        connection: Connection,
        branch: Row[Any],
        tip: Row[Any],
        contract: str | None,
        *,
        with_occurrences: bool,
    ) -> list[GroupMember]:
        """List the violations that are open at the branch's tip, as far as groups are made by them.

        Args:
            connection: the connection whose transaction has read the rows.
            branch: the branch's row.
            tip: the row of the snapshot at its tip.
            contract: the contract's id; None for all contracts.
            with_occurrences: whether to read them, too.
        """
        contracts = self._read_judged(connection, tip)
        details = self._snapshot_reader.read_violations(connection, tip) if with_occurrences else ()
        occurrences = {one.identity: one.occurrences for one in details}
        query = select_violations(branch, ViolationFilter(contract=contract), contracts, fixed=False)
        rows = connection.execute(_add_introduction(query)).all()
        owners = {one.id: one.owner for one in contracts}
        moments = {one: Moment(one[0].hex(), one[1]) for one in {(row[4], row[3]) for row in rows}}
        return [
            GroupMember(
                importer,
                imported,
                owners[name],
                moments[introduced, at],
                occurrences.get((name, importer, imported), ()),
            )
            for name, importer, imported, at, introduced in rows
        ]

    def find_oldest(
        self, connection: Connection, branch: Row[Any], tip: Row[Any], contract: str
    ) -> OldestViolation | None:
        """Return the open violation of a contract that was introduced first, if there is any."""
        contracts = self._read_judged(connection, tip)
        query = select_violations(branch, ViolationFilter(contract=contract), contracts, fixed=False)
        in_order = _add_introduction(query).order_by(violations.c.introduced_at, *IDENTITY)
        row = connection.execute(in_order.limit(1)).first()
        if row is None:
            return None
        return OldestViolation(
            importer=row.importer,
            imported=row.imported,
            introduced=Moment(row.introduced.hex(), row.introduced_at),
        )

    def list_fixed(
        self,
        connection: Connection,
        branch: Row[Any],
        tip: Row[Any],
        conditions: ViolationFilter,
        *,
        after: str | None,
        limit: int,
    ) -> CountedPage[FixedViolation]:
        """List violations that were fixed, the last fixed first."""
        contracts = self._snapshot_reader.read_facts(connection, tip).contracts
        owners = {one.id: one.owner for one in contracts}
        query = select_violations(branch, conditions, contracts, fixed=True)
        request = PageRequest("fixed", descending=True, after=after, limit=limit)
        rows, cursor = _read_page(connection, _add_lifecycle(query), violations.c.fixed_at, request)
        items = tuple(_make_fixed(row, owners.get(row.contract)) for row in rows)
        return CountedPage[FixedViolation](items=items, next=cursor, total=_count(connection, query))

    def _read_judged(self, connection: Connection, tip: Row[Any]) -> list[Contract]:
        """Return the contracts that a tip has a verdict of."""
        contracts = self._snapshot_reader.read_facts(connection, tip).contracts
        return [contract for contract in contracts if not contract.unjudged]


def _add_introduction(query: Select[Any]) -> Select[Any]:
    """Add when each violation was introduced to the columns, and by which commit."""
    return (
        query.add_columns(violations.c.introduced_at, _introduced_commit.c.hash.label("introduced"))
        .join(_introduced, _introduced.c.id == violations.c.introduced_id)
        .join(_introduced_commit, _introduced_commit.c.id == _introduced.c.commit_id)
    )


def _add_lifecycle(query: Select[Any]) -> Select[Any]:
    """Add the times and commits of each violation's lifecycle to the columns."""
    query = query.add_columns(
        violations.c.times,
        _first.c.committed_at.label("first_at"),
        _first_commit.c.hash.label("first"),
        violations.c.introduced_at,
        _introduced_commit.c.hash.label("introduced"),
        violations.c.fixed_at,
        _fixed_commit.c.hash.label("fixed"),
    )
    for alias, column in (
        (_first, violations.c.first_id),
        (_introduced, violations.c.introduced_id),
        (_first_commit, _first.c.commit_id),
        (_introduced_commit, _introduced.c.commit_id),
    ):
        query = query.join(alias, alias.c.id == column)
    query = query.outerjoin(_fixed, _fixed.c.id == violations.c.fixed_id)
    return query.outerjoin(_fixed_commit, _fixed_commit.c.id == _fixed.c.commit_id)


def _count(connection: Connection, query: Select[Any], predicate: Predicate | None = None) -> int:
    if predicate is not None:
        return sum(map(predicate, connection.execute(query)))
    return connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()


def _read_page(
    connection: Connection,
    query: Select[Any],
    sort_column: ColumnElement[Any],
    request: PageRequest,
    predicate: Predicate | None = None,
) -> tuple[Sequence[Row[Any]], str | None]:
    """Return the rows of a page and the cursor of the next page."""
    query = query.add_columns(sort_column.label("sorted_by"))
    if request.after is not None:
        cursor_values = _parse_cursor(request.after, sort_column.type.python_type)
        query = query.where(
            _is_after((sort_column, *IDENTITY), cursor_values, descending=request.descending)
        )
    query = query.order_by(sort_column.desc() if request.descending else sort_column.asc(), *IDENTITY)
    if predicate is None:
        rows = connection.execute(query.limit(request.limit + 1)).all()
    else:
        rows = list(islice(filter(predicate, connection.execute(query)), request.limit + 1))
    if len(rows) <= request.limit:
        return rows, None
    last = rows[request.limit - 1]
    cursor = json.dumps([last.sorted_by, *get_identity(last)], ensure_ascii=False, separators=(",", ":"))
    return rows[: request.limit], cursor


def _is_after(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool
) -> ColumnElement[bool]:
    """Select rows that come after the cursor's; only the first column may be descending."""
    alternatives = []
    for index, (column, value) in enumerate(zip(columns, values, strict=True)):
        is_equal = [left == right for left, right in zip(columns[:index], values[:index], strict=True)]
        is_after = column < value if descending and not index else column > value
        alternatives.append(and_(*is_equal, is_after))
    return or_(*alternatives)


def _parse_cursor(text: str, value_type: type) -> list[Any]:
    try:
        cursor = json.loads(text)
    except (ValueError, RecursionError):
        cursor = None
    if (
        not isinstance(cursor, list)
        or len(cursor) != len(IDENTITY) + 1
        or type(cursor[0]) is not value_type
        or not all(isinstance(one, str) for one in cursor[1:])
    ):
        raise InvalidError("invalid cursor; use the one that this list returned")
    return cursor


def _make_open(row: Row[Any], violation: Violation, owner: str | None, now: int) -> OpenViolation:
    return OpenViolation(
        contract=row.contract,
        importer=row.importer,
        imported=row.imported,
        ghost=violation.ghost,
        replacement=violation.replacement,
        owner=owner,
        occurrences=violation.occurrences,
        introduced=Moment(row.introduced.hex(), row.introduced_at),
        first_seen=Moment(row.first.hex(), row.first_at),
        times=row.times,
        age_days=max(0, now - row.introduced_at) // DAY,
    )


def _make_fixed(row: Row[Any], owner: str | None) -> FixedViolation:
    return FixedViolation(
        contract=row.contract,
        importer=row.importer,
        imported=row.imported,
        owner=owner,
        first_seen=Moment(row.first.hex(), row.first_at),
        introduced=Moment(row.introduced.hex(), row.introduced_at),
        fixed=Moment(row.fixed.hex(), row.fixed_at),
        times=row.times,
    )

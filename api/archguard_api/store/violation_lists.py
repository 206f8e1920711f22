"""Lists of violations: open ones with their details, fixed ones with their end; sorted, in pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from archguard_api.errors import InvalidError
from archguard_api.models.records import Counted, FixedViolation, Moment, OpenViolation
from archguard_api.store.schema import commits, snapshots, violations
from archguard_api.store.violation_filter import (
    IDENTITY,
    Identity,
    ViolationFilter,
    get_identity,
    select_violations,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract, Violation

    Keep = Callable[[Row[Any]], bool]

_first, _introduced, _fixed = (snapshots.alias(one) for one in ("sf", "si", "sx"))
_first_commit, _introduced_commit, _fixed_commit = (commits.alias(one) for one in ("cf", "ci", "cx"))
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
    """A part of a list."""

    sort: str
    """One of `SORT_COLUMNS`; fixed violations come in one order only."""
    descending: bool
    after: str | None
    """The cursor."""
    limit: int


def list_open_violations(
    connection: Connection,
    branch: Row[Any],
    which: ViolationFilter,
    part: PageRequest,
    *,
    contracts: Sequence[Contract],
    details: Mapping[Identity, Violation],
) -> Counted[OpenViolation]:
    """Violations that are there at the branch's tip.

    Args:
        connection: of the same view as the others.
        branch: its row.
        which: which ones.
        part: in which order, and where from.
        contracts: those of the tip.
        details: of the tip's violations.

    Raises:
        InvalidError: there is no such sort, or the cursor is none.
    """
    if part.sort not in SORT_COLUMNS:
        raise InvalidError(f"sort: it is none of {', '.join(SORT_COLUMNS)}")
    owners = {one.id: one.owner for one in contracts}
    found = select_violations(branch, which, contracts, fixed=False)

    def is_of_kind(row: Row[Any]) -> bool:
        return any(one.kind == which.kind for one in details[get_identity(row)].occurrences)

    keep = None if which.kind is None else is_of_kind
    rows, cursor = _page(connection, _told(found), SORT_COLUMNS[part.sort], part, keep)
    items = tuple(_open(row, details[get_identity(row)], owners[row.contract]) for row in rows)
    return Counted(items, cursor, _count(connection, found, keep))


def list_fixed_violations(
    connection: Connection,
    branch: Row[Any],
    which: ViolationFilter,
    *,
    contracts: Sequence[Contract],
    after: str | None,
    limit: int,
) -> Counted[FixedViolation]:
    """Violations that were there once and are not any more; the last fixed first."""
    owners = {one.id: one.owner for one in contracts}
    found = select_violations(branch, which, contracts, fixed=True)
    part = PageRequest("fixed", descending=True, after=after, limit=limit)
    rows, cursor = _page(connection, _told(found), violations.c.fixed_at, part)
    items = tuple(_fixed_record(row, owners.get(row.contract)) for row in rows)
    return Counted(items, cursor, _count(connection, found))


def _told(found: Select[Any]) -> Select[Any]:
    """The identities with their story."""
    query = found.add_columns(
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


def _count(connection: Connection, found: Select[Any], keep: Keep | None = None) -> int:
    if keep is not None:
        return sum(map(keep, connection.execute(found)))
    return connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def _page(
    connection: Connection,
    query: Select[Any],
    key: ColumnElement[Any],
    part: PageRequest,
    keep: Keep | None = None,
) -> tuple[Sequence[Row[Any]], str | None]:
    query = query.add_columns(key.label("sorted_by"))
    if part.after is not None:
        behind = _cursor(part.after, key.type.python_type)
        query = query.where(_beyond((key, *IDENTITY), behind, descending=part.descending))
    query = query.order_by(key.desc() if part.descending else key.asc(), *IDENTITY)
    if keep is None:
        rows = connection.execute(query.limit(part.limit + 1)).all()
    else:
        rows = list(islice(filter(keep, connection.execute(query)), part.limit + 1))
    if len(rows) <= part.limit:
        return rows, None
    last = rows[part.limit - 1]
    cursor = json.dumps([last.sorted_by, *get_identity(last)], ensure_ascii=False, separators=(",", ":"))
    return rows[: part.limit], cursor


def _beyond(
    columns: Sequence[ColumnElement[Any]], values: Sequence[Any], *, descending: bool
) -> ColumnElement[bool]:
    """Whether a row stands behind the cursor's: the first column either way, the others ascending."""
    choices = []
    for place, (column, value) in enumerate(zip(columns, values, strict=True)):
        same = [one == other for one, other in zip(columns[:place], values[:place], strict=True)]
        behind = column < value if descending and not place else column > value
        choices.append(and_(*same, behind))
    return or_(*choices)


def _cursor(text: str, kind: type) -> list[Any]:
    try:
        cursor = json.loads(text)
    except (ValueError, RecursionError):
        cursor = None
    if (
        not isinstance(cursor, list)
        or len(cursor) != len(IDENTITY) + 1
        or type(cursor[0]) is not kind
        or not all(isinstance(one, str) for one in cursor[1:])
    ):
        raise InvalidError("the cursor is none that this list gave")
    return cursor


def _open(row: Row[Any], violation: Violation, owner: str | None) -> OpenViolation:
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
    )


def _fixed_record(row: Row[Any], owner: str | None) -> FixedViolation:
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

"""Lists of violations: open ones with their details, fixed ones with their end; sorted, in pages."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from archguard_api.errors import InvalidError
from archguard_api.records import FixedViolation, Moment, OpenViolation, Page
from archguard_api.store.schema import commits, names, snapshots, violations

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection, Row

    from archguard.snapshot import Contract, Violation

_contract, _importer, _imported = names.alias("c"), names.alias("i"), names.alias("m")
_first, _introduced, _fixed = (snapshots.alias(one) for one in ("sf", "si", "sx"))
_first_commit, _introduced_commit, _fixed_commit = (commits.alias(one) for one in ("cf", "ci", "cx"))
_IDENTITY: tuple[ColumnElement[Any], ...] = (_contract.c.name, _importer.c.name, _imported.c.name)
SORTS: dict[str, ColumnElement[Any]] = {
    "introduced": violations.c.introduced_at,
    "first_seen": _first.c.committed_at,
    "contract": _contract.c.name,
    "importer": _importer.c.name,
    "imported": _imported.c.name,
    "times": violations.c.times,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which open violations, in which order."""

    contract: str | None
    importer: str | None
    imported: str | None
    owner: str | None
    """Of the contract."""
    search: str | None
    """A part of the importer's or the imported module's name."""
    sort: str
    """One of `SORTS`."""
    descending: bool
    after: str | None
    """The cursor."""
    limit: int


def open_violations(
    connection: Connection,
    branch: Row[Any],
    wanted: Wanted,
    *,
    contracts: Sequence[Contract],
    details: Mapping[tuple[str, str, str], Violation],
) -> Page[OpenViolation]:
    """Violations that are there at the branch's tip.

    Args:
        connection: of the same view as the others.
        branch: its row.
        wanted: which ones.
        contracts: those of the tip.
        details: of the tip's violations.

    Raises:
        InvalidError: there is no such sort, or the cursor is none.
    """
    if wanted.sort not in SORTS:
        raise InvalidError(f"sort: it is none of {', '.join(SORTS)}")
    owners = {one.id: one.owner for one in contracts}
    judged = [one for one, owner in owners.items() if wanted.owner in (None, owner)]
    query = _query(branch).where(violations.c.fixed_id.is_(None), _contract.c.name.in_(judged))
    for column, value in zip(
        _IDENTITY, (wanted.contract, wanted.importer, wanted.imported), strict=True
    ):
        query = query if value is None else query.where(column == value)
    if wanted.search is not None:
        parts = (one.c.name.contains(wanted.search, autoescape=True) for one in (_importer, _imported))
        query = query.where(or_(*parts))
    rows, cursor = _page(
        connection,
        query,
        SORTS[wanted.sort],
        descending=wanted.descending,
        after=wanted.after,
        limit=wanted.limit,
    )
    return Page(tuple(_open(row, details[_identity(row)], owners[row.contract]) for row in rows), cursor)


def fixed_violations(
    connection: Connection,
    branch: Row[Any],
    *,
    contract: str | None,
    since: int | None,
    after: str | None,
    limit: int,
) -> Page[FixedViolation]:
    """Violations that were there once and are not any more; the last fixed first."""
    query = _query(branch).where(violations.c.fixed_id.is_not(None))
    if contract is not None:
        query = query.where(_contract.c.name == contract)
    if since is not None:
        query = query.where(violations.c.fixed_at >= since)
    rows, cursor = _page(
        connection, query, violations.c.fixed_at, descending=True, after=after, limit=limit
    )
    return Page(tuple(map(_fixed_record, rows)), cursor)


def _query(branch: Row[Any]) -> Select[Any]:
    query = select(
        *(
            one.label(label)
            for one, label in zip(_IDENTITY, ("contract", "importer", "imported"), strict=True)
        ),
        violations.c.times,
        _first.c.committed_at.label("first_at"),
        _first_commit.c.hash.label("first"),
        violations.c.introduced_at,
        _introduced_commit.c.hash.label("introduced"),
        violations.c.fixed_at,
        _fixed_commit.c.hash.label("fixed"),
    ).select_from(violations)
    for alias, column in (
        (_contract, violations.c.contract_id),
        (_importer, violations.c.importer_id),
        (_imported, violations.c.imported_id),
        (_first, violations.c.first_id),
        (_introduced, violations.c.introduced_id),
        (_first_commit, _first.c.commit_id),
        (_introduced_commit, _introduced.c.commit_id),
    ):
        query = query.join(alias, alias.c.id == column)
    query = query.outerjoin(_fixed, _fixed.c.id == violations.c.fixed_id)
    query = query.outerjoin(_fixed_commit, _fixed_commit.c.id == _fixed.c.commit_id)
    return query.where(violations.c.branch_id == branch.id)


def _page(
    connection: Connection,
    query: Select[Any],
    key: ColumnElement[Any],
    *,
    descending: bool,
    after: str | None,
    limit: int,
) -> tuple[Sequence[Row[Any]], str | None]:
    query = query.add_columns(key.label("sorted_by")).limit(limit + 1)
    if after is not None:
        query = query.where(
            _beyond((key, *_IDENTITY), _cursor(after, key.type.python_type), descending=descending)
        )
    query = query.order_by(key.desc() if descending else key.asc(), *_IDENTITY)
    rows = connection.execute(query).all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    cursor = json.dumps([last.sorted_by, *_identity(last)], ensure_ascii=False, separators=(",", ":"))
    return rows[:limit], cursor


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
        or len(cursor) != len(_IDENTITY) + 1
        or type(cursor[0]) is not kind
        or not all(isinstance(one, str) for one in cursor[1:])
    ):
        raise InvalidError("the cursor is none that this list gave")
    return cursor


def _identity(row: Row[Any]) -> tuple[str, str, str]:
    return (row.contract, row.importer, row.imported)


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


def _fixed_record(row: Row[Any]) -> FixedViolation:
    return FixedViolation(
        contract=row.contract,
        importer=row.importer,
        imported=row.imported,
        first_seen=Moment(row.first.hex(), row.first_at),
        introduced=Moment(row.introduced.hex(), row.introduced_at),
        fixed=Moment(row.fixed.hex(), row.fixed_at),
        times=row.times,
    )

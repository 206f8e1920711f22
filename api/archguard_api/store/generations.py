"""The generations of a branch's line: its places, points, lifecycles, changes and checkpoints.

A row belongs to the epochs of its branch from `since` on, before `until`. Readers see the rows of the
branch's epoch. A rebuild writes those of the next one beside them, and sets where the present ones end;
nobody sees that until the branch's epoch is raised, which takes one statement. What stays is not copied.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import and_, bindparam, delete, select, update

from archguard_api.store.schema import (
    FOREVER,
    branches,
    checkpoints,
    line_changes,
    places,
    points,
    violations,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Executable, FromClause, Row, Table

Part = TypeVar("Part")
TABLES_BY_POSITION = (places, points, line_changes, checkpoints)
TABLES = (*TABLES_BY_POSITION, violations)
ROWS_PER_STATEMENT = 500
"""Few enough that one statement takes a few milliseconds."""

Statement = tuple["Executable", "Sequence[dict[str, Any]]"]
"""A statement, and the parameters of each of its executions."""


def is_visible(table: FromClause, branch: Row[Any]) -> ColumnElement[bool]:
    """Select the rows of a branch's line as it is now, given the branch's row."""
    return and_(
        table.c.branch_id == branch.id, table.c.since <= branch.epoch, table.c.until > branch.epoch
    )


def is_joined(table: Table) -> ColumnElement[bool]:
    """Select the rows of branches' lines as they are now, for a join with `branches`."""
    return and_(
        table.c.branch_id == branches.c.id,
        table.c.since <= branches.c.epoch,
        table.c.until > branches.c.epoch,
    )


def is_last(table: Table) -> ColumnElement[bool]:
    """Select the rows that nothing has replaced; those of the line if its branch is not stale."""
    return table.c.until == FOREVER


def insert_rows(table: Table, rows: list[dict[str, Any]]) -> Iterator[Statement]:
    """Yield the statements that insert rows."""
    for batch in split_rows(rows):
        yield table.insert(), batch


def end_from(connection: Connection, branch: Row[Any], position: int) -> Iterator[Statement]:
    """Yield the statements that end what stands at a position or behind it with this epoch."""
    for table in TABLES_BY_POSITION:
        keys = _read_keys(connection, table, is_visible(table, branch), table.c.position >= position)
        yield from end_rows(table, keys, branch.epoch + 1)


def end_rows(table: Table, keys: list[dict[str, Any]], until: int) -> Iterator[Statement]:
    """Yield the statements that set `until` of rows, given their keys as `_read_keys` returns them."""
    statement = update(table).where(_has_key(table)).values(until=until)
    for batch in split_rows(keys):
        yield statement, batch


def restore_ends(connection: Connection, branch: Row[Any]) -> Iterator[Statement]:
    """Yield the statements that undo those of `end_from` and `end_rows`, for an unfinished rebuild."""
    for table in TABLES:
        ends = and_(table.c.branch_id == branch.id, table.c.until == branch.epoch + 1)
        yield from end_rows(table, _read_keys(connection, table, ends), FOREVER)


def delete_old(connection: Connection, branch: Row[Any]) -> Iterator[Statement]:
    """Yield the statements that delete what belongs to earlier epochs only."""
    for table in TABLES:
        is_old = and_(table.c.branch_id == branch.id, table.c.until <= branch.epoch)
        yield from _delete_rows(table, _read_keys(connection, table, is_old))


def delete_new(
    connection: Connection, table: Table, branch: Row[Any], *conditions: ColumnElement[bool]
) -> Iterator[Statement]:
    """Yield the statements that delete rows that an unfinished rebuild has written."""
    is_new = and_(table.c.branch_id == branch.id, table.c.since > branch.epoch)
    yield from _delete_rows(table, _read_keys(connection, table, is_new, *conditions))


def _delete_rows(table: Table, keys: list[dict[str, Any]]) -> Iterator[Statement]:
    statement = delete(table).where(_has_key(table))
    for batch in split_rows(keys):
        yield statement, batch


def _has_key(table: Table) -> ColumnElement[bool]:
    return and_(*(column == bindparam(f"key_{column.name}") for column in table.primary_key))


def _read_keys(
    connection: Connection, table: Table, *conditions: ColumnElement[bool]
) -> list[dict[str, int]]:
    columns = [column.label(f"key_{column.name}") for column in table.primary_key]
    rows = connection.execute(select(*columns).where(*conditions))
    return [dict(row) for row in rows.mappings()]


def split_rows(rows: Sequence[Part]) -> Iterator[Sequence[Part]]:
    """Yield parts of `ROWS_PER_STATEMENT` rows."""
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        yield rows[start : start + ROWS_PER_STATEMENT]

"""Store a branch's trend points and the lifecycles of its violations."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from archguard.ledger import UnreadSoFar, ViolationLifecycle
from archguard_api.store import generations
from archguard_api.store.schema import points, violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Row, Table

    from archguard_api.store.blob_format import Identity
    from archguard_api.store.generations import Statement
    from archguard_api.store.lifecycle import Changes, Point

_ROWS_PER_STATEMENT = 5000
_KEY = ("branch_id", "contract_id", "importer_id", "imported_id")
_READ = select(
    violations.c.contract_id,
    violations.c.importer_id,
    violations.c.imported_id,
    violations.c.first_id,
    violations.c.introduced_id,
    violations.c.introduced_at,
    violations.c.fixed_id,
    violations.c.fixed_at,
    violations.c.times,
    violations.c.unknown,
    violations.c.dropped,
).where(
    violations.c.branch_id == bindparam("branch"),
    violations.c.since <= bindparam("epoch"),
    violations.c.until > bindparam("epoch"),
)
_END_KEY = ("contract", "importer", "imported")
_END = (
    update(violations)
    .where(
        violations.c.branch_id == bindparam("branch"),
        *(violations.c[f"{name}_id"] == bindparam(name) for name in _END_KEY),
        violations.c.since <= bindparam("epoch"),
        violations.c.until > bindparam("epoch"),
    )
    .values(until=bindparam("epoch") + 1)
)


def append_changes(connection: Connection, branch: Row[Any], position: int, changes: Changes) -> None:
    """Store the changes of one more snapshot of a branch that is not stale."""
    since = {"since": branch.epoch}
    _insert(
        connection, points, (make_point_row(branch.id, position, one) | since for one in changes.points)
    )
    new = (make_violation_row(branch.id, *item) | since for item in changes.new.items())
    _insert(connection, violations, new)
    for identity, lifecycle in changes.changed.items():
        row = make_violation_row(branch.id, identity, lifecycle)
        is_same = (violations.c[key] == row[key] for key in _KEY)
        connection.execute(
            update(violations).where(*is_same, generations.is_last(violations)).values(row)
        )


def read_lifecycles(connection: Connection, branch: Row[Any]) -> dict[Identity, ViolationLifecycle[int]]:
    """Read the lifecycles of a branch's violations, up to its tip."""
    rows = connection.execute(_READ, {"branch": branch.id, "epoch": branch.epoch})
    return {
        (contract, importer, imported): ViolationLifecycle(*values)
        for contract, importer, imported, *values in rows
    }


def end_lifecycles(branch: Row[Any], identities: Sequence[Identity]) -> Iterator[Statement]:
    """Yield the statements that let lifecycles of a branch's line end with its epoch."""
    for batch in generations.split_rows(identities):
        keys = [dict(zip(_END_KEY, identity, strict=True)) for identity in batch]
        yield _END, [key | {"branch": branch.id, "epoch": branch.epoch} for key in keys]


def pack_unread(so_far: UnreadSoFar[int]) -> list[list[int]]:
    """Return what a branch's row keeps of the unread modules of its tip."""
    return [sorted(so_far.unread), sorted(so_far.once_read)]


def unpack_unread(packed: Sequence[Sequence[int]] | None) -> UnreadSoFar[int] | None:
    """Invert `pack_unread`, but for what is new at the tip; None if an earlier version stored it."""
    if packed is None:
        return None
    unread, once_read = map(frozenset, packed)
    return UnreadSoFar(unread, frozenset(), once_read)


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    remaining = iter(rows)
    while batch := list(islice(remaining, _ROWS_PER_STATEMENT)):
        connection.execute(insert(table), batch)


def make_point_row(branch: int, position: int, point: Point) -> dict[str, Any]:
    """Return the columns of a point, but for its generation."""
    judged = point.judged
    return {
        "branch_id": branch,
        "contract_id": judged.contract,
        "position": position,
        "snapshot_id": point.snapshot,
        "violations": judged.violations,
        "exposure": judged.exposure,
        "added": point.added,
        "fixed": point.fixed,
        "reintroduced": point.reintroduced,
        "unknown": point.unknown,
        "dropped": point.dropped,
        "allowed": judged.allowed,
        "judged": judged.has_verdict,
        "lower_bound": judged.lower_bound,
        "kept": judged.kept,
        "adoption": judged.adoption,
    }


def make_violation_row(
    branch: int, identity: Identity, lifecycle: ViolationLifecycle[int]
) -> dict[str, Any]:
    """Return the columns of a lifecycle, but for its generation."""
    return {
        **dict(zip(_KEY, (branch, *identity), strict=True)),
        "first_id": lifecycle.first,
        "introduced_id": lifecycle.introduced,
        "introduced_at": lifecycle.introduced_at,
        "fixed_id": lifecycle.fixed,
        "fixed_at": lifecycle.fixed_at,
        "times": lifecycle.times,
        "unknown": lifecycle.unknown,
        "dropped": lifecycle.dropped,
    }

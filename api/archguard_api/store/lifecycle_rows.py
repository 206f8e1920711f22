"""Store a branch's trend points and the lifecycles of its violations."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, update

from archguard.ledger import UnreadSoFar
from archguard_api.store.schema import points, violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Table

    from archguard.ledger import ViolationLifecycle
    from archguard_api.store.blob_format import Identity
    from archguard_api.store.lifecycle import Changes, Point

_ROWS_PER_STATEMENT = 5000
_KEY = ("branch_id", "contract_id", "importer_id", "imported_id")


def append_changes(connection: Connection, branch: int, position: int, changes: Changes) -> None:
    """Store the changes of one more snapshot."""
    _insert(connection, points, (_make_point_row(branch, position, point) for point in changes.points))
    _insert(connection, violations, (_make_violation_row(branch, *item) for item in changes.new.items()))
    for identity, lifecycle in changes.changed.items():
        row = _make_violation_row(branch, identity, lifecycle)
        is_same = (violations.c[key] == row[key] for key in _KEY)
        connection.execute(update(violations).where(*is_same).values(row))


def replace_lifecycle(
    connection: Connection,
    branch: int,
    branch_points: Iterable[tuple[int, Point]],
    lifecycles: Mapping[Identity, ViolationLifecycle[int]],
) -> None:
    """Replace all points and lifecycles of a branch.

    Args:
        connection: a connection whose transaction has locked the project's row.
        branch: the branch's id.
        branch_points: pairs (position, point).
        lifecycles: the lifecycles of all violations, up to the tip.
    """
    for table in (points, violations):
        connection.execute(delete(table).where(table.c.branch_id == branch))
    _insert(connection, points, (_make_point_row(branch, *item) for item in branch_points))
    _insert(connection, violations, (_make_violation_row(branch, *item) for item in lifecycles.items()))


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


def _make_point_row(branch: int, position: int, point: Point) -> dict[str, Any]:
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
        "lower_bound": judged.lower_bound,
        "kept": judged.kept,
        "adoption": judged.adoption,
    }


def _make_violation_row(
    branch: int, identity: Identity, lifecycle: ViolationLifecycle[int]
) -> dict[str, Any]:
    return {
        **dict(zip(_KEY, (branch, *identity), strict=True)),
        "first_id": lifecycle.first,
        "introduced_id": lifecycle.introduced,
        "introduced_at": lifecycle.introduced_at,
        "fixed_id": lifecycle.fixed,
        "fixed_at": lifecycle.fixed_at,
        "times": lifecycle.times,
        "unknown": lifecycle.unknown,
    }

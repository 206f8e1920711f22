"""A story's points and fates as rows."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, update

from archguard_api.store.schema import points, violations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Table

    from archguard_api.store.blob_format import Identity
    from archguard_api.store.lifecycle import Changes, Point, ViolationLifecycle

_AT_ONCE = 5000
_KEY = ("branch_id", "contract_id", "importer_id", "imported_id")


def append_changes(connection: Connection, branch: int, position: int, told: Changes) -> None:
    """Write what one more snapshot told."""
    _insert(connection, points, (_point(branch, position, one) for one in told.points))
    _insert(connection, violations, (_fate(branch, *one) for one in told.new.items()))
    for identity, fate in told.changed.items():
        row = _fate(branch, identity, fate)
        here = (violations.c[key] == row[key] for key in _KEY)
        connection.execute(update(violations).where(*here).values(row))


def replace_lifecycle(
    connection: Connection,
    branch: int,
    told: Iterable[tuple[int, Point]],
    fates: Mapping[Identity, ViolationLifecycle],
) -> None:
    """Write a whole story instead of the one that is there.

    Args:
        connection: in the transaction that holds the project's row.
        branch: whose story.
        told: (position, point).
        fates: of all violations at the end.
    """
    for table in (points, violations):
        connection.execute(delete(table).where(table.c.branch_id == branch))
    _insert(connection, points, (_point(branch, *one) for one in told))
    _insert(connection, violations, (_fate(branch, *one) for one in fates.items()))


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    left = iter(rows)
    while some := list(islice(left, _AT_ONCE)):
        connection.execute(insert(table), some)


def _point(branch: int, position: int, point: Point) -> dict[str, Any]:
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
        "lower_bound": judged.lower_bound,
        "kept": judged.kept,
        "adoption": judged.adoption,
    }


def _fate(branch: int, identity: Identity, fate: ViolationLifecycle) -> dict[str, Any]:
    return {
        **dict(zip(_KEY, (branch, *identity), strict=True)),
        "first_id": fate.first,
        "introduced_id": fate.introduced,
        "introduced_at": fate.introduced_at,
        "fixed_id": fate.fixed,
        "fixed_at": fate.fixed_at,
        "times": fate.times,
    }

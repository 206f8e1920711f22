"""A rebuild is written beside what readers see, from the first position on that changes"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alembic.operations.base import BatchOperations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_FOREVER = str(2**31 - 1)
_KEYS = {
    "points": ["branch_id", "contract_id", "position"],
    "violations": ["branch_id", "contract_id", "importer_id", "imported_id"],
}


def _generations() -> tuple[sa.Column[int], sa.Column[int]]:
    return (
        sa.Column("since", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("until", sa.Integer(), nullable=False, server_default=_FOREVER),
    )


def upgrade() -> None:
    _create_places()
    _create_checkpoints()
    for table, key in _KEYS.items():
        _add_generations(table, key)
    op.add_column(
        "branches", sa.Column("rewritten", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("branches", sa.Column("rebuilder", sa.Text(), nullable=True))
    op.add_column("branches", sa.Column("lease_ends", sa.BigInteger(), nullable=True))
    op.add_column(
        "branch_snapshots", sa.Column("epoch", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "branch_snapshots",
        sa.Column("pushed_again_at", sa.BigInteger(), nullable=False, server_default="0"),
    )
    _keep_tips()
    op.drop_index("ix_branch_snapshots_branch_id_position", table_name="branch_snapshots")
    op.drop_column("branch_snapshots", "position")
    op.drop_column("branch_snapshots", "pushed")
    op.drop_column("branches", "pushes")


def _create_places() -> None:
    op.create_table(
        "places",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_generations(),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_places_branch_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name=op.f("fk_places_snapshot_id")),
        sa.PrimaryKeyConstraint("branch_id", "position", "since", name=op.f("pk_places")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO places (branch_id, position, snapshot_id) "
        "SELECT branch_id, position, snapshot_id FROM branch_snapshots WHERE position IS NOT NULL"
    )
    op.create_index("ix_places_snapshot_id_branch_id", "places", ["snapshot_id", "branch_id"])


def _create_checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_generations(),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_checkpoints_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "position", "since", name=op.f("pk_checkpoints")),
    )


def _add_generations(table: str, key: list[str]) -> None:
    with _change_key(table, [*key, "since"]) as batch:
        for column in _generations():
            batch.add_column(column)


@contextmanager
def _change_key(table: str, key: list[str]) -> Iterator[BatchOperations]:
    """Change a table and then its primary key; SQLite needs a new table for that."""
    name = op.f(f"pk_{table}")
    with op.batch_alter_table(table, table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_constraint(name, type_="primary")
        yield batch
        batch.create_primary_key(name, key)


def _keep_tips() -> None:
    """Note where commits are not part of the order; there, let the tip be the tip that it was.

    Until now the order of the uploads decided, from now on time does.
    """
    op.execute(
        "UPDATE branches SET rewritten = true WHERE id IN "
        "(SELECT branch_id FROM branch_snapshots WHERE position IS NULL)"
    )
    op.execute(
        "UPDATE branch_snapshots SET pushed_again_at = "
        "(SELECT max(s.committed_at) FROM branch_snapshots o JOIN snapshots s ON s.id = o.snapshot_id "
        "WHERE o.branch_id = branch_snapshots.branch_id) "
        "WHERE EXISTS (SELECT 1 FROM branches b WHERE b.id = branch_snapshots.branch_id "
        "AND b.tip_id = branch_snapshots.snapshot_id AND b.rewritten)"
    )


def downgrade() -> None:
    op.add_column("branches", sa.Column("pushes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "branch_snapshots", sa.Column("pushed", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("branch_snapshots", sa.Column("position", sa.Integer(), nullable=True))
    for table in ("places", *_KEYS):
        op.execute(
            f"DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM branches b "  # noqa: S608
            f"WHERE b.id = {table}.branch_id AND {table}.since <= b.epoch AND {table}.until > b.epoch)"
        )
    op.execute("UPDATE branch_snapshots SET pushed = snapshot_id")
    op.execute("UPDATE branches SET pushes = (SELECT coalesce(max(id), 0) FROM snapshots)")
    op.execute(
        "UPDATE branch_snapshots SET position = (SELECT p.position FROM places p "
        "WHERE p.branch_id = branch_snapshots.branch_id "
        "AND p.snapshot_id = branch_snapshots.snapshot_id)"
    )
    op.create_index(
        "ix_branch_snapshots_branch_id_position", "branch_snapshots", ["branch_id", "position"]
    )
    op.drop_column("branch_snapshots", "pushed_again_at")
    op.drop_column("branch_snapshots", "epoch")
    for column in ("lease_ends", "rebuilder", "rewritten"):
        op.drop_column("branches", column)
    for table, key in _KEYS.items():
        with _change_key(table, key) as batch:
            batch.drop_column("until")
            batch.drop_column("since")
    op.drop_table("checkpoints")
    op.drop_table("places")

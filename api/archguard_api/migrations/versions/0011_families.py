"""The families of canonical contracts: their definitions, and by which paths these are imported"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS = ("families_id", "paths_id")


def upgrade() -> None:
    for column in _COLUMNS:
        # Alembic would write the table anew for SQLite; this takes no time, in PostgreSQL either.
        op.execute(
            f"ALTER TABLE snapshots ADD COLUMN {column} INTEGER "
            f"CONSTRAINT fk_snapshots_{column} REFERENCES contents (id)"
        )
        op.create_index(f"ix_snapshots_{column}", "snapshots", [column])


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_index(f"ix_snapshots_{column}", table_name="snapshots")
        op.execute(f"ALTER TABLE snapshots DROP COLUMN {column}")

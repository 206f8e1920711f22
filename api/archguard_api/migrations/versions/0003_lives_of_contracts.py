"""When a branch was last seen, renamed contracts, dropped violations, and points without verdict"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LAST_SEEN = """\
UPDATE branches SET seen_at = (
    SELECT max(snapshots.received_at) FROM branch_snapshots
    JOIN snapshots ON snapshots.id = branch_snapshots.snapshot_id
    WHERE branch_snapshots.branch_id = branches.id
)"""


def upgrade() -> None:
    op.add_column("branches", sa.Column("seen_at", sa.BigInteger(), nullable=True))
    op.add_column("branches", sa.Column("renamed", sa.JSON(), nullable=True))
    op.add_column("points", sa.Column("dropped", sa.Integer(), nullable=True))
    op.add_column("points", sa.Column("judged", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column(
        "violations", sa.Column("dropped", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(_LAST_SEEN)


def downgrade() -> None:
    op.drop_column("violations", "dropped")
    op.drop_column("points", "judged")
    op.drop_column("points", "dropped")
    op.drop_column("branches", "renamed")
    op.drop_column("branches", "seen_at")

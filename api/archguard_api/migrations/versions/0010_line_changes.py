"""Which violations each snapshot opens and closes; the service works out those that are missing"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "line_changes",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("since", sa.Integer(), server_default="0", nullable=False),
        sa.Column("until", sa.Integer(), server_default="2147483647", nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name=op.f("fk_line_changes_branch_id")),
        sa.PrimaryKeyConstraint("branch_id", "position", "since", name=op.f("pk_line_changes")),
    )


def downgrade() -> None:
    op.drop_table("line_changes")

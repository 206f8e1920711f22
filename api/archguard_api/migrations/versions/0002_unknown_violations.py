"""How many violations are unknown at each point, and which ones"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("branches", sa.Column("unread", sa.JSON(), nullable=True))
    op.add_column("points", sa.Column("unknown", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "violations", sa.Column("unknown", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("violations", "unknown")
    op.drop_column("points", "unknown")
    op.drop_column("branches", "unread")

"""How many violations exceptions hide at each point"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("points", sa.Column("allowed", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("points", "allowed")

"""Summaries know deadlines and days of zero: those without them are dropped, and the service makes them anew"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM summaries")


def downgrade() -> None:
    op.execute("DELETE FROM summaries")

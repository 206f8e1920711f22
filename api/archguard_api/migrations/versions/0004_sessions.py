"""Tokens have a name, a creator and a last use, and are exchanged for sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.add_column("tokens", sa.Column("name", name, nullable=True))
    op.add_column("tokens", sa.Column("creator", name, nullable=True))
    op.add_column("tokens", sa.Column("last_used_at", sa.BigInteger(), nullable=True))
    op.add_column(
        "tokens", sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_tokens_creator", "tokens", ["creator"])
    op.create_table(
        "sessions",
        sa.Column("cookie_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_id", name, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cookie_hash", name="pk_sessions"),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name="fk_sessions_token_id"),
    )
    op.create_index("ix_sessions_token_id", "sessions", ["token_id"])


def downgrade() -> None:
    op.drop_table("sessions")
    op.drop_index("ix_tokens_creator", "tokens")
    for column in ("provisional", "last_used_at", "creator", "name"):
        op.drop_column("tokens", column)

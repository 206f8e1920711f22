"""Projects have workflows that upload by their ID tokens"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("tokens", sa.Column("bound_branch", _NAME, nullable=True))
    op.add_column("tokens", sa.Column("bound_commit", sa.Text(), nullable=True))
    op.add_column("tokens", sa.Column("bound_pull", sa.BigInteger(), nullable=True))
    op.create_table(
        "trusted_publishers",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("issuer", _NAME, nullable=False),
        sa.Column("repository", _NAME, nullable=False),
        sa.Column("repository_id", _NAME, nullable=False),
        sa.Column("branch", _NAME, nullable=True),
        sa.Column("environment", _NAME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_trusted_publishers"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_trusted_publishers_project_id"
        ),
    )
    op.create_index("ix_trusted_publishers_project_id", "trusted_publishers", ["project_id"])
    op.create_table(
        "used_id_tokens",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("token_id", _NAME, nullable=False),
        sa.Column("forgotten_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_used_id_tokens"),
    )
    op.create_index("ix_used_id_tokens_forgotten_at", "used_id_tokens", ["forgotten_at"])


def downgrade() -> None:
    op.drop_table("used_id_tokens")
    op.drop_table("trusted_publishers")
    for column in ("bound_pull", "bound_commit", "bound_branch"):
        op.drop_column("tokens", column)

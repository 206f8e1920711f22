"""Pull requests: the last snapshot of each, and the branch that it goes into"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "pulls",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("base_branch", name, nullable=False),
        sa.Column("head_branch", name, nullable=False),
        sa.Column("base_commit", sa.LargeBinary(), nullable=True),
        sa.Column("commit_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("causes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("merged_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "number", name="pk_pulls"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_pulls_project_id"),
        sa.ForeignKeyConstraint(["commit_id"], ["commits.id"], name="fk_pulls_commit_id"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshots.id"], name="fk_pulls_snapshot_id"),
    )
    op.create_index(
        "ix_pulls_project_id_base_branch_seen_at", "pulls", ["project_id", "base_branch", "seen_at"]
    )


def downgrade() -> None:
    op.drop_table("pulls")

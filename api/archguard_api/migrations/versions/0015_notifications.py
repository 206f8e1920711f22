"""Projects have rules on who is told of what, and a log of what was sent"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("pulls", sa.Column("examined_digest", sa.LargeBinary(), nullable=True))
    op.add_column(
        "pulls", sa.Column("told_to_add", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _create_rules()
    _create_deliveries()
    op.create_table(
        "notification_marks",
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("contracts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name="pk_notification_marks"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_notification_marks_project_id"
        ),
    )


def _create_rules() -> None:
    op.create_table(
        "notification_rules",
        sa.Column("id", _NAME, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("name", _NAME, nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target", _NAME, nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("owner", _NAME, nullable=True),
        sa.Column("silent_days", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("told_silence_since", sa.BigInteger(), nullable=True),
        sa.Column("digest_week", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notification_rules"),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name="fk_notification_rules_project_id"
        ),
    )
    op.create_index("ix_notification_rules_project_id", "notification_rules", ["project_id"])


def _create_deliveries() -> None:
    table = "notification_deliveries"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", _NAME, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", _NAME, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("last_attempt_at", sa.BigInteger(), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=f"fk_{table}_project_id"),
        sa.ForeignKeyConstraint(["rule_id"], ["notification_rules.id"], name=f"fk_{table}_rule_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_project_id_id", table, ["project_id", "id"])
    op.create_index(f"ix_{table}_rule_id", table, ["rule_id"])
    op.create_index(f"ix_{table}_next_attempt_at", table, ["next_attempt_at"])


def downgrade() -> None:
    for table in ("notification_marks", "notification_deliveries", "notification_rules"):
        op.drop_table(table)
    op.drop_column("pulls", "told_to_add")
    op.drop_column("pulls", "examined_digest")

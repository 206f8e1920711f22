"""Projects, branches and snapshots are deleted; projects have former names; who did what is kept"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_FOREIGN_KEYS = {
    "points": {"contract_id": "names", "snapshot_id": "snapshots"},
    "violations": {
        "contract_id": "names",
        "importer_id": "names",
        "imported_id": "names",
        "first_id": "snapshots",
        "introduced_id": "snapshots",
        "fixed_id": "snapshots",
    },
}
"""Each deletion of a name or a snapshot would read these tables whole."""
_REFUSAL = "the audit log is append-only"
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    for table, columns in _FOREIGN_KEYS.items():
        with op.batch_alter_table(table, table_kwargs={"sqlite_with_rowid": False}) as batch:
            for column in columns:
                batch.drop_constraint(op.f(f"fk_{table}_{column}"), type_="foreignkey")
    op.add_column("projects", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    op.add_column("projects", sa.Column("purge_at", sa.BigInteger(), nullable=True))
    op.add_column("projects", sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE projects SET bytes = (SELECT coalesce(sum(length(c.data)), 0) FROM contents c "
        "WHERE c.project_id = projects.id)"
    )
    op.add_column("branches", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    op.add_column("snapshots", sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_snapshots_deleted_at", "snapshots", ["deleted_at"])
    op.create_table(
        "former_names",
        sa.Column("name", _NAME, nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_former_names"),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name="fk_former_names_project_id"),
    )
    op.create_index("ix_former_names_project_id", "former_names", ["project_id"])
    _create_audit_log()


def _create_audit_log() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor", _NAME, nullable=True),
        sa.Column("project", _NAME, nullable=True),
        sa.Column("project_id", sa.Integer(), nullable=True),
        sa.Column("subject", _NAME, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
        sa.UniqueConstraint("key", name="uq_audit_entries_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_entries_project_id_id", "audit_entries", ["project_id", "id"])
    op.create_index("ix_audit_entries_project_id", "audit_entries", ["project", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entries_{event.lower()} BEFORE {event} ON audit_entries "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_change BEFORE UPDATE OR DELETE ON audit_entries "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )


def downgrade() -> None:
    op.drop_table("audit_entries")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.drop_table("former_names")
    op.drop_index("ix_snapshots_deleted_at", "snapshots")
    for table in ("snapshots", "branches"):
        op.drop_column(table, "deleted_at")
    for column in ("bytes", "purge_at", "deleted_at"):
        op.drop_column("projects", column)
    for table, columns in _FOREIGN_KEYS.items():
        with op.batch_alter_table(table, table_kwargs={"sqlite_with_rowid": False}) as batch:
            for column, referred in columns.items():
                batch.create_foreign_key(op.f(f"fk_{table}_{column}"), referred, [column], ["id"])

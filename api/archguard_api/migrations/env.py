"""Run migrations on the connection that `store.schema_upgrade` has opened; Alembic's entry point."""

from __future__ import annotations

from alembic import context

from archguard_api.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

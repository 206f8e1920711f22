"""Alembic's way in: it runs migrations on the connection that `store.upgrading` has opened."""

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

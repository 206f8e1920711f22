"""What the service's tests share."""

from tests.api.databases import (
    database,
    open_store,
    postgresql,
    postgresql_server,
    sqlite,
    store,
)

__all__ = ["database", "open_store", "postgresql", "postgresql_server", "sqlite", "store"]

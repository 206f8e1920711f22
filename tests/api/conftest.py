"""What the service's tests share."""

from tests.api.databases import (
    _postgresql_template,
    _upgraded_postgresql,
    database,
    open_store,
    postgresql,
    postgresql_server,
    sqlite,
    store,
)

__all__ = [
    "_postgresql_template",
    "_upgraded_postgresql",
    "database",
    "open_store",
    "postgresql",
    "postgresql_server",
    "sqlite",
    "store",
]

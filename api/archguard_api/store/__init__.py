"""All that the service keeps, and the only room that speaks SQL."""

from archguard_api.store.database_errors import StoreError
from archguard_api.store.engines import default_database, shown
from archguard_api.store.schema_upgrade import Age, SchemaState, check, too_new, too_old, upgrade
from archguard_api.store.store import Store
from archguard_api.store.violation_filter import Filter

__all__ = [
    "Age",
    "Filter",
    "SchemaState",
    "Store",
    "StoreError",
    "check",
    "default_database",
    "shown",
    "too_new",
    "too_old",
    "upgrade",
]

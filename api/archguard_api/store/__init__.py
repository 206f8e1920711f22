"""All that the service keeps, and the only room that speaks SQL."""

from archguard_api.store.failures import StoreError
from archguard_api.store.store import Store
from archguard_api.store.upgrading import Age, SchemaState, check, upgrade

__all__ = ["Age", "SchemaState", "Store", "StoreError", "check", "upgrade"]

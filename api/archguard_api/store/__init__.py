"""The service's persistent data: the only package that uses SQL."""

from archguard_api.store.database_errors import StoreError
from archguard_api.store.engines import check_owner, default_database, hide_password
from archguard_api.store.pull_rows import SECONDS_UNTIL_CLOSED
from archguard_api.store.schema_upgrade import (
    SchemaAge,
    SchemaState,
    check_schema,
    explain_newer_schema,
    explain_outdated_schema,
    upgrade_schema,
)
from archguard_api.store.store import Store
from archguard_api.store.violation_filter import ViolationFilter

__all__ = [
    "SECONDS_UNTIL_CLOSED",
    "SchemaAge",
    "SchemaState",
    "Store",
    "StoreError",
    "ViolationFilter",
    "check_owner",
    "check_schema",
    "default_database",
    "explain_newer_schema",
    "explain_outdated_schema",
    "hide_password",
    "upgrade_schema",
]

"""Violations over time: identity, comparison, lifecycle."""

from archguard.ledger.history_ledger import ContractViolations, HistoryLedger
from archguard.ledger.lifecycle import (
    CHAIN_TYPES,
    DEFINITION_TYPES,
    LedgerState,
    LifecycleChanges,
    ViolationLifecycle,
    advance,
    advance_by,
    apply_changes,
    combine_states,
)
from archguard.ledger.lineage import Lineage
from archguard.ledger.unread_so_far import UnreadSoFar, advance_unread

__all__ = [
    "CHAIN_TYPES",
    "DEFINITION_TYPES",
    "ContractViolations",
    "HistoryLedger",
    "LedgerState",
    "LifecycleChanges",
    "Lineage",
    "UnreadSoFar",
    "ViolationLifecycle",
    "advance",
    "advance_by",
    "advance_unread",
    "apply_changes",
    "combine_states",
]

"""Violations over time: identity, comparison, lifecycle."""

from archguard.ledger.lifecycle import ContractLifecycle, LifecycleChanges, ViolationLifecycle, advance

__all__ = ["ContractLifecycle", "LifecycleChanges", "ViolationLifecycle", "advance"]

"""Violations over time: identity, comparison, lifecycle."""

from archguard.ledger.lifecycle import Change, Lifecycle, Moment, Open

__all__ = ["Change", "Lifecycle", "Moment", "Open"]

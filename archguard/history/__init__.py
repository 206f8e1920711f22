"""Commits, and the loop over them."""

from archguard.history.backfill import Backfill, ContractPoint, Point
from archguard.history.sampling import Every, sample
from archguard.history.self_configured import SelfConfigured

__all__ = ["Backfill", "ContractPoint", "Every", "Point", "SelfConfigured", "sample"]

"""Commits, and the loop over them."""

from archguard.history.backfill import Backfill, ContractPoint, Point
from archguard.history.sampling import Every, sample

__all__ = ["Backfill", "ContractPoint", "Every", "Point", "sample"]

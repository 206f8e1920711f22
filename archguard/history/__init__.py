"""Judge the commits of a history."""

from archguard.history.backfill import Backfill, ContractPoint, HistoryPoint
from archguard.history.sampling import SamplingPeriod, sample_commits
from archguard.history.self_configured import SelfConfiguredBackfill

__all__ = [
    "Backfill",
    "ContractPoint",
    "HistoryPoint",
    "SamplingPeriod",
    "SelfConfiguredBackfill",
    "sample_commits",
]

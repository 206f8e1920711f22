"""Tell whether a branch's last snapshot is too old to speak of today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard_api.models import Branch, Moment


@dataclass(frozen=True, slots=True)
class Freshness:
    """How recent a branch is; times are in seconds since 1970."""

    last_commit_at: int
    last_seen_at: int
    stale_days: int | None
    """The days since the last commit, if they are more than the project's limit."""
    holds_until: int | None
    """When time alone changes it; None: never."""

    @property
    def stale(self) -> bool:
        """Whether the last commit is older than the project's limit."""
        return self.stale_days is not None


def measure_freshness(branch: Branch, tip: Moment, limit: int | None, now: int) -> Freshness:
    """Compare the age of a branch's tip with a limit in days; None never makes it stale."""
    at = tip.committed_at
    seen_at = at if branch.seen_at is None else branch.seen_at
    if limit is None:
        return Freshness(at, seen_at, None, None)
    age = now - at
    if age <= limit * DAY:
        return Freshness(at, seen_at, None, at + limit * DAY + 1)
    days = age // DAY
    return Freshness(at, seen_at, days, at + (days + 1) * DAY)


def find_earliest(moments: Iterable[int | None]) -> int | None:
    """Return the earliest of some moments; None if there is none."""
    return min((moment for moment in moments if moment is not None), default=None)

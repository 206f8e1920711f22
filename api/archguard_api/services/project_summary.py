"""Where projects stand: their contracts added up, kept until the default branch or the day changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from archguard.lru_cache import LruCache
from archguard_api import models
from archguard_api.forecast import State
from archguard_api.services.downsample import downsample
from archguard_api.services.outlook import forecast_contract
from archguard_api.services.summing import change_since, summed
from archguard_api.times import DAY

if TYPE_CHECKING:
    from archguard_api.store import Store

LOOKED_BACK = 30 * DAY
CURVE_POINTS = 60
_KEPT = 1000
_WORST_FIRST = (State.GROWING, State.STALLED, State.SHRINKING, State.TOO_SHORT, State.SEALED)


class Overviews:
    """One for each process."""

    def __init__(self) -> None:
        self._kept: LruCache[tuple[object, ...], models.ProjectSummary] = LruCache(_KEPT)

    def of(self, store: Store, project: str) -> models.ProjectSummary | None:
        """Where the project's default branch stands; None: no snapshot is on one."""
        branch = store.get_branch(project)
        if branch is None or branch.tip is None:
            return None
        now = int(time.time())
        key = (project, branch.name, branch.version, now // DAY)
        found = self._kept.get(key)
        if found is None:
            found = _standing(store, project, branch.name, now)
            self._kept.put(key, found)
        return found


def _standing(store: Store, project: str, branch: str, now: int) -> models.ProjectSummary:
    tip = store.get_contracts_at_tip(project, branch)
    contracts = [one.contract for one in tip]
    lines = [store.get_trend(project, one.id, branch) for one in contracts]
    states = {
        forecast_contract(line, contract, now).state
        for line, contract in zip(lines, contracts, strict=True)
    }
    return models.ProjectSummary(
        violations=sum(one.violations for one in contracts),
        lower_bound=any(one.lower_bound for one in contracts),
        state=next((state for state in _WORST_FIRST if state in states), State.TOO_SHORT),
        change_30_days=change_since(lines, now - LOOKED_BACK),
        curve=tuple(downsample(list(summed(lines)), CURVE_POINTS)),
        contracts=len(contracts),
        broken=sum(not one.kept for one in contracts),
        unread=tip[0].unread if tip else 0,
    )

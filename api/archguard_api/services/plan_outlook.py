"""What the newest plan of a branch says of each contract, cached until plan or branch changes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from archguard.lru_cache import LruCache
from archguard_api.services.plan_progress import count_by_contract

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard_api.models import Branch, ContractPlan
    from archguard_api.store import Store

_CACHED_OUTLOOKS = 1_000


class PlanOutlook(NamedTuple):
    """What is ready of each contract, by its id."""

    branch: str
    plan: tuple[int, int] | None
    """The plan's id and when it came, which belong into the key of a cache; None: there is no plan."""
    contracts: Mapping[str, ContractPlan]


_NOTHING: Mapping[str, ContractPlan] = MappingProxyType({})


class PlanOutlooks:
    """Reads and caches them; a process needs one."""

    def __init__(self) -> None:
        self._outlooks: LruCache[tuple[object, ...], PlanOutlook] = LruCache(_CACHED_OUTLOOKS)

    def get(self, store: Store, project: str, branch: Branch | None) -> PlanOutlook:
        """Return what the newest plan of a branch says; nothing if there is none, or no snapshot."""
        if branch is None:
            return PlanOutlook("", None, _NOTHING)
        newest = store.plans.find_newest(project, branch.name)
        if newest is None:
            return PlanOutlook(branch.name, None, _NOTHING)
        key = (project, branch.name, branch.version, newest)
        outlook = self._outlooks.get(key)
        if outlook is None:
            outlook = _read(store, project, branch.name, newest)
            self._outlooks.put(key, outlook)
        return outlook


def _read(store: Store, project: str, branch: str, newest: tuple[int, int]) -> PlanOutlook:
    page = store.plans.list(project, branch, after=newest[0] + 1, limit=1)
    still_open = store.plans.list_unfixed(project, branch)
    if not page.items or page.items[0].id != newest[0] or still_open is None:
        return PlanOutlook(branch, None, _NOTHING)
    return PlanOutlook(branch, newest, count_by_contract(page.items[0], still_open))

"""Tell where a contract stands on a branch: its state, its forecast, and the sentence that says so."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.ledger import DEFINITION_TYPES
from archguard.lru_cache import LruCache
from archguard_api.forecast import Forecast, Observation, State, forecast
from archguard_api.models import ContractNow, extend
from archguard_api.services.freshness import Freshness, measure_freshness
from archguard_api.services.sentence import Standing, compose_sentence
from archguard_api.store.naming_files import count_naming
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard_api.forecast import AnyState
    from archguard_api.models import ContractLine, ContractPlan, ProjectStanding, TipContract
    from archguard_api.services.plan_outlook import PlanOutlook, PlanOutlooks
    from archguard_api.store import Store

_CACHED_CONTRACTS = 20_000


@dataclass(frozen=True, slots=True)
class ContractStatus:
    """Where a contract stands."""

    state: AnyState
    sentence: str
    forecast: Forecast | None
    """None of a contract that was removed."""
    plan: ContractPlan | None
    """None of a contract that was removed, too."""
    unread_naming: int
    """Unread files that name what the contract forbids, or of which nobody knows the text."""


class ContractStatuses:
    """Tells where all contracts of a project stand, and caches that; a process needs one."""

    def __init__(self, plans: PlanOutlooks, clock: Callable[[], float] = time.time) -> None:
        self._plans = plans
        self._contracts: LruCache[tuple[object, ...], tuple[ContractNow, ...]] = LruCache(
            _CACHED_CONTRACTS, lambda contracts: len(contracts) + 1
        )
        self._clock = clock

    def find_outlook(self, store: Store, standing: ProjectStanding) -> PlanOutlook:
        """Return what the newest plan of a branch says of its contracts."""
        return self._plans.get(store, standing.project.name, standing.branch)

    def list(
        self, standing: ProjectStanding, outlook: PlanOutlook
    ) -> tuple[tuple[ContractNow, ...], int | None]:
        """List the contracts of a branch; those that were removed come last.

        With them comes the moment, in seconds since 1970, when time alone changes them; None: never.

        Args:
            standing: where the branch stands.
            outlook: what its newest plan says; that of another branch counts for nothing.
        """
        branch = standing.branch
        if branch is None or branch.tip is None:
            return (), None
        now = int(self._clock())
        limit = standing.settings.stale_after_days
        freshness = measure_freshness(branch, branch.tip, limit, now)
        project = standing.project.name
        key = (project, branch.name, branch.version, now // DAY, freshness, outlook.plan)
        contracts = self._contracts.get(key)
        if contracts is None:
            lines = {one.contract: one for one in standing.line.contracts} if standing.line else {}
            plans = outlook.contracts if outlook.branch == branch.name else {}
            contracts = tuple(
                _describe(tip, lines.get(name), freshness, plans.get(name), now)
                for tip in standing.contracts
                for name in [tip.contract.id]
            )
            self._contracts.put(key, contracts)
        return contracts, freshness.holds_until


def _describe(
    tip: TipContract,
    line: ContractLine | None,
    freshness: Freshness,
    plan: ContractPlan | None,
    now: int,
) -> ContractNow:
    observations = line.list_observations() if line else ()
    status = judge_status(tip, observations, freshness, plan, now)
    return extend(ContractNow, tip, state=status.state, sentence=status.sentence, plan=status.plan)


def judge_status(
    tip: TipContract,
    observations: Sequence[Observation],
    freshness: Freshness,
    plan: ContractPlan | None,
    now: int,
) -> ContractStatus:
    """Tell where a contract stands.

    Args:
        tip: the contract at the branch's tip.
        observations: the contract's counts along the branch; of a contract that was removed they tell
            nothing.
        freshness: the branch's.
        plan: what the branch's newest plan says of the contract; None if nothing.
        now: seconds since 1970.
    """
    contract = tip.contract
    surely, perhaps = count_naming(contract, tip.unread_files, tip.unread)
    outlook = None
    if tip.retired is None:
        outlook = forecast(
            observations,
            deadline=contract.deadline,
            now=max(now, tip.at.committed_at),
            kept=contract.kept and not contract.unjudged,
            stale_days=freshness.stale_days,
        )
    else:
        plan = None
    state = State.RETIRED if tip.retired else outlook.state if outlook else State.TOO_SHORT
    status = Standing(
        state=state,
        violations=None if contract.unjudged else contract.violations,
        lower_bound=contract.lower_bound,
        retired=tip.retired,
        stale_days=freshness.stale_days,
        last_commit_at=freshness.last_commit_at,
        forecast=outlook,
        deadline=contract.deadline,
        unread=tip.unread,
        unread_naming=surely + perhaps,
        surely_naming=surely,
        undecided=len(contract.undecided),
        noun="definition" if contract.type in DEFINITION_TYPES else "import",
        plan=plan,
    )
    return ContractStatus(state, compose_sentence(status, now), outlook, plan, surely + perhaps)

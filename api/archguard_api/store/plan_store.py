"""Store plans, and read what is left of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from archguard_api.store import plan_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.models import Page, Plan, StoredPlan
    from archguard_api.store.branch_reader import BranchReader
    from archguard_api.store.database import Database
    from archguard_api.store.plan_rows import AddedPlan
    from archguard_api.store.violation_filter import Identity


class PlanStore:
    """Stores and reads plans, each in one transaction."""

    def __init__(self, database: Database, branches: BranchReader, clock: Callable[[], float]) -> None:
        self._database = database
        self._branches = branches
        self._clock = clock

    def add(self, project: str, branch: str, plan: Plan) -> AddedPlan:
        """Store a plan of a branch, and return it with what is open then, read before the commit.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it is being deleted.
        """
        work = partial(
            plan_rows.add_plan, project=project, branch=branch, plan=plan, now=int(self._clock())
        )
        return self._database.write(work, about=project)

    def list(
        self, project: str, branch: str | None, *, after: int | None, limit: int
    ) -> Page[StoredPlan]:
        """List plans, the newest first; those of one branch, or all."""
        work = partial(plan_rows.list_plans, project=project, branch=branch, after=after, limit=limit)
        return self._database.read(work)

    def find_newest(self, project: str, branch: str) -> tuple[int, int] | None:
        """Return the id of a branch's newest plan and when it came; None if it has none."""
        return self._database.read(partial(plan_rows.find_newest, project=project, branch=branch))

    def list_unfixed(self, project: str, branch: str) -> frozenset[Identity] | None:
        """Return the violations that are open or unknown at a branch's tip; None if there is no tip."""
        return self._branches.read_tip(
            project, branch, lambda connection, row, _: plan_rows.read_open(connection, row)
        )

"""Generated histories: a year of commits and several contracts, each with a course of its own."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from archguard.snapshot import (
    Contract,
    Coverage,
    Graph,
    Occurrence,
    Snapshot,
    Tool,
    UnreadFile,
    Upload,
    Violation,
)
from tests.api.snapshots import CONFIGURATION, DAY, commit_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KINDS = ("top-level", "top-level", "top-level", "function", "type-checking", "guarded")
Edge = tuple[str, str]
Course = tuple[tuple[float, int], ...]
"""The number of violations at points between 0 (the first commit) and 1 (the last)."""


@dataclass(frozen=True)
class ContractPlan:
    """A contract and the course of its violations."""

    id: str
    name: str
    course: Course
    deprecated: tuple[str, ...]
    replacements: tuple[str, ...] = ()
    owner: str | None = None
    deadline_in: int | None = None
    """Days from now."""
    type: str = "deprecated"
    unread: tuple[float, float] | None = None
    """The part of the history in which files that name a deprecated module cannot be read."""

    def at(self, part: float) -> int:
        """Return the number of violations after this part of the history."""
        for (left, low), (right, high) in zip(self.course, self.course[1:], strict=False):
            if left <= part <= right:
                return round(low + (high - low) * (part - left) / max(right - left, 1e-9))
        return self.course[-1][1]


@dataclass
class _OpenViolations:
    """The violations of a contract as the history goes on."""

    plan: ContractPlan
    pool: list[Edge]
    dice: random.Random
    open: list[Edge] = field(default_factory=list)
    gone: list[Edge] = field(default_factory=list)

    def move(self, count: int) -> None:
        """Fix violations, or add new ones and sometimes fixed ones, until there are `count`."""
        while len(self.open) > count:
            self.gone.append(self.open.pop(self.dice.randrange(len(self.open))))
        while len(self.open) < count:
            back = self.gone and (self.dice.random() < 0.08 or not self.pool)
            self.open.append(self.gone.pop() if back else self.pool.pop())


@dataclass(frozen=True)
class ProjectHistory:
    """The history of a project."""

    plans: tuple[ContractPlan, ...]
    packages: tuple[str, ...]
    commits: int = 150
    days: int = 365
    modules: int = 320
    branch: str = "main"
    seed: int = 1

    def uploads(self, now: int) -> Iterator[Upload]:
        """Generate the uploads, oldest first; the last commit is five hours before `now`."""
        dice = random.Random(self.seed)
        names = [f"{dice.choice(self.packages)}.{_word(number)}" for number in range(self.modules)]
        base = frozenset(
            (importer, imported)
            for importer in names
            for imported in dice.sample(names, dice.randrange(1, 5))
            if importer != imported
        )
        contracts_now = [self._current(plan, names, dice) for plan in self.plans]
        for number in range(self.commits):
            part = number / max(1, self.commits - 1)
            for current in contracts_now:
                if dice.random() < 0.3 or part in (0, 1):  # work comes in bursts
                    current.move(current.plan.at(part))
            at = now - 5 * 3600 - round((1 - part) * self.days * DAY)
            yield self._upload(number, part, at - at % 60, base, contracts_now)

    def _current(self, plan: ContractPlan, names: list[str], dice: random.Random) -> _OpenViolations:
        pool = [(importer, imported) for importer in names for imported in plan.deprecated]
        dice.shuffle(pool)
        return _OpenViolations(plan, pool, dice)

    def _upload(
        self,
        number: int,
        part: float,
        at: int,
        base: frozenset[Edge],
        contracts_now: list[_OpenViolations],
    ) -> Upload:
        unread = _unread(contracts_now, part)
        contracts = tuple(_contract(current, part, at) for current in contracts_now)
        violations = sorted(
            (_violation(current.plan, edge) for current in contracts_now for edge in current.open),
            key=lambda violation: violation.identity,
        )
        return Upload(
            snapshot=Snapshot(
                format_version=1,
                tool=Tool(name="archguard", version="1.0"),
                commit=commit_id(f"{self.seed}-{number}"),
                parent=commit_id(f"{self.seed}-{number - 1}") if number else None,
                committed_at=at,
                configuration=CONFIGURATION,
                folder="",
                roots=(),
                graph=_graph(
                    base | {edge for current in contracts_now for edge in current.open}, self.plans
                ),
                contracts=contracts,
                violations=tuple(violations),
                coverage=Coverage(files=self.modules + len(unread), unread=unread),
            ),
            branch=self.branch,
            ancestors=tuple(
                commit_id(f"{self.seed}-{before}")
                for before in range(number - 1, max(-1, number - 50), -1)
            ),
        )


def _contract(current: _OpenViolations, part: float, at: int) -> Contract:
    plan, count = current.plan, len(current.open)
    deadline = None
    if plan.deadline_in is not None:
        deadline = datetime.date.today() + datetime.timedelta(days=plan.deadline_in)
    return Contract(
        id=plan.id,
        name=plan.name,
        type=plan.type,
        kept=not count,
        violations=count,
        exposure=count * 2,
        lower_bound=_hidden(plan, part),
        adoption=round(8 + 90 * part**2) if plan.replacements else None,
        deprecated=plan.deprecated if plan.type == "deprecated" else (),
        replacements=plan.replacements,
        owner=plan.owner,
        deadline=deadline,
    )


def _hidden(plan: ContractPlan, part: float) -> bool:
    return plan.unread is not None and plan.unread[0] <= part <= plan.unread[1]


def _unread(contracts_now: list[_OpenViolations], part: float) -> tuple[UnreadFile, ...]:
    plans = [current.plan for current in contracts_now if _hidden(current.plan, part)]
    return tuple(
        UnreadFile(
            path=f"broken/part_{number:02}.py",
            reason="invalid syntax",
            line=number + 1,
            names=plans[0].deprecated[:1],
        )
        for number in range(12 if plans else 0)
    )


def _violation(plan: ContractPlan, edge: Edge) -> Violation:
    place = sum(map(ord, edge[0]))  # no builtin hash: it changes from run to run
    occurrence = Occurrence(
        path=f"{edge[0].replace('.', '/')}.py", line=3 + place % 40, kind=KINDS[place % len(KINDS)]
    )
    return Violation(
        contract=plan.id,
        importer=edge[0],
        imported=edge[1],
        ghost=False,
        replacement=plan.replacements[0] if plan.replacements else None,
        occurrences=(occurrence,),
    )


def _graph(edges: Iterable[Edge], plans: Iterable[ContractPlan]) -> Graph:
    pairs = set(edges)
    names = {name for pair in pairs for name in pair}
    names |= {name for plan in plans for name in (*plan.deprecated, *plan.replacements)}
    ordered = sorted(names)
    place: Mapping[str, int] = {name: index for index, name in enumerate(ordered)}
    return Graph(
        modules=tuple(ordered),
        kinds="m" * len(ordered),
        imports=tuple(sorted((place[a], place[b]) for a, b in pairs)),
    )


_FIRST = ("order", "cart", "price", "user", "stock", "mail", "token", "report", "audit", "export")
_SECOND = ("service", "views", "models", "tasks", "rules", "client", "store", "forms", "events", "jobs")


def _word(number: int) -> str:
    first, second = _FIRST[number % len(_FIRST)], _SECOND[number // len(_FIRST) % len(_SECOND)]
    again = number // (len(_FIRST) * len(_SECOND))
    return f"{first}_{second}{again or ''}"


PACKAGES = (
    "shop.checkout",
    "shop.checkout.payment",
    "shop.catalog",
    "shop.accounts",
    "shop.billing",
    "shop.workers",
    "shop.api.v1",
    "tests.unit",
    "tests.e2e",
)
ENGINES = ContractPlan(
    id="one-engine",
    name="OrderEngine is the only order engine",
    course=((0, 6), (0.12, 118), (0.2, 118), (0.34, 96), (0.4, 104), (0.62, 58), (0.75, 47), (1, 17)),
    deprecated=("shop.legacy.engine", "shop.legacy.engine_adapter", "shop.old_engine"),
    replacements=("shop.engine.order_engine",),
    owner="@checkout-team",
    deadline_in=75,
    unread=(0.22, 0.31),
)
ORM = ContractPlan(
    id="no-old-orm",
    name="Nobody imports the old ORM",
    course=((0, 31), (0.3, 64), (0.55, 44), (0.7, 41), (1, 41)),
    deprecated=("shop.orm.legacy", "shop.orm.session"),
    replacements=("shop.db.session",),
    owner="@data-platform",
)
SIX = ContractPlan(
    id="no-compat",
    name="The Python 2 layer is gone",
    course=((0, 23), (0.2, 12), (0.33, 0), (0.42, 0), (0.43, 5), (0.46, 0), (1, 0)),
    deprecated=("shop.compat.six",),
    owner="@core",
)
LAYERS = ContractPlan(
    id="layers",
    name="Views do not reach into payment",
    course=((0, 2), (0.5, 5), (0.8, 9), (1, 14)),
    deprecated=("shop.checkout.payment.gateway", "shop.checkout.payment.vault"),
    type="layers",
    owner="@checkout-team",
)
SHOP = ProjectHistory((ENGINES, ORM, SIX, LAYERS), PACKAGES)


RELEASE = "release/2.0"
LONG_PACKAGES = (
    "netra_backend.app.agents.supervisor",
    "netra_backend.tests.unit.agents.supervisor_comprehensive",
    "tests.integration.agents.execution_engine_consolidation",
)
LONG_DEPRECATED = (
    "netra_backend.app.agents.supervisor.execution_engine",
    "netra_backend.app.agents.execution_engine_legacy_adapter",
)


def two_branches(now: int) -> list[Upload]:
    """Return the uploads of a project whose branches `main` and `RELEASE` have different contracts."""
    main = replace(SHOP, plans=(SIX, ORM), commits=20, days=200, modules=60, seed=11)
    release = replace(main, plans=(ENGINES, ORM), commits=12, branch=RELEASE, seed=12)
    return [*main.uploads(now), *release.uploads(now)]


def twelve_contracts(now: int, commits: int = 12) -> list[Upload]:
    """Return the uploads of a project with more contracts than the chart can draw, and long names."""
    plans = tuple(
        replace(
            (ENGINES, ORM, LAYERS)[number % 3],
            id=f"contract-{number:02}",
            name=f"Contract {number}: nobody imports what earlier teams have left behind",
            deprecated=(f"shop.legacy.part_{number:02}", f"shop.legacy.other_{number:02}"),
            unread=None,
        )
        for number in range(12)
    )
    return list(replace(SHOP, plans=plans, commits=commits, days=120, seed=13).uploads(now))


def long_names(now: int) -> list[Upload]:
    """Return the upload of 35 violations between modules with names as long as in a large repository."""
    plan = replace(ENGINES, course=((0, 35), (1, 35)), deprecated=LONG_DEPRECATED, unread=None)
    return list(replace(SHOP, plans=(plan,), packages=LONG_PACKAGES, commits=2, seed=15).uploads(now))


def many_projects(now: int, number: int) -> dict[str, Iterable[Upload]]:
    """Return the uploads of many projects, each with a contract or two; every fifth has a long name."""
    pairs = ((SIX,), (ORM,), (ORM, SIX))
    return {
        f"{'a-long-name-' * (3 + place // 12) if place % 5 == 0 else 'project-'}{place:02}": replace(
            SHOP, plans=pairs[place % 3], commits=3, days=60, modules=80, seed=100 + place
        ).uploads(now)
        for place in range(number)
    }


def unread_zero(now: int) -> list[Upload]:
    """Return the uploads of a project that ends at zero, with unread files that could raise it."""
    plan = replace(SIX, unread=(0.9, 1))
    return list(replace(SHOP, plans=(plan,), commits=12, modules=60, seed=14).uploads(now))


def large(*, snapshots: int, violations: int) -> ProjectHistory:
    """Return a long history that ends with many violations, most of them from its last weeks."""
    rush = (
        (0, 40),
        (0.2, 90),
        (0.9, 60),
        (0.985, 30),
        (0.99, round(violations * 1.04)),
        (1, violations),
    )
    # Each importer has as many violations as there are deprecated modules.
    names = tuple(f"shop.legacy.part_{number:02}" for number in range(100))
    plan = replace(ENGINES, course=rush, deprecated=names, unread=None)
    return ProjectHistory((plan, SIX), PACKAGES, commits=snapshots, days=900, modules=80, seed=7)

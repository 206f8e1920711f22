"""Summarize projects: all contracts together, cached until the default branch or the day changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from archguard.lru_cache import LruCache
from archguard_api import models
from archguard_api.forecast import State
from archguard_api.services.downsample import downsample
from archguard_api.services.freshness import Freshness, measure_freshness
from archguard_api.services.sentence import Standing, compose_sentence
from archguard_api.times import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from archguard_api.forecast import AnyState
    from archguard_api.models import Branch, ContractLine, LineSummary
    from archguard_api.store import Store

    TimedSummary = tuple[models.ProjectSummary | None, int | None]
    TimedJson = tuple[bytes | None, int | None]

CHANGE_DAYS = 30
CURVE_POINTS = 60
_CACHED_PROJECTS = 1000
_WORST_FIRST = (
    State.STALE,
    State.GROWING,
    State.STALLED,
    State.SHRINKING,
    State.TOO_SHORT,
    State.SEALED,
)


class _Rendered(NamedTuple):
    """A summary, and the same as JSON: the list of projects shows hundreds."""

    summary: models.ProjectSummary
    json: bytes


_Timed = tuple[_Rendered | None, int | None]


class ProjectSummaries:
    """Computes and caches summaries; a process needs one."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._summaries: LruCache[tuple[object, ...], _Rendered] = LruCache(_CACHED_PROJECTS)
        self._clock = clock

    def get(self, store: Store, project: str, branch_name: str | None = None) -> TimedSummary:
        """Summarize a branch, by default the default one; the summary is None if it has no snapshot.

        With it comes the moment, in seconds since 1970, when time alone changes it; None: never.
        """
        branch = store.get_branch(project, branch_name)
        if branch is None or branch.tip is None:
            return None, None
        standing = models.Standing(branch, store.get_stale_limit(project), None)
        timed = self._find(project, standing)
        if timed is None:
            line = store.get_line_summary(project, branch.name)
            timed = self._summarize(
                project, models.Standing(standing.branch, standing.stale_limit, line)
            )
        return _choose_summary(timed)

    def describe(self, standing: models.ProjectStanding) -> TimedSummary:
        """Do that for a branch of which all is known."""
        if standing.branch is None:
            return None, None
        limit = standing.settings.stale_after_days
        known = models.Standing(standing.branch, limit, standing.line)
        name = standing.project.name
        return _choose_summary(self._find(name, known) or self._summarize(name, known))

    def list_json(self, store: Store, projects: Sequence[str]) -> Mapping[str, TimedJson]:
        """Do that for the default branches of projects, as JSON, by project."""
        standings = store.list_standings(projects, with_lines=False)
        timed: dict[str, _Timed] = dict.fromkeys(projects, (None, None))
        missing = []
        for project, standing in standings.items():
            summary = self._find(project, standing)
            if summary is None:
                missing.append(project)
            else:
                timed[project] = summary
        if missing:
            standings = store.list_standings(missing, with_lines=True)
            timed |= {one: self._summarize(one, standing) for one, standing in standings.items()}
        return {
            project: (None if rendered is None else rendered.json, holds_until)
            for project, (rendered, holds_until) in timed.items()
        }

    def _find(self, project: str, standing: models.Standing) -> _Timed | None:
        """Return a cached summary; None if there is none."""
        if standing.branch.tip is None:
            return None, None
        key, freshness, _ = self._measure(project, standing.branch, standing.stale_limit)
        rendered = self._summaries.get(key)
        return None if rendered is None else (rendered, freshness.holds_until)

    def _summarize(self, project: str, standing: models.Standing) -> _Timed:
        if standing.branch.tip is None or standing.line is None:
            return None, None
        key, freshness, now = self._measure(project, standing.branch, standing.stale_limit)
        summary = _summarize(standing.branch, standing.line, freshness, now)
        rendered = _Rendered(summary, summary.model_dump_json().encode())
        self._summaries.put(key, rendered)
        return rendered, freshness.holds_until

    def _measure(
        self, project: str, branch: Branch, limit: int | None
    ) -> tuple[tuple[object, ...], Freshness, int]:
        """Return the key of a summary, the branch's freshness, and the time."""
        now = int(self._clock())
        if branch.tip is None:
            raise AssertionError(branch.name)
        freshness = measure_freshness(branch, branch.tip, limit, now)
        return (project, branch.name, branch.version, now // DAY, freshness), freshness, now


def _choose_summary(timed: _Timed) -> TimedSummary:
    rendered, holds_until = timed
    return None if rendered is None else rendered.summary, holds_until


def _summarize(
    branch: Branch, line: LineSummary, freshness: Freshness, now: int
) -> models.ProjectSummary:
    judged = [contract for contract in line.contracts if contract.has_verdict]
    states: set[AnyState | None]
    if freshness.stale or line.day != line.find_day(now):
        moment = max(now, line.figures.committed_at)
        states = {contract.find_state(moment, freshness.stale_days) for contract in judged}
    else:
        states = {contract.state for contract in judged}
    state = next((state for state in _WORST_FIRST if state in states), State.TOO_SHORT)
    figures = line.figures
    violations = figures.violations if judged or not line.contracts else None
    sentence = compose_sentence(
        Standing(
            state=state,
            violations=violations,
            lower_bound=figures.lower_bound,
            stale_days=freshness.stale_days,
            last_commit_at=freshness.last_commit_at,
            unread=figures.unread,
            unread_naming=max((one.surely_naming + one.perhaps_naming for one in judged), default=0),
            undecided=sum(contract.undecided for contract in judged),
            noun=_choose_noun(judged),
        ),
        now,
    )
    return models.ProjectSummary(
        violations=violations,
        lower_bound=figures.lower_bound,
        state=state,
        sentence=sentence,
        stale=freshness.stale,
        stale_days=freshness.stale_days,
        last_commit_at=freshness.last_commit_at,
        last_seen_at=freshness.last_seen_at,
        rebuilding=branch.rebuilding,
        change_30_days=add_changes(judged, now // DAY - CHANGE_DAYS),
        curve=_make_curve(line),
        contracts=len(line.contracts),
        broken=figures.broken,
        unread=figures.unread,
    )


def _choose_noun(contracts: Sequence[ContractLine]) -> str:
    """Return what the violations of some contracts are."""
    kinds = {contract.counts_definitions for contract in contracts}
    if len(kinds) > 1:
        return "violation"
    return "definition" if True in kinds else "import"


def _make_curve(line: LineSummary) -> tuple[models.CurvePoint, ...]:
    points = [models.CurvePoint(*row[1:]) for row in line.list_curve()]
    return tuple(downsample(points, CURVE_POINTS))


def add_changes(contracts: Sequence[ContractLine], day: int) -> int | None:
    """Return by how much violations have changed since the end of a day, in days since 1970.

    Contracts that are younger are left out; None if that leaves no contract.
    """
    changes = [change for contract in contracts if (change := contract.count_change(day)) is not None]
    return sum(changes) if changes else None

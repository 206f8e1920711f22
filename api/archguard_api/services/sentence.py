"""The sentence that says where a contract or a project stands. Nothing else composes one."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.forecast import State
from archguard_api.times import DAY

if TYPE_CHECKING:
    from archguard_api.forecast import Forecast
    from archguard_api.models import ContractPlan, Retirement

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLEAR_WITHOUT_YEAR_DAYS = 300
"""A date that is nearer than so many days is written without its year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the sentence is about."""

    state: State
    violations: int | None
    """At the last snapshot; None if that has no verdict."""
    lower_bound: bool = False
    retired: Retirement | None = None
    stale_days: int | None = None
    last_commit_at: int
    """Seconds since 1970."""
    forecast: Forecast | None = None
    deadline: datetime.date | None = None
    unread: int = 0
    """Files that could not be read."""
    unread_naming: int = 0
    """Those of them that name what is forbidden, or of which nobody knows the text."""
    surely_naming: int = 0
    """Those of these of which the text is known."""
    noun: str = "import"
    """What a violation is."""
    undecided: int = 0
    """Imports that may or may not ask for what is forbidden."""
    plan: ContractPlan | None = None


def compose_sentence(standing: Standing, now: int) -> str:
    """Return one sentence: what is left, where that leads, and what is not known.

    Args:
        standing: the facts.
        now: seconds since 1970.
    """
    today = _get_day(now)
    if standing.retired is not None:
        return f"removed on {_format_date(standing.retired.at, today)} {_describe_loss(standing)}."
    clauses = [_describe_count(standing, today)]
    if standing.stale_days is not None:
        clauses.append(f"no snapshot for {count(standing.stale_days, 'day')}")
    else:
        clauses += [*_describe_course(standing, today), *_describe_plan(standing)]
    return f"{'; '.join([*clauses, *_describe_coverage(standing)])}."


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where that is needed."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _describe_loss(standing: Standing) -> str:
    open_ = standing.retired.open if standing.retired else 0
    return f"with {count(open_, standing.noun)} left" if open_ else "with none left"


def _describe_count(standing: Standing, today: datetime.date) -> str:
    date = _format_date(standing.last_commit_at, today)
    if standing.violations is None:
        return "no verdict at the last snapshot"
    if standing.state is State.SEALED:
        return "none left" if standing.stale_days is None else f"sealed as of the snapshot of {date}"
    if standing.violations == 0:
        return "none found" if standing.lower_bound else "none listed, but the contract is not kept"
    at_least = "at least " if standing.lower_bound else ""
    left = f"{at_least}{count(standing.violations, standing.noun)} left"
    return left if standing.stale_days is None else f"{left} in the snapshot of {date}"


def _describe_course(standing: Standing, today: datetime.date) -> list[str]:
    """Say where the count leads; of a count of zero that is nowhere."""
    if standing.state is State.SEALED:
        return ["the contract keeps it so"]
    if not standing.violations:
        return []
    forecast = standing.forecast
    per_week = forecast.per_week if forecast else None
    eta = forecast.eta if forecast else None
    if eta is not None and per_week is not None:
        return [f"at {_format_pace(per_week)} a week zero around {_format_eta(eta, standing, today)}"]
    courses = {
        State.GROWING: "growing" if per_week is None else f"{_format_pace(-per_week)} a week are added",
        State.STALLED: "no lasting change"
        if per_week is None or per_week <= 0
        else f"{_format_pace(per_week)} a week is too slow for a date",
        State.TOO_SHORT: "too few days with snapshots for a pace",
        State.SHRINKING: "shrinking"
        if per_week is None
        else f"{_format_pace(per_week)} a week are removed",
    }
    return [courses[standing.state], *_describe_deadline(standing, today)]


def _describe_plan(standing: Standing) -> list[str]:
    """Say how much of what is left can be rewritten now; no date follows from that."""
    plan = standing.plan
    if plan is None or not standing.violations:
        return []
    parts = (
        (plan.ready, "ready to fix"),
        (plan.blocked, "blocked"),
        (plan.unplanned, "not in the plan"),
    )
    told = [f"{number:,} {'is' if number == 1 else 'are'} {what}" for number, what in parts if number]
    return [", ".join(told)] if told else []


def _describe_deadline(standing: Standing, today: datetime.date) -> list[str]:
    if standing.deadline is None:
        return []
    days = (standing.deadline - today).days
    if days < 0:
        return [f"the deadline was {count(-days, 'day')} ago"]
    return [f"{count(days, 'day')} to the deadline" if days else "the deadline is today"]


def _format_eta(eta: datetime.date, standing: Standing, today: datetime.date) -> str:
    text = _format_day(eta, today)
    if standing.deadline is None:
        return text
    days = (standing.deadline - eta).days
    if days == 0:
        return f"{text}, the day of the deadline"
    return f"{text}, {count(abs(days), 'day')} {'before' if days > 0 else 'after'} the deadline"


def _describe_coverage(standing: Standing) -> list[str]:
    """Say what could raise the count, or that nothing could though files are unread."""
    if standing.violations is None:
        return []
    clauses = []
    naming = standing.unread_naming
    if standing.lower_bound:
        if naming:
            verb = "name" if naming > 1 else "names"
            may = "" if standing.surely_naming == naming else "may "
            clauses.append(
                f"{count(naming, 'file')} that {may}{'name' if may else verb} it could not be read"
            )
        if standing.undecided:
            clauses.append(f"{count(standing.undecided, standing.noun)} could not be decided")
        return clauses or ["the count may be too low"]
    if standing.unread and not naming:
        rest = "none names" if standing.unread > 1 else "which names no"
        thing = " a deprecated module" if standing.unread > 1 else " deprecated module"
        clauses.append(f"{count(standing.unread, 'file')} unread, {rest}{thing}: counts are exact")
    return clauses


def _format_pace(per_week: float) -> str:
    """Return a pace with the digits that matter: `15`, `1.5`, `2`, `less than 0.1`."""
    if per_week < 0.1:
        return "less than 0.1"
    return f"{per_week:,.0f}" if per_week >= 10 else f"{per_week:.1f}".removesuffix(".0")


def _get_day(seconds: int) -> datetime.date:
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=seconds // DAY)


def _format_date(seconds: int, today: datetime.date) -> str:
    """Return the day of a moment in the past, with its year unless that is clear."""
    return _format_day(_get_day(seconds), today)


def _format_day(day: datetime.date, today: datetime.date) -> str:
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if abs((day - today).days) < _CLEAR_WITHOUT_YEAR_DAYS else f"{text} {day.year}"

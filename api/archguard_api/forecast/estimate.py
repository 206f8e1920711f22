"""Estimate from observations which state a contract is in, and if it shrinks, the day of zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.forecast import sentences
from archguard_api.forecast.daily_counts import count_by_day, make_date, sort_observations
from archguard_api.forecast.f_distribution import compute_wait_ratio
from archguard_api.forecast.model import Forecast, State
from archguard_api.forecast.pace import DAYS_PER_WEEK, MIN_DAYS, Pace, measure_pace
from archguard_api.times import DAY

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from archguard_api.forecast.model import AnyState, Observation

# Tuned on some repositories, measured on others: docs/reference/forecast.md, docs/adr/0010.
LOOKBACK_DAYS = 84
"""The number of past days that are used, at most."""
MIN_OBSERVED_DAYS = 4
"""The number of days with an observation that a forecast needs."""
MIN_BURSTS = 0.8
"""The number of bursts that make a trend; with fewer, additions have cancelled out the removals."""
MAX_DAYS_AHEAD = 3 * LOOKBACK_DAYS // 2
"""The latest date, in days from today, unless the pace is steady."""
STEADY_BURSTS = 4
"""The number of bursts that make a pace steady."""
MAX_STEADY_DAYS_AHEAD = 20 * 365
"""The latest date, in days from today, at a steady pace."""
OPEN_END_DAYS = 2 * 365
"""The days from today after which an interval has no upper end, unless the pace is steady."""
TAIL_PROBABILITY = 0.1
"""The probability below the interval, and above it."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """The number of days until zero."""

    likely: float
    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class _Finding:
    state: AnyState
    reason: str
    per_day: float | None = None
    wait: _Wait | None = None


def forecast(
    observations: Sequence[Observation],
    *,
    deadline: datetime.date | None,
    now: int,
    kept: bool,
    stale_days: int | None = None,
) -> Forecast:
    """Forecast the day of zero with an interval of 80 % probability, or say why there is no date.

    Args:
        observations: the counts in the branch's commit order, the tip last.
        deadline: the contract's deadline.
        now: seconds since 1970, not before the tip; the tip's count is assumed to hold until then.
        kept: whether the contract is kept at the tip.
        stale_days: the tip's age in days if that is too much for a forecast, else None.
    """
    today = now // DAY
    finding = _classify(observations, now, kept=kept, stale_days=stale_days)
    remaining = observations[-1].violations if observations else 0
    wait = finding.wait
    return Forecast(
        state=finding.state,
        eta=_find_likely_day(today, wait) if wait else None,
        earliest=make_date(today + int(wait.shortest)) if wait else None,
        latest=_find_latest(today, wait) if wait else None,
        per_week=None if finding.per_day is None else finding.per_day * DAYS_PER_WEEK,
        needed_per_week=None
        if finding.state is State.STALE
        else _compute_needed_pace(remaining, today, deadline),
        deadline=deadline,
        reason=finding.reason,
    )


def find_state(
    observations: Sequence[Observation], *, now: int, kept: bool, stale_days: int | None = None
) -> AnyState:
    """Return the state that `forecast` finds, in a tenth of the time."""
    return _classify(observations, now, kept=kept, stale_days=stale_days, with_wait=False).state


def find_day_of_zero(
    observations: Sequence[Observation], *, now: int, kept: bool
) -> datetime.date | None:
    """Return the `eta` that `forecast` finds, in a tenth of the time; None if there is none."""
    wait = _classify(observations, now, kept=kept, stale_days=None, with_wait=False).wait
    return _find_likely_day(now // DAY, wait) if wait else None


def _classify(
    observations: Sequence[Observation],
    now: int,
    *,
    kept: bool,
    stale_days: int | None,
    with_wait: bool = True,
) -> _Finding:
    tip = observations[-1] if observations else None
    if tip and tip.violations == 0 and kept and not tip.lower_bound:
        return _Finding(State.SEALED, sentences.SEALED)
    if stale_days is not None:
        return _Finding(State.STALE, sentences.explain_stale(stale_days))
    if tip is None:
        return _Finding(State.TOO_SHORT, sentences.NOTHING)
    points = sort_observations(observations, now)
    today = now // DAY
    days, observed_days = today - points[0][0], len({day for day, _ in points})
    if days < MIN_DAYS or observed_days < MIN_OBSERVED_DAYS:
        return _Finding(
            State.TOO_SHORT,
            sentences.explain_too_short(days, observed_days, MIN_DAYS, MIN_OBSERVED_DAYS),
        )
    recent = count_by_day(points, today, LOOKBACK_DAYS)
    return _classify_pace(tip, measure_pace(recent), len(recent) - 1, with_wait=with_wait)


def _classify_pace(tip: Observation, pace: Pace, days: int, *, with_wait: bool) -> _Finding:
    if tip.violations == 0:
        return _Finding(
            State.STALLED, sentences.explain_not_sealed(lower_bound=tip.lower_bound), pace.per_day
        )
    if pace.bursts < MIN_BURSTS or pace.per_day * pace.removed <= 0:
        return _Finding(State.STALLED, sentences.explain_stalled(days), pace.per_day)
    if pace.per_day < 0:
        return _Finding(
            State.GROWING, sentences.explain_growing(pace.per_day * DAYS_PER_WEEK), pace.per_day
        )
    # At least one more typical day of work is needed, however few violations are left.
    likely = max(tip.violations, pace.daily) / pace.per_day
    if likely > (MAX_STEADY_DAYS_AHEAD if pace.bursts >= STEADY_BURSTS else MAX_DAYS_AHEAD):
        return _Finding(State.STALLED, sentences.explain_too_slow(days, likely), pace.per_day)
    if not with_wait:
        return _Finding(State.SHRINKING, "", pace.per_day, _Wait(likely, likely, likely))
    wait = _estimate_wait(likely, max(1.0, tip.violations / pace.weekly), pace.bursts)
    reason = sentences.explain_shrinking(tip, pace, likely, open_end=math.isinf(wait.longest))
    return _Finding(State.SHRINKING, reason, pace.per_day, wait)


def _estimate_wait(likely: float, needed: float, seen: float) -> _Wait:
    shortest, longest = (
        likely * compute_wait_ratio(needed, seen, probability)
        for probability in (TAIL_PROBABILITY, 1 - TAIL_PROBABILITY)
    )
    is_open = longest > MAX_STEADY_DAYS_AHEAD or (longest > OPEN_END_DAYS and seen < STEADY_BURSTS)
    return _Wait(likely, min(shortest, likely), math.inf if is_open else max(longest, likely))


def _find_likely_day(today: int, wait: _Wait) -> datetime.date:
    return make_date(today + max(1, round(wait.likely)))


def _find_latest(today: int, wait: _Wait) -> datetime.date | None:
    return None if math.isinf(wait.longest) else make_date(today + math.ceil(wait.longest))


def _compute_needed_pace(remaining: int, today: int, deadline: datetime.date | None) -> float | None:
    """Return the violations a week that the deadline needs; past the deadline, all within a day."""
    if deadline is None or remaining == 0:
        return None
    return remaining * DAYS_PER_WEEK / max(1, (deadline - make_date(today)).days)

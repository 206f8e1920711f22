"""From observations to a forecast: which state, and if the count shrinks, when it will be zero."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard_api.forecast import sentences
from archguard_api.forecast.daily_counts import DAY, count_by_day, make_date, sort_observations
from archguard_api.forecast.f_distribution import compute_wait_ratio
from archguard_api.forecast.model import Forecast, State
from archguard_api.forecast.pace import DAYS_PER_WEEK, MIN_DAYS, Pace, measure_pace

if TYPE_CHECKING:
    import datetime
    from collections.abc import Sequence

    from archguard_api.forecast.model import Observation

# Tuned on some repositories, measured on others: docs/reference/forecast.md, docs/adr/0010.
LOOKED_AT = 84
"""Days of the past that are looked at, at most."""
FEWEST = 4
"""Days with an observation that it takes, at least."""
TREND = 0.8
"""Bursts that it takes for a trend: fewer, and what was removed came back."""
AHEAD = 3 * LOOKED_AT // 2
"""Days ahead that a date may be, unless the pace is steady."""
STEADY = 4
"""Bursts that make a pace steady."""
FARTHEST = 20 * 365
"""Days ahead that any date may be."""
OPEN = 2 * 365
"""Days ahead from which an interval has no upper end, unless the pace is steady."""
TAIL = 0.1
"""The probability below the interval, and that above it."""


@dataclass(frozen=True, slots=True)
class _Wait:
    """Days until zero."""

    likely: float
    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class _Finding:
    state: State
    reason: str
    per_day: float | None = None
    wait: _Wait | None = None


def forecast(
    observations: Sequence[Observation], *, deadline: datetime.date | None, now: int, kept: bool
) -> Forecast:
    """When the count will be zero, with 80 % of confidence, or why no date is said.

    Args:
        observations: in the order of descent, the branch's tip last.
        deadline: the contract's.
        now: seconds since 1970, not before the tip; the tip's count is taken to hold until then.
        kept: the contract's verdict at the tip.
    """
    today = now // DAY
    finding = _found(observations, now, kept=kept)
    left = observations[-1].violations if observations else 0
    wait = finding.wait
    return Forecast(
        state=finding.state,
        eta=make_date(today + max(1, round(wait.likely))) if wait else None,
        earliest=make_date(today + int(wait.shortest)) if wait else None,
        latest=_latest(today, wait) if wait else None,
        per_week=None if finding.per_day is None else finding.per_day * DAYS_PER_WEEK,
        needed_per_week=_needed(left, today, deadline),
        deadline=deadline,
        reason=finding.reason,
    )


def _found(observations: Sequence[Observation], now: int, *, kept: bool) -> _Finding:
    if not observations:
        return _Finding(State.TOO_SHORT, sentences.NOTHING)
    tip = observations[-1]
    if tip.violations == 0 and kept and not tip.lower_bound:
        return _Finding(State.SEALED, sentences.SEALED)
    points = sort_observations(observations, now)
    today = now // DAY
    days, values = today - points[0][0], len({day for day, _ in points})
    if days < MIN_DAYS or values < FEWEST:
        return _Finding(State.TOO_SHORT, sentences.explain_too_short(days, values, MIN_DAYS, FEWEST))
    recent = count_by_day(points, today, LOOKED_AT)
    return _from_pace(tip, measure_pace(recent), len(recent) - 1)


def _from_pace(tip: Observation, pace: Pace, looked_at: int) -> _Finding:
    if tip.violations == 0:
        return _Finding(
            State.STALLED, sentences.explain_not_sealed(lower_bound=tip.lower_bound), pace.per_day
        )
    if pace.bursts < TREND or pace.per_day * pace.removed <= 0:
        return _Finding(State.STALLED, sentences.explain_stalled(tip, looked_at), pace.per_day)
    if pace.per_day < 0:
        return _Finding(
            State.GROWING, sentences.explain_growing(tip, pace.per_day * DAYS_PER_WEEK), pace.per_day
        )
    # However little is left, it takes one more day of work.
    likely = max(tip.violations, pace.daily) / pace.per_day
    if likely > (FARTHEST if pace.bursts >= STEADY else AHEAD):
        return _Finding(State.STALLED, sentences.explain_too_slow(tip, looked_at, likely), pace.per_day)
    wait = _wait(likely, max(1.0, tip.violations / pace.weekly), pace.bursts)
    reason = sentences.explain_shrinking(tip, pace, likely, open_end=math.isinf(wait.longest))
    return _Finding(State.SHRINKING, reason, pace.per_day, wait)


def _wait(likely: float, needed: float, seen: float) -> _Wait:
    shortest, longest = (likely * compute_wait_ratio(needed, seen, one) for one in (TAIL, 1 - TAIL))
    is_open = longest > FARTHEST or (longest > OPEN and seen < STEADY)
    return _Wait(likely, min(shortest, likely), math.inf if is_open else max(longest, likely))


def _latest(today: int, wait: _Wait) -> datetime.date | None:
    return None if math.isinf(wait.longest) else make_date(today + math.ceil(wait.longest))


def _needed(left: int, today: int, deadline: datetime.date | None) -> float | None:
    """Violations a week from now on; a deadline that has passed wants them all within a day."""
    if deadline is None or left == 0:
        return None
    return left * DAYS_PER_WEEK / max(1, (deadline - make_date(today)).days)

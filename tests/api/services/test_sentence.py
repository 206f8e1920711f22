"""One sentence says where a contract stands, and never that a lower bound of zero is done."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard_api.forecast import Forecast, State
from archguard_api.models import ContractPlan, Retirement
from archguard_api.services.sentence import Standing, compose_sentence
from archguard_api.times import DAY
from tests.api.snapshots import commit_id

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = datetime.date(2026, 11, 2)
NOW = int(datetime.datetime(2026, 11, 2, 12, tzinfo=datetime.UTC).timestamp())


def _outlook(state: State, per_week: float | None, eta: datetime.date | None = None) -> Forecast:
    return Forecast(state, eta, None, None, per_week, None, None, "")


def _say(state: State, violations: int | None, **facts: Any) -> str:
    facts = {"last_commit_at": NOW - DAY, **facts}
    return compose_sentence(Standing(state=state, violations=violations, **facts), NOW)


def _plan(ready: int, blocked: int, unplanned: int = 0) -> ContractPlan:
    return ContractPlan(1, NOW, ready, blocked, unplanned)


SHRINKING = _outlook(State.SHRINKING, 1.5, datetime.date(2027, 1, 27))
GAP = {"stale_days": 438, "last_commit_at": NOW - 438 * DAY}


@pytest.mark.parametrize(
    ("state", "violations", "facts", "sentence"),
    [
        (
            State.STALLED,
            41,
            {"forecast": _outlook(State.STALLED, 0.0), "plan": _plan(13, 28)},
            "41 imports left; no lasting change; 13 are ready to fix, 28 are blocked.",
        ),
        (
            State.SHRINKING,
            3,
            {"forecast": SHRINKING, "plan": _plan(0, 1, unplanned=2)},
            "3 imports left; at 1.5 a week zero around 27 Jan; 1 is blocked, 2 are not in the plan.",
        ),
        (
            State.SEALED,
            0,
            {"plan": _plan(0, 0)},
            "none left; the contract keeps it so.",
        ),
        (
            State.STALLED,
            13,
            {**GAP, "plan": _plan(13, 0)},
            "13 imports left in the snapshot of 21 Aug 2025; no snapshot for 438 days.",
        ),
        (
            State.SHRINKING,
            13,
            {"forecast": SHRINKING, "deadline": datetime.date(2027, 2, 12)},
            "13 imports left; at 1.5 a week zero around 27 Jan, 16 days before the deadline.",
        ),
        (
            State.SHRINKING,
            1,
            {"forecast": SHRINKING, "deadline": datetime.date(2027, 1, 26)},
            "1 import left; at 1.5 a week zero around 27 Jan, 1 day after the deadline.",
        ),
        (
            State.SHRINKING,
            1300,
            {"forecast": _outlook(State.SHRINKING, 15.2, datetime.date(2028, 7, 9))},
            "1,300 imports left; at 15 a week zero around 9 Jul 2028.",
        ),
        (
            State.STALLED,
            0,
            {"lower_bound": True, "unread": 70, "unread_naming": 60, "surely_naming": 60},
            "none found; 60 files that name it could not be read.",
        ),
        (
            State.STALLED,
            0,
            {"lower_bound": True, "unread": 1, "unread_naming": 1, "surely_naming": 1},
            "none found; 1 file that names it could not be read.",
        ),
        (
            State.STALLED,
            7,
            {"lower_bound": True, "unread": 2, "unread_naming": 2, "undecided": 3},
            (
                "at least 7 imports left; no lasting change; "
                "2 files that may name it could not be read; 3 imports could not be decided."
            ),
        ),
        (
            State.SEALED,
            0,
            {"unread": 14},
            (
                "none left; the contract keeps it so; "
                "14 files unread, none names a deprecated module: counts are exact."
            ),
        ),
        (
            State.GROWING,
            7,
            {"forecast": _outlook(State.GROWING, -2.25), "deadline": TODAY, "unread": 1},
            (
                "7 imports left; 2.2 a week are added; the deadline is today; "
                "1 file unread, which names no deprecated module: counts are exact."
            ),
        ),
        (
            State.TOO_SHORT,
            7,
            {"deadline": datetime.date(2026, 11, 1)},
            "7 imports left; too few days with snapshots for a pace; the deadline was 1 day ago.",
        ),
        (
            State.STALE,
            7,
            GAP,
            "7 imports left in the snapshot of 21 Aug 2025; no snapshot for 438 days.",
        ),
        (State.SEALED, 0, GAP, "sealed as of the snapshot of 21 Aug 2025; no snapshot for 438 days."),
        (
            State.STALE,
            0,
            {**GAP, "lower_bound": True, "unread_naming": 60, "surely_naming": 60},
            "none found; no snapshot for 438 days; 60 files that name it could not be read.",
        ),
        (
            State.RETIRED,
            13,
            {"retired": Retirement(NOW - 3 * DAY, commit_id(1), 13)},
            "removed on 30 Oct with 13 imports left.",
        ),
        (State.STALLED, None, {}, "no verdict at the last snapshot."),
        (State.STALLED, 0, {}, "none listed, but the contract is not kept."),
    ],
)
def test_a_sentence_says_what_is_left_and_where_that_leads(
    state: State, violations: int | None, facts: Mapping[str, Any], sentence: str
) -> None:
    assert _say(state, violations, **facts) == sentence


@given(
    st.sampled_from([State.STALLED, State.TOO_SHORT, State.STALE]),
    st.integers(0, 9),
    st.integers(0, 9),
    st.none() | st.integers(31, 900),
)
def test_a_zero_that_is_a_lower_bound_is_never_said_to_be_done(
    state: State, naming: int, undecided: int, stale_days: int | None
) -> None:
    sentence = _say(
        state,
        0,
        lower_bound=True,
        unread=naming,
        unread_naming=naming,
        undecided=undecided,
        stale_days=stale_days,
    )

    assert sentence.startswith("none found; ")
    assert not any(word in sentence for word in ("left", "sealed", "exact", "keeps"))
    assert sentence.endswith(".")
    assert sentence.count(".") == 1

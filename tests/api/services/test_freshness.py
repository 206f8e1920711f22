"""A branch is stale once its last commit is older than the project's limit, and says when that turns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard_api.models import Branch, Moment
from archguard_api.services.freshness import find_earliest, measure_freshness
from archguard_api.times import DAY
from tests.api.snapshots import commit_id

AT = 1_793_620_801
TIP = Moment(commit_id(1), AT)
BRANCH = Branch("main", 1, 1, TIP, AT + 5)


@pytest.mark.parametrize(
    ("age", "stale_days"), [(0, None), (30 * DAY, None), (30 * DAY + 1, 30), (31 * DAY, 31)]
)
def test_more_than_the_limit_is_stale(age: int, stale_days: int | None) -> None:
    freshness = measure_freshness(BRANCH, TIP, 30, AT + age)

    assert freshness.stale_days == stale_days
    assert freshness.stale is (stale_days is not None)
    assert (freshness.last_commit_at, freshness.last_seen_at) == (AT, AT + 5)


def test_without_a_limit_nothing_is_stale() -> None:
    freshness = measure_freshness(BRANCH, TIP, None, AT + 1000 * DAY)

    assert (freshness.stale, freshness.holds_until) == (False, None)


@given(st.integers(0, 90 * DAY), st.integers(1, 60))
def test_it_holds_just_until_it_turns(age: int, limit: int) -> None:
    now = AT + age
    freshness = measure_freshness(BRANCH, TIP, limit, now)

    assert freshness.holds_until is not None
    assert freshness.holds_until > now
    before = measure_freshness(BRANCH, TIP, limit, freshness.holds_until - 1)
    after = measure_freshness(BRANCH, TIP, limit, freshness.holds_until)
    assert before == freshness
    assert after.stale_days != freshness.stale_days


def test_the_earliest_of_some_moments_is_none_if_none_has_one() -> None:
    assert find_earliest([None, 7, 5]) == 5
    assert find_earliest([None]) is None

"""The quantiles against scipy's, and the interval against burn-downs that go as the model says."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard_api.forecast import State
from archguard_api.forecast.f_distribution import compute_wait_ratio
from tests.api.forecast.burn_downs import TODAY, daily, said

sizes = st.floats(0.8, 400)


@given(sizes, sizes, st.sampled_from([0.1, 0.25, 0.5, 0.9]))
def test_the_stretch_is_the_quantile_of_f(needed: float, seen: float, probability: float) -> None:
    from scipy.stats import f as f_distribution  # noqa: PLC0415 (takes seconds; each worker would)

    expected = f_distribution.ppf(probability, 2 * needed, 2 * seen)

    assert compute_wait_ratio(needed, seen, probability) == pytest.approx(expected, rel=1e-6)


def test_the_interval_holds_about_eight_of_ten_days_of_zero_where_bursts_come_at_random() -> None:
    chance = random.Random(4)
    inside = dated = 0
    for _ in range(600):
        history = [0]
        while history[-1] < 60:
            history.append(history[-1] + (5 if chance.random() < 0.1 else 0))
        counts = [max(0, 60 - done) for done in history]
        cut = next(day for day, count in enumerate(counts) if count <= 20)
        forecast = said(daily(counts[: cut + 1])) if cut >= 14 else None
        if forecast is None or forecast.state is not State.SHRINKING:
            continue
        assert forecast.earliest
        wait = len(counts) - 1 - cut
        dated += 1
        late = forecast.latest is not None and wait > (forecast.latest - TODAY).days
        inside += wait >= (forecast.earliest - TODAY).days and not late

    assert dated > 400
    assert 0.7 <= inside / dated <= 0.95

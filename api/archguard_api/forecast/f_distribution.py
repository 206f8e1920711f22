"""Estimate the wait for a number of bursts from the bursts seen, by quantiles of the F distribution.

If bursts come at random at an unknown rate, the time for `needed` more, over the time that `seen` took,
is Gamma(needed) / Gamma(seen); relative to its centre that is F with 2 x needed and 2 x seen degrees of
freedom (Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 2, chapter 27).
"""

from __future__ import annotations

import math

_TINY = 1e-300


def compute_wait_ratio(needed: float, seen: float, probability: float) -> float:
    """Return the ratio of the wait, at a probability, to the plain estimate.

    Args:
        needed: the number of bursts still to come, more than 0.
        seen: the number of bursts that the estimate is based on, more than 0.
        probability: the probability of a shorter wait, between 0 and 1.
    """
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _incomplete_beta(needed, seen, middle) < probability:
            low = middle
        else:
            high = middle
    return math.inf if high == 1.0 else high / (1 - high) * seen / needed


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Compute the regularised incomplete beta function (DLMF 8.17.22) by Lentz's method."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    d = 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    c, value = 1.0, d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        before = value
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            value *= c * d
        if abs(value - before) <= 1e-12 * abs(value):
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY

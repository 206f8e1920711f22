"""Several lines as one, by hand and against a slow sum."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archguard_api.models import CurvePoint, TrendPoint
from archguard_api.services.summing import change_since, summed


def line(*points: tuple[int, int], reintroduced: int = 0) -> list[TrendPoint]:
    """Points (position, violations); position n is at second 10 * n."""
    return [
        TrendPoint(
            f"{at:040x}", 10 * at, violations, 0, 0, 0, reintroduced, False, 0, None, False, position=at
        )
        for at, violations in points
    ]


def test_counts_of_one_commit_are_added_up() -> None:
    first, second = line((0, 5), (1, 3)), line((0, 1), (1, 2), reintroduced=1)

    assert list(summed([first, second])) == [CurvePoint(0, 6, 1), CurvePoint(10, 5, 1)]


def test_a_contract_counts_from_its_first_point_and_stands_still_where_it_has_none() -> None:
    always, sometimes = line((0, 5), (1, 5), (2, 5), (3, 5)), line((1, 2), (3, 1))

    assert [one.violations for one in summed([always, sometimes])] == [5, 7, 7, 6]


@given(st.lists(st.dictionaries(st.integers(0, 12), st.integers(0, 9)), max_size=4))
def test_the_sum_is_that_of_the_last_count_of_each(contracts: list[dict[int, int]]) -> None:
    lines = [line(*sorted(one.items())) for one in contracts]
    positions = sorted({at for one in contracts for at in one})

    expected = [
        sum(one[max(known)] for one in contracts if (known := [at for at in one if at <= position]))
        for position in positions
    ]

    assert [one.violations for one in summed(lines)] == expected


def test_the_change_is_that_of_contracts_that_were_there_then() -> None:
    old, young = line((0, 9), (1, 8), (4, 3)), line((3, 100), (4, 90))

    assert change_since([old, young], 15) == 3 - 8
    assert change_since([old, young], 30) == (3 - 8) + (90 - 100)
    assert change_since([young], 15) is None
    assert change_since([], 15) is None

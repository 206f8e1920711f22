"""A limit allows as many events as it says, for each key."""

from __future__ import annotations

from archguard_api.http.rate_limit import RateLimit


def test_as_many_as_the_limit_are_allowed_and_no_more() -> None:
    limit = RateLimit.per_hour(3)

    assert [limit.allows("shop") for _ in range(5)] == [True, True, True, False, False]


def test_each_key_has_a_count_of_its_own() -> None:
    limit = RateLimit.per_hour(1)

    assert limit.allows("shop")
    assert not limit.allows("shop")
    assert limit.allows("other")


def test_the_wait_is_a_part_of_the_window() -> None:
    minute, hour = RateLimit.per_minute(1), RateLimit.per_hour(1)
    for limit in (minute, hour):
        limit.allows("shop")

    assert 1 <= minute.seconds_left("shop") <= 61
    assert 1 <= hour.seconds_left("shop") <= 3601

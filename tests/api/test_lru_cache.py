"""A cache forgets what was used longest ago, and only as much as it must."""

from __future__ import annotations

from archguard_api.lru_cache import LruCache


def test_the_value_used_longest_ago_goes_first() -> None:
    cache: LruCache[str, int] = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)

    assert cache.get("a") == 1  # now `b` is the older one
    cache.put("c", 3)

    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_weights_count_and_not_values() -> None:
    cache: LruCache[str, str] = LruCache(10, len)
    cache.put("a", "x" * 5)
    cache.put("b", "x" * 5)
    assert cache.get("a") is not None

    cache.put("c", "x")

    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]


def test_a_value_that_is_replaced_or_forgotten_weighs_nothing() -> None:
    cache: LruCache[str, str] = LruCache(10, len)
    for _ in range(3):
        cache.put("a", "x" * 4)
    cache.put("b", "x" * 4)
    cache.forget("b")
    cache.forget("b")
    cache.put("c", "x" * 6)

    assert [cache.get(key) is not None for key in "abc"] == [True, False, True]


def test_a_value_heavier_than_the_cache_stands_alone() -> None:
    cache: LruCache[str, str] = LruCache(10, len)
    cache.put("a", "x")
    cache.put("b", "x" * 11)

    assert cache.get("a") is None
    assert cache.get("b") == "x" * 11

"""A cache that forgets the values that were used longest ago."""

from __future__ import annotations

from archguard.lru_cache import LruCache


def test_the_value_that_was_used_longest_ago_is_dropped_first() -> None:
    cache: LruCache[str, int] = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)

    cache.get("a")
    cache.put("c", 3)

    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_values_are_dropped_until_their_weights_fit() -> None:
    cache: LruCache[str, int] = LruCache(10, weigh=lambda value: value)
    cache.put("a", 4)
    cache.put("b", 6)  # ten in all: fits exactly

    assert [cache.get(key) for key in "ab"] == [4, 6]

    cache.put("c", 5)

    assert [cache.get(key) for key in "abc"] == [None, None, 5]


def test_a_value_that_is_too_heavy_alone_is_kept_until_the_next_one() -> None:
    cache: LruCache[str, int] = LruCache(10, weigh=lambda value: value)
    cache.put("a", 11)

    assert cache.get("a") == 11

    cache.put("b", 1)

    assert [cache.get(key) for key in "ab"] == [None, 1]


def test_a_value_that_is_replaced_or_forgotten_weighs_nothing() -> None:
    cache: LruCache[str, int] = LruCache(10, weigh=lambda value: value)
    cache.put("a", 9)
    cache.put("a", 1)
    cache.put("b", 8)
    cache.forget("b")
    cache.put("c", 9)

    assert [cache.get(key) for key in "abc"] == [1, None, 9]

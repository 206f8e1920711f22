"""A least-recently-used cache for several threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Key = TypeVar("Key", bound="Hashable")
Value = TypeVar("Value")


class LruCache(Generic[Key, Value]):
    """Keeps the values used last, up to a total weight."""

    def __init__(self, max_weight: int, weigh: Callable[[Value], int] = lambda _: 1) -> None:
        """Create an empty cache.

        Args:
            max_weight: the total weight of the values; a single value may exceed it.
            weigh: return a value's weight; by default values are counted.
        """
        self._max_weight = max_weight
        self._weigh = weigh
        self._weight = 0
        self._values: OrderedDict[Key, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """Return the value, or None if it is not in the cache."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Add or replace a value; drop those used longest ago until the rest fits."""
        with self._lock:
            self._remove(key)
            self._values[key] = value
            self._weight += self._weigh(value)
            while self._weight > self._max_weight and len(self._values) > 1:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])

    def forget(self, key: Key) -> None:
        """Drop a value if it is in the cache."""
        with self._lock:
            self._remove(key)

    def _remove(self, key: Key) -> None:
        if key in self._values:
            self._weight -= self._weigh(self._values.pop(key))

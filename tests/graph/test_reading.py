"""A tree while it is read: imports come in order, before all is known."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from archguard.graph.discovery import Discovery, Module
from archguard.graph.model import Analysis, Import
from archguard.graph.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.graph.reading import Some

    HandOn = Callable[[Some], None]

FOUND = Discovery(
    roots=(),
    modules={name: Module(name, f"{name}.py", is_package=False) for name in ("a", "b", "c")},
    namespaces=frozenset(),
    unread=(),
)
IMPORTS = {name: (Import("a", line, lazy=False),) for line, name in enumerate("abc", start=1)}
ANALYSIS = Analysis(FOUND.modules, frozenset(), (), IMPORTS, {}, (), (), 3)


def test_what_is_read_in_any_order_comes_sorted() -> None:
    def read(hand_on: HandOn) -> Analysis:
        for name in "cab":
            hand_on({name: IMPORTS[name]})
        return ANALYSIS

    reading = Reading(FOUND, read)

    assert list(reading.imports()) == [("a", IMPORTS["a"]), ("b", IMPORTS["b"]), ("c", IMPORTS["c"])]
    assert reading.result() is ANALYSIS


def test_a_module_is_handed_on_before_the_next_one_is_read() -> None:
    seen = threading.Event()

    def read(hand_on: HandOn) -> Analysis:
        hand_on({"a": IMPORTS["a"]})
        assert seen.wait(10)
        hand_on({"b": IMPORTS["b"], "c": IMPORTS["c"]})
        return ANALYSIS

    names = []
    reading = Reading(FOUND, read)
    for name, _ in reading.imports():
        seen.set()
        names.append(name)

    assert names == ["a", "b", "c"]
    assert reading.result() is ANALYSIS


def test_a_module_of_which_nothing_is_known_is_passed_over() -> None:
    def read(hand_on: HandOn) -> Analysis:
        hand_on({"a": IMPORTS["a"], "b": None, "c": IMPORTS["c"]})
        return ANALYSIS

    assert [name for name, _ in Reading(FOUND, read).imports()] == ["a", "c"]


def test_where_reading_fails_nobody_waits_and_the_result_says_why() -> None:
    def read(hand_on: HandOn) -> Analysis:
        hand_on({"a": IMPORTS["a"]})
        raise FileNotFoundError

    reading = Reading(FOUND, read)

    assert [name for name, _ in reading.imports()] == ["a"]
    with pytest.raises(FileNotFoundError):
        reading.result()

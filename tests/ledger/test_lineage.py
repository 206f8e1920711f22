"""What is known at commits lives as long as a child needs it."""

from __future__ import annotations

import weakref

from archguard.ledger import Lineage


class State:
    """What is known at a commit."""


def test_a_commit_is_forgotten_when_its_last_child_is_stored() -> None:
    lineage: Lineage[State] = Lineage({"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")})
    states = {commit: State() for commit in "abcd"}
    references = {commit: weakref.ref(state) for commit, state in states.items()}
    alive = []
    for commit in "abcd":
        lineage.store(commit, states.pop(commit))
        alive.append("".join(name for name in "abcd" if name not in states and references[name]()))

    assert alive == ["a", "ab", "bc", "d"]


def test_only_the_last_commit_is_known_at_the_end() -> None:
    lineage: Lineage[str] = Lineage({"a": (), "b": ("a",)})
    assert lineage.last is None

    lineage.store("a", "first")
    assert lineage.find_parents("b") == ["first"]

    lineage.store("b", "second")
    assert lineage.last == "second"

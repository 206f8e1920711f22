"""A module's history, beside one that is counted commit by commit."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.api.snapshots import commit_id, history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.snapshot import Upload
    from archguard_api.store import Store
    from tests.api.snapshots import Edge

EDGES: list[Edge] = [("a", "old"), ("b", "old"), ("a", "older"), ("old", "older")]
_projects = itertools.count()
steps = st.lists(st.none() | st.sets(st.sampled_from(EDGES)), min_size=1, max_size=14).filter(
    lambda found: found[-1] is not None
)
"""The violations of each commit; None: the commit does not have the contract."""


def _uploads(found: Sequence[set[Edge] | None]) -> list[Upload]:
    uploads = history([edges or () for edges in found])
    return [
        one
        if edges is not None
        else one.model_copy(update={"snapshot": one.snapshot.model_copy(update={"contracts": ()})})
        for one, edges in zip(uploads, found, strict=True)
    ]


def _counted(found: Sequence[set[Edge] | None], module: str) -> list[tuple[str, int]]:
    """(commit, count) where the count changed; a commit without the contract changes nothing."""
    counts: list[tuple[str, int]] = []
    for number, edges in enumerate(found):
        if edges is not None:
            counts.append((commit_id(f"c{number}"), sum(module in edge for edge in edges)))
    return [
        one for at, one in enumerate(counts) if at in (0, len(counts) - 1) or one[1] != counts[at - 1][1]
    ]


@pytest.mark.slow
@given(steps, st.sampled_from(["a", "old", "older", "none"]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_what_counting_each_commit_gives(
    store: Store, found: list[set[Edge] | None], module: str
) -> None:
    project = f"shop{next(_projects)}"
    for one in _uploads(found):
        store.add_snapshot(project, one, token_id=None)

    told = store.get_module_history(project, "main", module)

    assert [(one.commit, one.violations) for one in told] == _counted(found, module)


def test_where_a_violation_came_back_is_told(store: Store) -> None:
    a, b = EDGES[:2]
    for one in history([[a], [], [a, b], [b], [], [a]]):
        store.add_snapshot("shop", one, token_id=None)

    told = store.get_module_history("shop", None, "old")

    assert [one.violations for one in told] == [1, 0, 2, 1, 0, 1]
    assert [one.reintroduced for one in told] == [0, 0, 1, 0, 0, 1]


def test_each_set_of_violations_is_read_once_however_many_violations_came_back(store: Store) -> None:
    edges: list[Edge] = [("old", f"legacy{number}") for number in range(20)]
    steps = [edges if number % 2 else [] for number in range(12)]
    for one in history([edges, *steps]):
        store.add_snapshot("shop", one, token_id=None)
    statements: list[str] = []
    event.listen(
        store._engines.reader,
        "before_cursor_execute",
        lambda *arguments: statements.append(arguments[2]),
    )

    told = store.get_module_history("shop", "main", "old")

    assert [one.violations for one in told] == [20, *([0, 20] * 6)]
    assert len(statements) < 2 * len(steps)


def test_a_line_made_anew_tells_the_same(store: Store) -> None:
    found: list[set[Edge] | None] = [{EDGES[0]}, set(), {EDGES[0]}, set(), {EDGES[0]}]
    for one in (uploads := _uploads(found))[::-1]:
        store.add_snapshot("shop", one, token_id=None)
    store.finish_rebuilds()
    assert len(uploads) == len(found)

    told = store.get_module_history("shop", "main", "a")

    assert [(one.commit, one.violations) for one in told] == _counted(found, "a")


def test_nothing_is_known_of_what_is_not_there(store: Store) -> None:
    store.add_snapshot("shop", history([[EDGES[0]]])[0], token_id=None)

    assert store.get_module_history("shop", "none", "a") == ()
    assert [one.violations for one in store.get_module_history("shop", "main", "other")] == [0]

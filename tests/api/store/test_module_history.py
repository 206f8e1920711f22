"""A module's history, beside one that is counted commit by commit."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event

from archguard_api.errors import BusyError
from archguard_api.store.schema import line_changes
from tests.api.snapshots import commit_id, contract, fork, history, violation

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


def test_as_many_statements_are_executed_however_long_the_line_is(store: Store) -> None:
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
    assert len(statements) < len(steps)


def test_a_contract_that_some_snapshots_lack_keeps_its_count_there(store: Store) -> None:
    """The other contract is there all the time: its count alone changes."""
    steps = [(["cart", "order"], 3), (["order"], 2), (["cart", "order"], 4), (["order"], 2)]
    for number, (names, edges) in enumerate([*steps, (["cart", "order"], 3)]):
        one = history([[]] * (number + 1))[number]
        broken = [
            violation(edge, contract=name)
            for name in names
            for edge in EDGES[: edges if name == "order" else 1]
        ]
        verdicts = tuple(
            contract(sum(it.contract == name for it in broken), name=name) for name in names
        )
        contents = {"contracts": verdicts, "violations": tuple(broken)}
        snapshot = one.snapshot.model_copy(update=contents)
        store.add_snapshot("shop", one.model_copy(update={"snapshot": snapshot}), token_id=None)

    told = store.get_module_history("shop", "main", "a")

    assert [one.violations for one in told] == [3, 2, 3, 2, 3]


def test_a_line_that_turns_off_within_a_row_tells_what_one_in_order_does(store: Store) -> None:
    a, b, c, _ = EDGES
    line = history([[a], [a, b], [b], [], [b, c], [a, b]])
    other = fork(3, [[a, b, c], [c], [a]])
    for one in (*line, *other):
        store.add_snapshot("shop", one, token_id=None)
        store.upkeep.finish_rebuilds("shop")
    for one in (*line[:4], *other):
        store.add_snapshot("in-order", one, token_id=None)

    for module in ("a", "old", "older"):
        told = store.get_module_history("shop", "main", module)
        assert told == store.get_module_history("in-order", "main", module)
        assert len(told) > 2


def test_what_an_earlier_version_stored_is_worked_out_part_by_part(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archguard_api.store.branch_writer.CHECKPOINT_EVERY", 4)
    a, b, c, d = EDGES
    steps = [[a], [a, b], [b], [b, c], [a, d], [], [a], [c], [a, c], [d]]
    uploads = history(steps)
    for one in uploads[:-1]:
        store.add_snapshot("shop", one, token_id=None)
    store._database.write(lambda connection: connection.execute(delete(line_changes)))

    with pytest.raises(BusyError, match="after an upgrade"):
        store.get_module_history("shop", "main", "a")

    assert store.upkeep.add_missing_changes()  # from the last checkpoint on
    store.add_snapshot("shop", uploads[-1], token_id=None)
    with pytest.raises(BusyError, match="after an upgrade"):
        store.get_module_history("shop", "main", "a")
    parts = 1
    while store.upkeep.add_missing_changes():
        parts += 1
    assert parts == 3
    told = store.get_module_history("shop", "main", "a")
    assert [(one.commit, one.violations) for one in told] == _counted([*map(set, steps)], "a")


def test_a_line_that_was_rebuilt_meanwhile_gets_nothing_of_the_old_one(store: Store) -> None:
    a, b, c, _ = EDGES
    line = history([[a], [a, b], [b], []])
    for one in line:
        store.add_snapshot("shop", one, token_id=None)
    store._database.write(lambda connection: connection.execute(delete(line_changes)))

    def rebuild() -> None:
        for one in fork(1, [[c], [a, c], [c]]):
            store.add_snapshot("shop", one, token_id=None)
        store.upkeep.finish_rebuilds()

    assert store.upkeep.add_missing_changes(pause=rebuild)
    while store.upkeep.add_missing_changes():
        pass

    told = store.get_module_history("shop", "main", "a")
    assert [one.violations for one in told] == [1, 2, 1]


def test_a_line_made_anew_tells_the_same(store: Store) -> None:
    found: list[set[Edge] | None] = [{EDGES[0]}, set(), {EDGES[0]}, set(), {EDGES[0]}]
    for one in (uploads := _uploads(found))[::-1]:
        store.add_snapshot("shop", one, token_id=None)
    store.upkeep.finish_rebuilds()
    assert len(uploads) == len(found)

    told = store.get_module_history("shop", "main", "a")

    assert [(one.commit, one.violations) for one in told] == _counted(found, "a")


def test_nothing_is_known_of_what_is_not_there(store: Store) -> None:
    store.add_snapshot("shop", history([[EDGES[0]]])[0], token_id=None)

    assert store.get_module_history("shop", "none", "a") == ()
    assert [one.violations for one in store.get_module_history("shop", "main", "other")] == [0]

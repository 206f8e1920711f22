"""What differs between two snapshots, and what the line tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard_api.errors import NotFoundError
from archguard_api.models import Edge, ViolationAdded, ViolationId
from tests.api.snapshots import CONTRACT, DAY, START, commit_id, contract, history, upload

if TYPE_CHECKING:
    from archguard.snapshot import Upload
    from archguard_api.models import Comparison
    from archguard_api.store import Store

A, B = ("shop.a", "shop.old"), ("shop.b", "shop.old")


def _between(store: Store, base: int | None, head: int, branch: str | None = None) -> Comparison:
    before = None if base is None else commit_id(f"c{base}")
    return store.compare_snapshots("shop", before, commit_id(f"c{head}"), branch)


def test_a_difference_is_told_both_ways(store: Store) -> None:
    store.add_snapshot("shop", upload("c0", [A], others=[("shop.x", "shop.y")]), token_id=None)
    store.add_snapshot("shop", upload("c1", [B], parent="c0", at=START + DAY), token_id=None)

    found = store.compare_snapshots("shop", commit_id("c0"), commit_id("c1")[:9])

    assert (found.base, found.base_at) == (commit_id("c0"), START)
    assert (found.head, found.head_at) == (commit_id("c1"), START + DAY)
    assert found.violations_added == (ViolationAdded(CONTRACT, *B, reintroduced=False),)
    assert found.violations_fixed == (ViolationId(CONTRACT, *A),)
    assert found.graphs
    assert found.imports_added == (Edge(*B),)
    assert found.imports_removed == (Edge(*A), Edge("shop.x", "shop.y"))
    assert found.modules_added == ("shop.b",)
    assert found.modules_removed == ("shop.a", "shop.x", "shop.y")


def test_a_difference_to_nothing_is_not_found(store: Store) -> None:
    store.add_snapshot("shop", upload("c0"), token_id=None)

    with pytest.raises(NotFoundError):
        store.compare_snapshots("shop", commit_id("c0"), commit_id("c1"))
    with pytest.raises(NotFoundError):
        store.compare_snapshots("shop", commit_id("c0"), commit_id("c0"), "none")


def test_without_a_base_it_is_what_stands_before_on_the_line(store: Store) -> None:
    for number in (2, 0, 1):  # in another order than they stand in
        store.add_snapshot("shop", history([[A], [A, B], [B]])[number], token_id=None)
    store.upkeep.finish_rebuilds()

    found = _between(store, None, 2)

    assert found.base == commit_id("c1")
    assert found.violations_fixed == (ViolationId(CONTRACT, *A),)


def test_each_branch_has_its_own_line(store: Store) -> None:
    for one in history([[A], [B]]):
        store.add_snapshot("shop", one, token_id=None)
    store.add_snapshot("shop", upload("c0", [A], branch="dev"), token_id=None)
    store.add_snapshot("shop", upload("d", [], parent="c0", branch="dev", at=START + DAY), token_id=None)

    assert store.compare_snapshots("shop", None, commit_id("d"), "dev").base == commit_id("c0")
    with pytest.raises(NotFoundError, match="does not have this commit"):
        store.compare_snapshots("shop", None, commit_id("d"))


def test_nothing_stands_before_the_first(store: Store) -> None:
    for one in history([[A], [B]]):
        store.add_snapshot("shop", one, token_id=None)

    with pytest.raises(NotFoundError, match="first snapshot"):
        _between(store, None, 0)


@pytest.mark.parametrize(
    ("base", "head", "back"),
    [
        (1, 2, {A}),
        (2, 3, set()),  # B is new
        (1, 3, {A}),
        (0, 3, set()),  # A is in both
        (3, 4, set()),
        (4, 5, {A, B}),
    ],
)
def test_what_was_there_before_the_base_was_reintroduced(
    base: int, head: int, back: set[tuple[str, str]], store: Store
) -> None:
    for one in history([[A], [], [A], [A, B], [], [A, B]]):
        store.add_snapshot("shop", one, token_id=None)

    added = _between(store, base, head).violations_added

    assert {(one.importer, one.imported) for one in added if one.reintroduced} == back
    assert all(one.reintroduced is not None for one in added)


def test_where_the_line_does_not_lead_from_one_to_the_other_it_does_not_tell(store: Store) -> None:
    for one in history([[A], [B], [A]]):
        store.add_snapshot("shop", one, token_id=None)
    store.add_snapshot("shop", upload("d", [A], parent="c1", branch="dev"), token_id=None)
    aside = store.compare_snapshots("shop", commit_id("c1"), commit_id("d"))

    assert _between(store, 2, 1).violations_added == (ViolationAdded(CONTRACT, *B, reintroduced=None),)
    assert aside.violations_added == (ViolationAdded(CONTRACT, *A, reintroduced=None),)
    assert _between(store, 1, 1).violations_added == ()


def _with_contracts(one: Upload, *names: str) -> Upload:
    contracts = tuple(
        found if found.id == CONTRACT else found.model_copy(update={"violations": 0})
        for found in (*one.snapshot.contracts, *(contract(0, name=name) for name in names))
    )
    return one.model_copy(update={"snapshot": one.snapshot.model_copy(update={"contracts": contracts})})


def test_contracts_that_differ_are_told_and_no_others(store: Store) -> None:
    first, second = history([[A], [A, B]])
    store.add_snapshot("shop", _with_contracts(first, "gone", "same"), token_id=None)
    store.add_snapshot("shop", _with_contracts(second, "new", "same"), token_id=None)

    found = {one.id: one for one in _between(store, 0, 1).contracts}

    assert list(found) == ["gone", "new", CONTRACT]
    assert (found["gone"].after, found["new"].before) == (None, None)
    changed = found[CONTRACT]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before.violations, changed.after.violations) == (1, 2)


def test_a_contract_that_the_base_does_not_have_reintroduces_nothing(store: Store) -> None:
    steps = history([[A], [], [A], [], [A]])
    without = steps[3].snapshot.model_copy(update={"contracts": ()})
    for one in (*steps[:3], steps[3].model_copy(update={"snapshot": without}), steps[4]):
        store.add_snapshot("shop", one, token_id=None)

    added = ViolationAdded(CONTRACT, *A, reintroduced=False)
    assert _between(store, 3, 4).violations_added == (added,)

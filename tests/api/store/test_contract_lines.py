"""Contracts come, go, are renamed, and sometimes cannot be judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard_api.models import Retirement
from archguard_api.store.contract_lines import add_renamed, list_previous_ids
from tests.api.snapshots import CONTRACT, DAY, START, commit_id, contract, graph, upload, violation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from archguard.snapshot import Upload
    from archguard_api.store import Store
    from tests.api.snapshots import Edge

A, B, C = (("shop.a", "old"), ("shop.b", "old"), ("shop.c", "old"))


def _step(
    number: int,
    contracts: dict[str, Sequence[Edge] | None],
    imports: Iterable[Edge],
    previous: dict[str, tuple[str, ...]] | None = None,
) -> Upload:
    """The upload of a commit of a line: violations by contract, None for no verdict; all its imports."""
    plain = upload(
        number,
        parent=number - 1 if number else None,
        ancestors=range(number - 2, -1, -1),
        at=START + number * DAY,
    )
    made = tuple(
        contract(len(edges or ()), name=name).model_copy(
            update={"unjudged": edges is None, "previous_ids": (previous or {}).get(name, ())}
        )
        for name, edges in contracts.items()
    )
    found = sorted(
        (violation(edge, contract=name) for name, edges in contracts.items() for edge in edges or ()),
        key=lambda one: one.identity,
    )
    changed = plain.snapshot.model_copy(
        update={"contracts": made, "violations": tuple(found), "graph": graph(imports, ["shop"])}
    )
    return plain.model_copy(update={"snapshot": changed})


def _add(store: Store, uploads: Iterable[Upload]) -> None:
    for one in uploads:
        store.add_snapshot("shop", one, token_id=None)
    store.upkeep.finish_rebuilds()


def _counts(store: Store, name: str = CONTRACT) -> list[tuple[int | None, int, int, int, int | None]]:
    """(violations, added, fixed, reintroduced, dropped) at each point."""
    return [
        (point.violations, point.added, point.fixed, point.reintroduced, point.dropped)
        for point in store.get_trend("shop", name)
    ]


REMOVED = [
    _step(0, {CONTRACT: [A, B, C], "other": [A]}, [A, B, C]),
    _step(1, {CONTRACT: [A, B], "other": [A]}, [A, B]),
    _step(2, {"other": [A]}, [A]),
    _step(3, {"other": []}, [A, B]),
]
RETURNED = [*REMOVED, _step(4, {CONTRACT: [A, B], "other": []}, [A, B])]


@pytest.mark.parametrize("order", [1, -1], ids=["in-order", "backwards"])
def test_a_contract_that_is_removed_is_retired_and_keeps_its_line(store: Store, order: int) -> None:
    _add(store, REMOVED[::order])

    present, retired = store.get_contracts_at_tip("shop")

    assert (present.contract.id, present.retired) == ("other", None)
    assert retired.contract.id == CONTRACT
    assert retired.retired == Retirement(START + 2 * DAY, commit_id(2), 2)
    assert _counts(store) == [(3, 3, 0, 0, 0), (2, 0, 1, 0, 0)]
    assert _counts(store, "other") == [
        (1, 1, 0, 0, 0),
        (1, 0, 0, 0, 0),
        (1, 0, 0, 0, 0),
        (0, 0, 0, 0, 1),
    ]


@pytest.mark.parametrize("order", [1, -1], ids=["in-order", "backwards"])
def test_a_return_ends_it_and_brings_back_only_what_was_fixed(store: Store, order: int) -> None:
    _add(store, RETURNED[::order])

    assert [one.retired for one in store.get_contracts_at_tip("shop")] == [None, None]
    assert _counts(store)[-1] == (2, 2, 0, 1, 0)  # B's import was removed and came back; A's never was
    first, second = store.list_open_violations("shop", None, limit=9).items
    assert (first.importer, first.times, first.introduced.commit) == ("shop.a", 1, commit_id(0))
    assert (second.importer, second.times, second.introduced.commit) == ("shop.b", 2, commit_id(4))


def test_what_is_excepted_is_dropped_and_not_listed_as_fixed(store: Store) -> None:
    _add(store, [_step(0, {CONTRACT: [A, B, C]}, [A, B, C]), _step(1, {CONTRACT: [C]}, [B, C])])

    assert _counts(store)[-1] == (1, 0, 1, 0, 1)
    assert [one.importer for one in store.list_fixed_violations("shop", None, limit=9).items] == [
        "shop.a"
    ]
    comparison = store.compare_snapshots("shop", commit_id(0), commit_id(1))
    assert [one.importer for one in comparison.violations_fixed] == ["shop.a"]
    assert [one.importer for one in comparison.violations_dropped or ()] == ["shop.b"]


def test_an_import_of_what_is_below_the_module_is_still_an_import_of_it(store: Store) -> None:
    below: list[Edge] = [("shop.a", "old.part"), ("shop.b", "older")]

    _add(store, [_step(0, {CONTRACT: [A, B]}, [A, B]), _step(1, {CONTRACT: []}, [*below, C])])

    assert _counts(store)[-1] == (0, 0, 1, 0, 1)


def test_of_an_unchanged_contract_that_follows_chains_a_cut_chain_is_a_fix(store: Store) -> None:
    steps = [_step(0, {CONTRACT: [A]}, [A]), _step(1, {CONTRACT: []}, [A])]

    def follow_chains(one: Upload, configuration: str) -> Upload:
        contracts = tuple(c.model_copy(update={"type": "layers"}) for c in one.snapshot.contracts)
        changed = {"contracts": contracts, "configuration": configuration}
        return one.model_copy(update={"snapshot": one.snapshot.model_copy(update=changed)})

    for project, second in (("same", "aa" * 32), ("changed", "bb" * 32)):
        for one, configuration in zip(steps, ("aa" * 32, second), strict=True):
            store.add_snapshot(project, follow_chains(one, configuration), token_id=None)

    lasts = {name: store.get_trend(name, CONTRACT)[-1] for name in ("same", "changed")}
    assert {name: (last.fixed, last.dropped) for name, last in lasts.items()} == {
        "same": (1, 0),
        "changed": (0, 1),
    }


RENAMED = [
    _step(0, {"cart": [A, B, C]}, [A, B, C]),
    _step(1, {"cart": [B, C]}, [B, C]),
    _step(2, {"one-cart": [A, B]}, [A, B, C], {"one-cart": ("cart",)}),
    _step(3, {"one-cart": [B]}, [B, C]),  # what renamed it is no longer said
]


@pytest.mark.parametrize("order", [1, -1], ids=["in-order", "backwards"])
def test_a_renamed_contract_goes_on_with_the_line_of_its_previous_id(store: Store, order: int) -> None:
    _add(store, RENAMED[::order])

    (now,) = store.get_contracts_at_tip("shop")

    assert (now.contract.id, now.previous_ids, now.retired) == ("one-cart", ("cart",), None)
    assert _counts(store, "one-cart") == [
        (3, 3, 0, 0, 0),
        (2, 0, 1, 0, 0),
        (2, 1, 0, 1, 1),
        (1, 0, 1, 0, 0),
    ]
    (open_,) = store.list_open_violations("shop", None, limit=9).items
    assert (open_.contract, open_.introduced.commit, open_.times) == ("one-cart", commit_id(0), 1)
    assert [one.violations for one in store.get_module_history("shop", None, "old")] == [3, 2, 1]


def test_a_comparison_over_a_renaming_is_one_of_one_contract(store: Store) -> None:
    _add(store, RENAMED)

    comparison = store.compare_snapshots("shop", commit_id(1), commit_id(2))

    assert [one.importer for one in comparison.violations_added] == ["shop.a"]
    assert [one.importer for one in comparison.violations_dropped or ()] == ["shop.c"]
    assert comparison.violations_fixed == ()
    assert comparison.contracts == ()


def test_renamed_without_its_previous_id_all_is_dropped_and_the_new_one_begins(store: Store) -> None:
    _add(
        store,
        [
            _step(0, {"cart": [A, B]}, [A, B]),
            _step(1, {"one-cart": [A, B]}, [A, B]),
        ],
    )

    new, old = store.get_contracts_at_tip("shop")

    assert (new.contract.id, new.retired, new.previous_ids) == ("one-cart", None, ())
    assert (old.contract.id, old.retired) == ("cart", Retirement(START + DAY, commit_id(1), 2))
    assert [one.contract for one in store.list_open_violations("shop", None, limit=9).items] == [
        "one-cart",
        "one-cart",
    ]
    comparison = store.compare_snapshots("shop", commit_id(0), commit_id(1))
    assert {one.contract for one in comparison.violations_dropped or ()} == {"cart"}
    assert comparison.violations_fixed == ()


def test_a_contract_that_could_not_be_judged_is_a_gap_and_keeps_what_was_open(store: Store) -> None:
    steps = [
        _step(0, {CONTRACT: [A, B]}, [A, B]),
        _step(1, {CONTRACT: None}, [A]),
        _step(2, {CONTRACT: [A]}, [A]),
    ]

    _add(store, steps)

    assert _counts(store) == [(2, 2, 0, 0, 0), (None, 0, 0, 0, None), (1, 0, 1, 0, 0)]
    gap = store.get_trend("shop", CONTRACT)[1]
    assert (gap.exposure, gap.kept, gap.adoption) == (None, None, None)


def test_a_comparison_with_a_snapshot_without_verdict_says_nothing_of_the_contract(store: Store) -> None:
    _add(store, [_step(0, {CONTRACT: [A, B]}, [A, B]), _step(1, {CONTRACT: None}, [A])])

    comparison = store.compare_snapshots("shop", commit_id(0), commit_id(1))

    assert comparison.violations_fixed == comparison.violations_added == ()
    assert comparison.violations_dropped == ()
    (changed,) = comparison.contracts
    assert changed.after is None


def test_an_id_that_is_taken_back_leads_nowhere_any_more() -> None:
    there = contract(0, name="new").model_copy(update={"previous_ids": ("old", "older")})
    back = contract(0, name="old").model_copy(update={"previous_ids": ("new",)})

    renamed = add_renamed(add_renamed({}, [there]), [back])

    assert renamed == {"older": "new", "new": "old"}
    assert list_previous_ids("old", renamed) == ("new", "older")
    assert list_previous_ids("new", {"new": "old", "old": "new"}) == ("old",)


def test_what_exceptions_hide_is_unknown_of_older_snapshots(store: Store) -> None:
    def send(number: int, allowed: int | None) -> Upload:
        step = _step(number, {CONTRACT: (A,)}, [A])
        (one,) = step.snapshot.contracts
        contracts = (one.model_copy(update={"allowed": allowed}),)
        snapshot = step.snapshot.model_copy(update={"format_version": 2, "contracts": contracts})
        return step.model_copy(update={"snapshot": snapshot})

    _add(store, [send(0, None), send(1, 0), send(2, 48)])

    assert [point.allowed for point in store.get_trend("shop", CONTRACT)] == [None, 0, 48]

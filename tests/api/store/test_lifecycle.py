"""What a branch's snapshots tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from archguard.contract_types.verdict import Edge
from archguard.ledger import ContractViolations, HistoryLedger
from archguard_api.store.blob_format import pack_identities
from archguard_api.store.branch_writer import BranchViolations
from archguard_api.store.checkpoints import pack_state
from archguard_api.store.lifecycle import Judged, Point, SnapshotResult, advance
from archguard_api.store.line_state import LineState, restore_state
from archguard_api.store.unknown_violations import UnreadParts
from tests.ledger.stories import make_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard_api.store.blob_format import Identity

    Chapter = tuple[set[int], frozenset[Identity], set[int]]

CONTRACTS = (1, 2)
EDGES = st.frozensets(st.tuples(st.sampled_from(CONTRACTS), st.integers(10, 12), st.integers(20, 21)))
CHAPTERS = st.lists(
    st.tuples(st.sets(st.sampled_from(CONTRACTS), min_size=1), EDGES, st.sets(st.integers(10, 12))),
    max_size=12,
)
"""Each the contracts that are judged, what exists, and the importers that cannot be read."""


def _chapter(
    number: int, contracts: set[int], identities: frozenset[Identity], unread: set[int]
) -> tuple[SnapshotResult, frozenset[Identity]]:
    seen = frozenset(one for one in identities if one[0] in contracts and one[1] not in unread)
    judged = tuple(
        Judged(
            contract,
            sum(one[0] == contract for one in seen),
            0,
            False,
            False,
            None,
            has_verdict=contract in contracts,
        )
        for contract in CONTRACTS
    )
    result = SnapshotResult(number, 1000 + number, judged, unread=UnreadParts(frozenset(unread)))
    return result, seen


def _list_judged(points: Iterable[Point]) -> list[Point]:
    return [point for point in points if point.judged.has_verdict]


def _edge(identity: Identity) -> Edge:
    return Edge(str(identity[1]), str(identity[2]))


@given(CHAPTERS)
def test_it_is_what_the_ledger_says_of_each_contract(chapters: list[Chapter]) -> None:
    ledger = HistoryLedger(make_line(map(str, range(len(chapters)))))
    state = BranchViolations(0, {}, frozenset())
    for number, (contracts, identities, unread) in enumerate(chapters):
        chapter, seen = _chapter(number, contracts, identities, unread)
        told = advance(state.lifecycles, state.open, chapter, seen, state.unknown)
        state = state.update(number, told)

        def is_unknown(edge: Edge, _: bool, unread: set[int] = unread) -> bool:
            return int(edge.importer) in unread

        changes = ledger.advance(
            str(number),
            chapter.committed_at,
            {
                str(contract): ContractViolations(
                    {_edge(one) for one in seen if one[0] == contract}, is_unknown
                )
                for contract in contracts
            },
        )
        assert not told.new.keys() & told.changed.keys()
        for point in _list_judged(told.points):
            change = changes[str(point.judged.contract)]
            assert (point.added, point.fixed, point.reintroduced, point.unknown) == (
                len(change.added),
                len(change.fixed),
                len(change.reintroduced),
                len(change.unknown),
            )
    fates, open_, unknown = state.lifecycles, state.open, state.unknown
    assert open_ == {one for one, fate in fates.items() if fate.is_open}
    assert unknown == {one for one, fate in fates.items() if fate.unknown}
    for contract in CONTRACTS:
        told_open = {
            _edge(one): (str(fates[one].introduced), fates[one].introduced_at, fates[one].times)
            for one in open_
            if one[0] == contract
        }
        assert told_open == {
            edge: (one.introduced, one.introduced_at, one.times)
            for edge, one in ledger.open_violations.get(str(contract), {}).items()
        }


@given(CHAPTERS)
def test_the_sums_of_each_contract_add_up(chapters: list[Chapter]) -> None:
    state = BranchViolations(0, {}, frozenset())
    totals = dict.fromkeys(CONTRACTS, 0)
    for number, chapter in enumerate(chapters):
        told = advance(state.lifecycles, state.open, *_chapter(number, *chapter), state.unknown)
        state = state.update(number, told)
        for point in _list_judged(told.points):
            contract = point.judged.contract
            totals[contract] += point.added - point.fixed
            assert point.judged.violations + point.unknown == totals[contract]


@given(CHAPTERS, st.sets(st.integers(1, 11)))
def test_by_differences_and_over_checkpoints_it_is_the_same(
    chapters: list[Chapter], checkpoints: set[int]
) -> None:
    state = BranchViolations(0, {}, frozenset())
    line = LineState(0, {})
    for number, chapter in enumerate(chapters):
        result, seen = _chapter(number + 1, *chapter)
        if number in checkpoints:
            line = restore_state(number, pack_state(line.lifecycles, line.unread), line.listed)
        told = advance(state.lifecycles, state.open, result, seen, state.unknown, state.unread)
        assert line.advance(result, pack_identities(sorted(seen))).points == told.points
        state = state.update(number, told)
    assert line.lifecycles == state.lifecycles
    assert line.unread is None or line.unread.once_read == (state.unread or line.unread).once_read


PRESENCES = st.lists(st.tuples(st.sets(st.sampled_from(CONTRACTS)), EDGES, EDGES), max_size=10)
"""Each the contracts that there are, what they count, and the imports that are there beside that."""


@given(PRESENCES)
def test_what_is_gone_is_dropped_if_its_import_is_there_and_else_fixed(
    chapters: list[tuple[set[int], frozenset[Identity], frozenset[Identity]]],
) -> None:
    state = BranchViolations(0, {}, frozenset())
    before: frozenset[Identity] = frozenset()
    for number, (contracts, identities, others) in enumerate(chapters, 1):
        listed = frozenset(one for one in identities if one[0] in contracts)
        imports = {one[1:] for one in identities | others}

        def find(gone: Set[Identity], imports: Set[object] = imports) -> frozenset[Identity]:
            return frozenset(one for one in gone if one[1:] in imports)

        judged = tuple(Judged(one, 0, 0, False, False, None) for one in sorted(contracts))
        result = SnapshotResult(number, number, judged, find_still_imported=find)
        told = advance(state.lifecycles, state.open, result, listed, state.unknown)
        state = state.update(number, told)

        gone = before - listed
        assert state.open == listed
        assert {one for one in gone if state.lifecycles[one].dropped} == find(gone)
        for point in told.points:
            of_contract = {one for one in gone if one[0] == point.judged.contract}
            assert point.dropped == len(find(of_contract))
            assert point.fixed == len(of_contract) - point.dropped
        before = listed


def test_of_a_pruned_graph_nobody_knows_what_was_dropped() -> None:
    judged = (Judged(1, 0, 0, True, True, None),)
    first = advance({}, frozenset(), SnapshotResult(1, 1, judged), frozenset({(1, 10, 20)}))
    result = SnapshotResult(2, 2, judged, find_still_imported=lambda _: None)

    (point,) = advance(first.new, first.opened, result, frozenset()).points

    assert (point.fixed, point.dropped) == (1, None)


def _go_on_as(*, previous: tuple[int, ...], listed: frozenset[Identity]) -> BranchViolations:
    """Contract 1 has three violations, of which the first is fixed; then contract 2 comes instead."""
    state = BranchViolations(0, {}, frozenset())
    old = (Judged(1, 3, 0, False, False, None),)
    for number, edges in enumerate([{10, 11, 12}, {11, 12}], 1):
        seen = frozenset((1, one, 20) for one in edges)
        told = advance(state.lifecycles, state.open, SnapshotResult(number, number, old), seen)
        state = state.update(number, told)
    new = (Judged(2, 2, 0, False, False, None, previous=previous),)
    result = SnapshotResult(3, 3, new, find_still_imported=frozenset)
    told = advance(state.lifecycles, state.open, result, listed)
    (point,) = told.points
    assert (point.added, point.fixed, point.reintroduced, point.dropped) == (
        (1, 0, 1, 1) if previous else (2, 0, 0, 0)
    )
    return state.update(3, told)


def test_a_renamed_contract_s_violations_go_on_under_its_new_id() -> None:
    after = _go_on_as(previous=(1,), listed=frozenset({(2, 10, 20), (2, 11, 20)}))

    assert after.open == {(2, 10, 20), (2, 11, 20)}
    assert [
        (after.lifecycles[2, one, 20].first, after.lifecycles[2, one, 20].times) for one in (10, 11)
    ] == [(1, 2), (1, 1)]
    assert after.lifecycles[2, 12, 20].dropped


def test_without_its_previous_id_a_renamed_contract_is_another_one() -> None:
    after = _go_on_as(previous=(), listed=frozenset({(2, 10, 20), (2, 11, 20)}))

    assert after.open == {(2, 10, 20), (2, 11, 20)}
    assert {one.first for key, one in after.lifecycles.items() if key[0] == 2} == {3}
    assert all(after.lifecycles[1, one, 20].dropped for one in (11, 12))

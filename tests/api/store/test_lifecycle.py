"""What a branch's snapshots tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from archguard.contract_types.verdict import Edge
from archguard.ledger import ContractLifecycle
from archguard_api.store.lifecycle import Judged, SnapshotResult, advance

if TYPE_CHECKING:
    from archguard.ledger import ViolationLifecycle
    from archguard_api.store.blob_format import Identity

CONTRACTS = (1, 2)
EDGES = st.frozensets(st.tuples(st.sampled_from(CONTRACTS), st.integers(10, 12), st.integers(20, 21)))
CHAPTERS = st.lists(st.tuples(st.sets(st.sampled_from(CONTRACTS), min_size=1), EDGES), max_size=12)


def _chapter(number: int, contracts: set[int], identities: frozenset[Identity]) -> SnapshotResult:
    judged = tuple(
        Judged(one, sum(edge[0] == one for edge in identities), 0, False, False, None)
        for one in sorted(contracts)
    )
    return SnapshotResult(
        number, 1000 + number, judged, frozenset(one for one in identities if one[0] in contracts)
    )


def _edge(identity: Identity) -> Edge:
    return Edge(str(identity[1]), str(identity[2]))


@given(CHAPTERS)
def test_it_is_what_the_ledger_says_of_each_contract(
    chapters: list[tuple[set[int], frozenset[Identity]]],
) -> None:
    lifecycles = {contract: ContractLifecycle() for contract in CONTRACTS}
    fates: dict[Identity, ViolationLifecycle[int]] = {}
    open_: frozenset[Identity] = frozenset()
    for number, (contracts, identities) in enumerate(chapters):
        chapter = _chapter(number, contracts, identities)
        told = advance(fates, open_, chapter)
        fates = {**fates, **told.new, **told.changed}
        open_ = told.open

        assert not told.new.keys() & told.changed.keys()
        for point in told.points:
            contract = point.judged.contract
            change = lifecycles[contract].advance(
                str(number),
                chapter.committed_at,
                {_edge(one) for one in chapter.violations if one[0] == contract},
            )
            assert (point.added, point.fixed, point.reintroduced) == (
                len(change.added),
                len(change.fixed),
                len(change.reintroduced),
            )
    assert open_ == {one for one, fate in fates.items() if fate.is_open}
    for contract, lifecycle in lifecycles.items():
        told_open = {
            _edge(one): (str(fates[one].introduced), fates[one].introduced_at, fates[one].times)
            for one in open_
            if one[0] == contract
        }
        assert told_open == {
            edge: (one.introduced, one.introduced_at, one.times) for edge, one in lifecycle.open.items()
        }

"""The imports to blame, compared with every other set of added imports on small random graphs."""

from __future__ import annotations

import random
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from archguard.configuration import ContractConfiguration
from archguard.consolidation.cause_search import BrokenContract, find_causes
from archguard.contract_types.loaded_contract import load_contracts
from archguard.contract_types.verdict import Edge
from tests.contract_types.graphs import Session, graph_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from archguard.consolidation.cause_search import CausesFound
    from archguard.contract_types.loaded_contract import LoadedContract
    from archguard.graph.grimp_api import ImportGraph

    Violations = set[tuple[str, Edge]]

LAYERS = ("layers", {"layers": ["a.high", "a.mid", "a.low"]})
FORBIDDEN = ("forbidden", {"source_modules": ["a.low"], "forbidden_modules": ["a.high", "a.x"]})
INDEPENDENCE = ("independence", {"modules": ["a.low", "a.x", "a.y"]})
CYCLES = ("acyclic_siblings", {"ancestors": ["a"]})
DIRECT = (
    "forbidden",
    {"source_modules": ["a.y"], "forbidden_modules": ["a.mid"], "allow_indirect_imports": "True"},
)
MODULES = [
    f"a.{part}{end}" for part in ("low", "mid", "high", "x", "y", "z") for end in ("", ".one", ".two")
]


def load(*contracts: tuple[str, dict[str, Any]]) -> list[LoadedContract]:
    configurations = [
        ContractConfiguration(f"{type_}-{number}", type_, type_, options)
        for number, (type_, options) in enumerate(contracts)
    ]
    return load_contracts(Session().configuration(*configurations), trust_contract_types=False)


def judge(
    contracts: Iterable[LoadedContract], imports: Iterable[Edge], modules: Iterable[str] = MODULES
) -> Violations:
    graph = make_graph(imports, modules)
    return {(one.id, edge) for one in contracts for edge in one.judge(graph).finding.edges}


def make_graph(imports: Iterable[Edge], modules: Iterable[str] = MODULES) -> ImportGraph:
    return graph_of(*(" -> ".join(edge) for edge in sorted(imports)), modules=modules)


def blame(
    contracts: list[LoadedContract], old: Set[Edge], added: Set[Edge]
) -> tuple[CausesFound, Violations]:
    new = judge(contracts, old | added) - judge(contracts, old)
    by_contract = {one.id: {edge for contract, edge in new if contract == one.id} for one in contracts}
    graph = make_graph(old | added)
    found = find_causes(
        [
            BrokenContract(one.id, partial(one.find_passages, graph), added - old, by_contract[one.id])
            for one in contracts
        ]
    )
    assert found is not None
    return found, new


def draw(seed: int) -> tuple[list[LoadedContract], set[Edge], set[Edge]]:
    """Draw contracts, a graph, and what a change adds to it."""
    choice = random.Random(seed)
    contracts: list[tuple[str, dict[str, Any]]] = choice.sample(
        [LAYERS, FORBIDDEN, INDEPENDENCE, CYCLES, DIRECT], choice.randint(1, 4)
    )
    pairs = [Edge(one, other) for one in MODULES for other in MODULES if one != other]
    pairs = [edge for edge in pairs if not edge.imported.startswith(f"{edge.importer}.")]
    old = set(choice.sample(pairs, choice.randint(0, 14)))
    added = set(choice.sample(pairs, choice.randint(1, 9))) - old
    return load(*contracts), old, added


@pytest.mark.parametrize("seed", range(200))
def test_no_smaller_set_removes_exactly_the_new_violations(seed: int) -> None:
    contracts, old, added = draw(seed)
    found, new = blame(contracts, old, added)

    def removes_exactly(imports: Iterable[Edge]) -> bool:
        return judge(contracts, (old | added) - set(imports)) == judge(contracts, old | added) - new

    size = len(found.cut.edges)
    equals = [one for one in combinations(sorted(added), size) if removes_exactly(one)]
    smaller = [
        one
        for number in range(size)
        for one in combinations(sorted(added), number)
        if removes_exactly(one)
    ]
    assert smaller == []
    assert tuple(sorted(found.cut.edges)) in equals
    assert found.cut.smallest
    assert found.cut.unique is (len(equals) == 1)
    assert set(found.makers) == new
    for violation, makers in found.makers.items():
        assert makers
        assert makers <= found.cut.edges
        alone = {
            edge
            for edge in found.cut.edges
            if violation in judge(contracts, (old | added) - found.cut.edges | {edge})
        }
        assert makers == alone or not alone

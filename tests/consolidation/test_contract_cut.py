"""The fewest imports to remove, compared with every other set of imports on small random graphs."""

from __future__ import annotations

import random
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest

from archguard.consolidation.contract_cut import find_contract_cut
from archguard.contract_types.verdict import Edge
from tests.consolidation.test_cause_search import (
    CYCLES,
    DIRECT,
    FORBIDDEN,
    INDEPENDENCE,
    LAYERS,
    MODULES,
    judge,
    load,
    make_graph,
)

if TYPE_CHECKING:
    from archguard.contract_types.loaded_contract import LoadedContract

_MOST_IMPORTS = 12


def draw(seed: int) -> tuple[LoadedContract, set[Edge]]:
    """Draw a contract and a graph that violates it, mostly."""
    choice = random.Random(seed)
    contracts: list[tuple[str, dict[str, Any]]] = [LAYERS, FORBIDDEN, INDEPENDENCE, CYCLES, DIRECT]
    modules = choice.sample(MODULES, 7)
    pairs = [Edge(*pair) for pair in combinations(modules, 2) if not _is_child(*pair)]
    pairs = [pair if choice.random() < 0.5 else Edge(pair.imported, pair.importer) for pair in pairs]
    imports = set(choice.sample(pairs, min(len(pairs), _MOST_IMPORTS)))
    return load(choice.choice(contracts))[0], imports


def _is_child(first: str, second: str) -> bool:
    return first.startswith(f"{second}.") or second.startswith(f"{first}.")


@pytest.mark.parametrize("first", range(0, 200, 20))
def test_no_smaller_set_of_imports_would_do(first: int) -> None:
    broken = 0
    for seed in range(first, first + 20):
        contract, imports = draw(seed)
        violations = {edge for _, edge in judge([contract], imports)}
        cut = find_contract_cut(contract.find_passages(make_graph(imports)), imports, violations)

        assert cut is not None
        assert cut.smallest
        sets = _list_smallest_sets(contract, imports)
        assert cut.edges in sets, (seed, sets, cut)
        assert cut.unique == (len(sets) == 1), (seed, sets, cut)
        broken += bool(violations)
    assert broken  # else nothing was compared


def _list_smallest_sets(contract: LoadedContract, imports: set[Edge]) -> list[frozenset[Edge]]:
    """Try all sets of imports, the small ones first; one that spares a chain need not be judged."""
    finding = contract.judge(make_graph(imports)).finding
    chains = [frozenset(finding.chains[edge].edges) for edge in finding.edges if edge in finding.chains]
    for size in range(len(imports) + 1):
        sets = [
            frozenset(chosen)
            for chosen in combinations(sorted(imports), size)
            if all(chain.intersection(chosen) for chain in chains)
            and not judge([contract], imports - set(chosen))
        ]
        if sets:
            return sets
    raise AssertionError("without any import nothing can be forbidden")

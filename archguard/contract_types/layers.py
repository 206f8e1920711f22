"""The violations of import-linter's `layers` contracts."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Any

from importlinter.domain.helpers import module_expressions_to_modules

from archguard.contract_types.chains import (
    find_entering_edges,
    find_passage,
    name_modules,
    unite,
    with_descendants,
)
from archguard.contract_types.verdict import Edge, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlinter.domain.contract import ContractCheck

    from archguard.contract_types.verdict import Passage
    from archguard.graph.grimp_api import ImportGraph

    Ends = tuple[dict[str, str], dict[str, str], set[str]]
    Levels = list[tuple[set[str], bool]]
    """From high to low: the modules of a layer, and whether they must be independent of each other."""


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """Find the edges that enter the higher layer past the other layers, for each pair with a chain."""
    findings = [find_entering_edges(graph, *ends) for ends in _list_ends(contract, check, graph)]
    undeclared = (
        Edge(module, module.rpartition(".")[0]) for module in check.metadata["undeclared_modules"]
    )
    return unite([*findings, Finding(undeclared=frozenset(undeclared))])


def find_passages(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Passage]:
    """Yield the ways from the lower layer to the higher, for each pair with a chain."""
    for ends in _list_ends(contract, check, graph):
        yield find_passage(graph, *ends)


def _list_ends(contract: Any, check: ContractCheck, graph: ImportGraph) -> Iterator[Ends]:
    """Yield the lower layer, the higher, and what no chain passes, for each pair with a chain."""
    invalid = {(pair["importer"], pair["imported"]) for pair in check.metadata["invalid_dependencies"]}
    for levels in _levels_by_container(contract, graph):
        everything = {
            module for names, _ in levels for name in names for module in with_descendants(graph, name)
        }
        # Two containers may hold the same pair, while only one forbids it.
        for importer, imported in sorted(invalid & _forbidden_pairs(levels)):
            lower, higher = name_modules(graph, {importer}), name_modules(graph, {imported})
            yield lower, higher, everything - lower.keys() - higher.keys()


def _forbidden_pairs(levels: Levels) -> set[tuple[str, str]]:
    """Return (importer, imported) from each layer to higher ones, and between independent siblings."""
    pairs: set[tuple[str, str]] = set()
    for index, (names, independent) in enumerate(levels):
        below = {name for lower, _ in levels[index + 1 :] for name in lower}
        pairs.update(product(below, names))
        pairs.update(permutations(names, 2) if independent else ())
    return pairs


def _levels_by_container(contract: Any, graph: ImportGraph) -> Iterator[Levels]:
    containers = module_expressions_to_modules(graph, contract.containers or ())
    # If wildcards match no container, import-linter takes the names of the layers as they are.
    for prefix in [f"{container.name}." for container in containers] or [""]:
        yield [
            ({prefix + tail.name for tail in layer.module_tails} & graph.modules, layer.is_independent)
            for layer in contract.layers
        ]

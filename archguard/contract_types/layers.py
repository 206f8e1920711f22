"""import-linter's `layers` contracts, as edges."""

from __future__ import annotations

from itertools import permutations, product
from typing import TYPE_CHECKING, Any

from importlinter.domain.helpers import module_expressions_to_modules

from archguard.contract_types.chains import entering, union, with_descendants
from archguard.contract_types.verdict import Edge, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from importlinter.domain.contract import ContractCheck

    from archguard.graph.grimp_api import ImportGraph

    Levels = list[tuple[set[str], bool]]
    """From high to low: the modules of a level, and whether they are independent of each other."""


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:
    """For each pair with a chain: the edges that enter the higher layer, past the other layers."""
    invalid = {(one["importer"], one["imported"]) for one in check.metadata["invalid_dependencies"]}
    findings = []
    for levels in _levels_by_container(contract, graph):
        everything = {
            module for names, _ in levels for name in names for module in with_descendants(graph, name)
        }
        # Two containers may hold the same pair, forbidden by one of them only.
        for importer, imported in sorted(invalid & _forbidden(levels)):
            lower, higher = with_descendants(graph, importer), with_descendants(graph, imported)
            findings.append(entering(graph, lower, higher, everything - lower - higher))
    undeclared = (
        Edge(module, module.rpartition(".")[0]) for module in check.metadata["undeclared_modules"]
    )
    return union([*findings, Finding(undeclared=frozenset(undeclared))])


def _forbidden(levels: Levels) -> set[tuple[str, str]]:
    """(importer, imported): from a level to a higher one, and between independent siblings."""
    pairs: set[tuple[str, str]] = set()
    for index, (names, independent) in enumerate(levels):
        below = {name for lower, _ in levels[index + 1 :] for name in lower}
        pairs.update(product(below, names))
        pairs.update(permutations(names, 2) if independent else ())
    return pairs


def _levels_by_container(contract: Any, graph: ImportGraph) -> Iterator[Levels]:
    containers = module_expressions_to_modules(graph, contract.containers or ())
    # Wildcards that match nothing leave no containers: import-linter then takes the names as they are.
    for prefix in [f"{container.name}." for container in containers] or [""]:
        yield [
            ({prefix + tail.name for tail in layer.module_tails} & graph.modules, layer.is_independent)
            for layer in contract.layers
        ]

"""The violations of import-linter's `protected` contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.contract_types.verdict import Chain, Edge, Finding

if TYPE_CHECKING:
    from importlinter.contracts.protected import ProtectedContract
    from importlinter.domain.contract import ContractCheck

    from archguard.graph.grimp_api import ImportGraph


def find(contract: ProtectedContract, check: ContractCheck, graph: ImportGraph) -> Finding:  # noqa: ARG001
    """Return the illegal imports, which import-linter lists as direct imports: chains of one step."""
    edges = frozenset(
        Edge(link["importer"], link["imported"])
        for broken in check.metadata["illegal_imports"]
        for link in broken.illegal_links
    )
    chains = {edge: Chain((edge,)) for edge in edges}
    return Finding(edges, frozenset(edge.importer for edge in edges), chains=chains)

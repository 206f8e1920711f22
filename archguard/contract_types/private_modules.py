"""The violations of import-linter's `private_modules` contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archguard.contract_types.verdict import Edge, Finding

if TYPE_CHECKING:
    from importlinter.domain.contract import ContractCheck

    from archguard.graph.grimp_api import ImportGraph


def find(contract: Any, check: ContractCheck, graph: ImportGraph) -> Finding:  # noqa: ARG001
    """Return the illegal imports, which import-linter lists as direct imports."""
    edges = frozenset(
        Edge(link["importer"], link["imported"]) for link in check.metadata["illegal_imports"]
    )
    return Finding(edges, frozenset(edge.importer for edge in edges))

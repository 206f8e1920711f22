"""Where the steps of a chain stand: path and line of each import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.report import ChainStep
from archguard.contract_types.verdict import Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from archguard.checking.report import Violation
    from archguard.contract_types.verdict import Chain
    from archguard.graph.model import Analysis, ContractImports


def add_chains(
    violations: Iterable[Violation],
    chains: Mapping[Edge, Chain],
    analysis: Analysis,
    imports: ContractImports | None = None,
) -> list[Violation]:
    """Return the violations, each with the chain of its edge if it has one.

    Args:
        violations: the violations.
        chains: the chains.
        analysis: the analysed tree.
        imports: what the imports mean to the contract, if that is more than grimp's graph has.
    """
    lines: dict[str, dict[str, int]] = {}
    with_chains = []
    for violation in violations:
        chain = chains.get(Edge(violation.importer, violation.imported))
        if chain is not None:
            steps = tuple(locate(edge, analysis, lines, imports) for edge in chain.edges)
            with_chains.append(violation._replace(chain=steps, source=chain.source, target=chain.target))
        else:
            with_chains.append(violation)
    return with_chains


def locate(
    edge: Edge,
    analysis: Analysis,
    lines: dict[str, dict[str, int]],
    imports: ContractImports | None = None,
) -> ChainStep:
    """Return the first statement that makes an import; `lines` keeps what was looked up."""
    importer, imported = edge
    if importer not in lines:
        first_lines: dict[str, int] = {}
        own = imports.imports if imports else {}
        for statement in own.get(importer, analysis.imports[importer]):
            line = first_lines.get(statement.imported, statement.line)
            first_lines[statement.imported] = min(line, statement.line)
        lines[importer] = first_lines
    return ChainStep(importer, imported, analysis.modules[importer].path, lines[importer][imported])

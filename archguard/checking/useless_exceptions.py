"""The exceptions of a contract that change nothing for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.checking.judged_imports import JudgedImports
from archguard.contract_types.verdict import Edge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.checking.covering_exception import CoveringException
    from archguard.checking.judged_contract import JudgedContract, Judging

_MAX_JUDGEMENTS = 40
"""Of one contract, to find out which exceptions change nothing together."""


def find_useless(judged: JudgedContract, judging: Judging) -> list[CoveringException]:
    """Return exceptions that cover imports, and without all of which the contract says the same.

    Of a contract that follows chains an exception may count although it covers no violation.
    """
    if judged.unexcepted is None:
        return []
    relevant = _list_relevant_edges(judged)
    irrelevant = {
        edges for edges in {one.edges for one in judged.exceptions} if edges.isdisjoint(relevant)
    }
    suspects = [one for one in judged.exceptions if one.edges and one.edges in irrelevant]
    if not suspects or not judged.unexcepted.finding.chains:
        return suspects
    judgements = 0

    def changes_nothing(useless: Sequence[CoveringException]) -> bool:
        nonlocal judgements
        judgements += 1
        return judgements <= _MAX_JUDGEMENTS and _judge_without(useless, judged, judging) == judged.edges

    return _select(suspects, [], changes_nothing)


def _list_relevant_edges(judged: JudgedContract) -> set[Edge]:
    """Return the imports that violate the contract, or lie on a shown chain, if no exception is made."""
    finding = judged.unexcepted.finding if judged.unexcepted else judged.verdict.finding
    violating = {
        Edge(edge.importer, module)
        for edge in finding.edges
        for module in finding.imports.get(edge, (edge.imported,))
    }
    return violating.union(*(chain.edges for chain in finding.chains.values()))


def _select(
    suspects: Sequence[CoveringException],
    useless: list[CoveringException],
    changes_nothing: Callable[[Sequence[CoveringException]], bool],
) -> list[CoveringException]:
    """Add those suspects to `useless` that change nothing together with them; halve until they do."""
    if changes_nothing([*useless, *suspects]):
        return [*useless, *suspects]
    if len(suspects) > 1:
        half = len(suspects) // 2
        for part in (suspects[:half], suspects[half:]):
            useless = _select(part, useless, changes_nothing)
    return useless


def _judge_without(
    useless: Sequence[CoveringException], judged: JudgedContract, judging: Judging
) -> frozenset[Edge]:
    names = {(one.source, str(one.exception)) for one in useless}
    contract = judged.contract.tolerate_unmatched_exceptions().replace_entries(
        {
            option: [
                str(one.exception)
                for one in judged.exceptions
                if one.source == option
                and not one.is_expired
                and (option, str(one.exception)) not in names
            ]
            for option in judged.contract.exception_lists
        }
    )
    removed = frozenset(useless)
    others = [one for one in judged.exceptions if one not in removed]
    imports = judged.judged_kinds or JudgedImports(judging.analysis, {})
    _, verdict = judging.judge(contract, imports, others)
    return judged.list_edges(verdict)

"""What became of violations of the parent commit that are not listed any more.

Some may exist, because a file cannot be read; of others the import is still there, and not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.ledger import CHAIN_TYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Set

    from archguard.checking.judged_contract import JudgedContract
    from archguard.checking.unread_modules import UnreadModules
    from archguard.contract_types.verdict import Edge
    from archguard.graph.model import Analysis, Import
    from archguard.ledger import UnreadSoFar


def make_unknown_test(
    judged: JudgedContract,
    analysis: Analysis,
    unread: UnreadModules,
    so_far: UnreadSoFar[str],
    undecided: Set[Edge] = frozenset(),
) -> Callable[[Edge, bool], bool]:
    """Return a function that says whether a violation of the parent, not listed now, may still exist.

    So it may if its importer is unread or the import is undecided. Of a contract that follows chains
    also if the import is still there, and the chain to it was lost when a module became unread; it stays
    so until all modules that did can be read. One that was always unread was not part of that chain.

    Args:
        judged: the contract and its violations.
        analysis: the analysis that it was judged on.
        unread: the unread modules of that.
        so_far: those of them that could be read once.
        undecided: the imports of the contract that cannot be decided.
    """
    follows_chains = not judged.contract.judges_ghosts

    def is_unknown(edge: Edge, was_unknown: bool) -> bool:
        if edge in undecided or edge.importer in unread:
            return True
        if judged.family is not None:
            return edge.importer in judged.family.unread_modules
        suspects = so_far.once_read if was_unknown else so_far.newly
        if not follows_chains or not suspects:
            return False
        return has_import(analysis.imports, edge)

    return is_unknown


def make_dropped_test(judged: JudgedContract, analysis: Analysis) -> Callable[[Edge], bool] | None:
    """Return a function that says whether a violation that is gone is still there, and not counted.

    That is so if its import is still there; of a contract about classes, if an exception covers the
    class. None for a contract that follows chains: where these lead elsewhere, the violation is fixed.
    """
    if judged.contract.type in CHAIN_TYPES:
        return None
    if judged.family is not None:
        return judged.excepted_members.__contains__
    own = {} if judged.all_imports is None else judged.all_imports.imports

    def is_dropped(edge: Edge) -> bool:
        return has_import(own, edge) or has_import(analysis.imports, edge)

    return is_dropped


def has_import(imports: Mapping[str, Iterable[Import]], edge: Edge) -> bool:
    """Return whether the importer imports the other module, or something below it."""
    return any(
        one.imported == edge.imported or one.imported.startswith(f"{edge.imported}.")
        for one in imports.get(edge.importer, ())
    )

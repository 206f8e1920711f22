"""Which violations of the parent commit may or may not exist, because a file cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from archguard.checking.unread_modules import UnreadModules
    from archguard.checking.violations import JudgedContract
    from archguard.contract_types.verdict import Edge
    from archguard.graph.model import Analysis


def make_unknown_test(
    judged: JudgedContract,
    analysis: Analysis,
    unread: UnreadModules,
    newly_unread: Set[str],
    undecided: Set[Edge] = frozenset(),
) -> Callable[[Edge, bool], bool]:
    """Return a function that says whether a violation of the parent, not listed now, may still exist.

    So it may if its importer is unread or the import is undecided. Of a contract that follows chains
    also if the import is still there, and the chain to it was lost when a module became unread; it stays
    so until every module can be read. Modules that were unread already were not part of that chain.

    Args:
        judged: the contract and its violations.
        analysis: the analysis that it was judged on.
        unread: the unread modules of that.
        newly_unread: those of them that could be read at a parent.
        undecided: the imports of the contract that cannot be decided.
    """
    follows_chains = not judged.contract.judges_ghosts and bool(unread.names)

    def is_unknown(edge: Edge, was_unknown: bool) -> bool:
        if edge in undecided or edge.importer in unread:
            return True
        if not follows_chains or not (newly_unread or was_unknown):
            return False
        imports = analysis.imports.get(edge.importer, ())
        return any(one.imported == edge.imported for one in imports)

    return is_unknown

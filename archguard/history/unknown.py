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
    undecided: Set[Edge] = frozenset(),
) -> Callable[[Edge], bool]:
    """Return a function that says whether a violation of the parent, not listed now, may still exist.

    So it is if its importer is unread or the import is undecided. Of a contract that follows chains also
    if the import is still there: an unread module may be a part of the chain that leads to it.

    Args:
        judged: the contract and its violations.
        analysis: the analysis that it was judged on.
        unread: the unread modules of that.
        undecided: the imports of the contract that cannot be decided.
    """
    follows_chains = not judged.contract.judges_ghosts and bool(analysis.unread)

    def is_unknown(edge: Edge) -> bool:
        if edge in undecided or edge.importer in unread:
            return True
        imports = analysis.imports.get(edge.importer, ()) if follows_chains else ()
        return any(one.imported == edge.imported for one in imports)

    return is_unknown

"""Find the names that lead to another definition than their namesakes."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archguard.consolidation.audit_report import Impostor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set


def find_impostors(
    symbols: Iterable[tuple[str, str]], importers: Mapping[str, int], canonical: Set[str]
) -> list[Impostor]:
    """Return the impostors, sorted: one for each name and definition.

    What a name should lead to is the canonical definition, or else the one that has this name itself and
    is imported by most modules.

    Args:
        symbols: `module:Name` and the id of the definition that it leads to.
        importers: the number of importers of each definition.
        canonical: the ids of the definitions that should stay.
    """
    by_name: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for symbol, target in symbols:
        by_name[symbol.rpartition(":")[2]][target].add(symbol)
    impostors = []
    for name, targets in sorted(by_name.items()):
        expected = min(
            targets,
            key=lambda target: (
                target not in canonical,
                target.rpartition(":")[2].partition("#")[0] != name,
                -importers.get(target, 0),
                target,
            ),
        )
        impostors += [
            Impostor(name, target, tuple(sorted(where)), expected)
            for target, where in sorted(targets.items())
            if target != expected
        ]
    return impostors

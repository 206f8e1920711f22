"""Which violations that a snapshot does not list any more have their imports all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.store import blob_format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Set

    from archguard_api.store.blob_format import Identity

    FindStillImported = Callable[[Set[Identity]], frozenset[Identity] | None]
    """Returns those of some violations whose imports a graph has; None if it was pruned."""


def find_still_imported(
    graph: bytes, violations: Set[Identity], get_names: Callable[[Set[int]], Mapping[int, str]]
) -> frozenset[Identity]:
    """Return those violations whose importer still imports the module, or something below it.

    Args:
        graph: the snapshot's, packed.
        violations: those that the snapshot does not list.
        get_names: returns the names of interned ids.
    """
    targets = blob_format.unpack_imports_of(graph, {importer for _, importer, _ in violations})
    still_there = {one for one in violations if one[2] in targets.get(one[1], ())}
    others = [one for one in violations - still_there if targets.get(one[1])]
    if others:
        numbers = {
            number for _, importer, imported in others for number in (imported, *targets[importer])
        }
        names = get_names(numbers)
        still_there.update(
            one
            for one in others
            if any(names[target].startswith(f"{names[one[2]]}.") for target in targets[one[1]])
        )
    return frozenset(still_there)

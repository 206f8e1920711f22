"""Which violations that a snapshot does not list any more have their imports all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api.store import blob_format

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from sqlalchemy import Connection

    from archguard_api.store.blob_format import Identity
    from archguard_api.store.interned_names import NameTable

    FindStillImported = Callable[[Set[Identity]], frozenset[Identity] | None]
    """Returns those of some violations whose imports a graph has; None if it was pruned."""


def find_still_imported(
    connection: Connection, names: NameTable, project: int, graph: bytes, violations: Set[Identity]
) -> frozenset[Identity]:
    """Return those violations whose importer still imports the module, or something below it.

    Args:
        connection: a connection.
        names: the names of modules.
        project: the project's id.
        graph: the snapshot's, packed.
        violations: those that the snapshot does not list.
    """
    targets = blob_format.unpack_imports_of(graph, {importer for _, importer, _ in violations})
    still_there = {one for one in violations if one[2] in targets.get(one[1], ())}
    others = [one for one in violations - still_there if targets.get(one[1])]
    numbers = {number for _, importer, imported in others for number in (imported, *targets[importer])}
    texts = names.get_names(connection, project, numbers) if others else {}
    still_there.update(
        one
        for one in others
        if any(texts[target].startswith(f"{texts[one[2]]}.") for target in targets[one[1]])
    )
    return frozenset(still_there)

"""The graph of a snapshot for the routes that ask about its modules: read once, kept for the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.snapshot import ModuleKind
from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.routes.snapshots import found
from archguard_api.services.module_roles import ModuleRoles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.snapshot import Graph
    from archguard_api.models.records import Snapshot
    from archguard_api.routes.dependencies import State
    from archguard_api.services.graph_queries import GraphQueries
    from archguard_api.store import Store

NO_MODULE = "The snapshot's graph has no such module."


@dataclass(frozen=True, slots=True)
class Seen:
    """A snapshot's graph, and what its contracts make of modules."""

    snapshot: Snapshot
    explorer: GraphQueries
    roles: ModuleRoles

    @property
    def commit(self) -> str:
        """The snapshot's."""
        return self.snapshot.commit

    def nodes(self, modules: Iterable[str]) -> tuple[models.Node, ...]:
        """Modules, each with what it is."""
        return tuple(map(self.node, modules))

    def node(self, module: str) -> models.Node:
        """A module, with what it is."""
        kind = ModuleKind(self.explorer.get_kind(module)).name.lower()
        return models.Node.model_validate(
            {"module": module, "kind": kind, "role": self.roles.get_role(module)}
        )


def see(process: State, store: Store, project: str, commit: str | None, *modules: str) -> Seen:
    """The graph of a snapshot; without a commit that of the default branch's tip.

    Raises:
        NotFoundError: there is none, it was dropped, or it has not all of these modules.
    """
    one = found(store, project, commit)

    def read() -> Graph:
        graph = store.get_graph(project, one.commit)
        if graph is None:
            raise NotFoundError("The graph of this snapshot was dropped: only newer ones are kept.")
        return graph

    explorer = process.explorers.get(f"{project} {one.graph}", read)
    if not all(name in explorer for name in modules):
        raise NotFoundError(NO_MODULE)
    return Seen(one, explorer, ModuleRoles.from_contracts(one.contracts))

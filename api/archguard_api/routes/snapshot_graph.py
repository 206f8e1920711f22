"""The graph of a snapshot, for the routes about its modules; the graphs used last are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archguard.snapshot import ModuleKind
from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.routes.snapshots import require_snapshot
from archguard_api.services.module_roles import ModuleRoles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archguard.snapshot import Graph
    from archguard_api.models import Snapshot
    from archguard_api.routes.dependencies import AppState
    from archguard_api.services.graph_queries import GraphQueries
    from archguard_api.store import Store

NO_MODULE = "The snapshot's graph has no such module."


@dataclass(frozen=True, slots=True)
class SnapshotGraph:
    """A snapshot's graph, with the roles that its contracts give to modules."""

    snapshot: Snapshot
    explorer: GraphQueries
    roles: ModuleRoles

    @property
    def commit(self) -> str:
        """The snapshot's commit."""
        return self.snapshot.commit

    def nodes(self, modules: Iterable[str]) -> tuple[models.Node, ...]:
        """Return modules with their kinds and roles."""
        return tuple(map(self.node, modules))

    def node(self, module: str) -> models.Node:
        """Return a module with its kind and role."""
        kind = ModuleKind(self.explorer.get_kind(module)).name.lower()
        return models.Node.model_validate(
            {"module": module, "kind": kind, "role": self.roles.get_role(module)}
        )


def load_snapshot_graph(
    state: AppState, store: Store, project: str, commit: str | None, *modules: str
) -> SnapshotGraph:
    """Return the graph of a commit's snapshot, by default of the default branch's tip.

    Raises:
        NotFoundError: there is none, it was dropped, or it lacks one of the modules.
    """
    snapshot = require_snapshot(store, project, commit)

    def read() -> Graph:
        graph = store.get_graph(project, snapshot.commit)
        if graph is None:
            raise NotFoundError("The graph of this snapshot was dropped: only newer ones are kept.")
        return graph

    explorer = state.graphs.get(f"{project} {snapshot.graph}", read)
    if not all(name in explorer for name in modules):
        raise NotFoundError(NO_MODULE)
    return SnapshotGraph(snapshot, explorer, ModuleRoles.from_contracts(snapshot.contracts))

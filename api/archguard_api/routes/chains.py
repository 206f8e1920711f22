"""Chains of imports from one module to another, and the imports between two packages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.routes.dependencies import (
    PRINTABLE,
    PROJECT,
    Auth,
    CommitQuery,
    ContractId,
    CurrentState,
    IfNoneMatch,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.routes.snapshot_graph import NO_MODULE, SnapshotGraph, load_snapshot_graph
from archguard_api.services.module_roles import ModuleRoles

router = new_router("modules")


def _module_query(name: str, example: str) -> object:
    return Query(alias=name, pattern=PRINTABLE, max_length=512, examples=[example])


From = Annotated[str, _module_query("from", "shop.order")]
To = Annotated[str, _module_query("to", "shop.cart")]


@read_route(router, f"{PROJECT}/chain", models.Chain, "How a module reaches another")
def find_chain(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    start: From,
    end: Annotated[str | None, _module_query("to", "shop.cart")] = None,
    contract: ContractId = None,
    commit: CommitQuery = None,
) -> Response:
    """The shortest chain of imports; of several, the first by name: the same question has one answer.

    Without `to`, the chain to the nearest module that `contract` deprecates, or any contract does.
    """
    ends = () if end is None else (end,)
    graph = load_snapshot_graph(state, auth.to_read(project), project, commit, start, *ends)
    modules = graph.explorer.find_chain(start, ends or _list_deprecated(graph, contract))
    return respond(models.Chain(commit=graph.commit, modules=modules), if_none_match)


@read_route(
    router, f"{PROJECT}/between", models.ImportsBetween, "What two packages have to do with each other"
)
def list_imports_between(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    first: From,
    second: To,
    commit: CommitQuery = None,
) -> Response:
    """Every import from a module at or below the one to one at or below the other, both ways."""
    graph = load_snapshot_graph(state, auth.to_read(project), project, commit)
    imports = graph.explorer.find_imports_between(first, second)
    if imports is None:
        raise NotFoundError(NO_MODULE)
    return respond(
        models.ImportsBetween(
            commit=graph.commit,
            modules=imports.modules,
            nodes=graph.nodes(imports.modules),
            imports=models.make_edges(imports.imports),
            left_out=imports.left_out,
        ),
        if_none_match,
    )


def _list_deprecated(graph: SnapshotGraph, contract: str | None) -> list[str]:
    contracts = [item for item in graph.snapshot.contracts if contract in (None, item.id)]
    if contract is not None and not contracts:
        raise NotFoundError("The snapshot has no such contract.")
    roles = ModuleRoles.from_contracts(contracts)
    return [name for name in graph.explorer.modules if roles.get_role(name) == "deprecated"]

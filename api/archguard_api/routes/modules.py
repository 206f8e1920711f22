"""Modules of a snapshot's graph: search, imports, neighbourhood and history."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.routes.dependencies import (
    PROJECT,
    Auth,
    BranchName,
    CommitQuery,
    CurrentState,
    IfNoneMatch,
    ModuleName,
    PageSize,
    ProjectName,
    respond,
    text_query,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.routes.snapshot_graph import load_snapshot_graph
from archguard_api.routes.snapshots import list_snapshot_details, require_branch
from archguard_api.services.downsample import downsample
from archguard_api.services.graph_queries import MAX_DEPTH

router = new_router("modules")
MODULE = f"{PROJECT}/modules/{{module}}"
_MAX_POINTS = 300


@read_route(router, f"{PROJECT}/modules", models.Modules, "Modules by a part of their names")
def search_modules(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    search: Annotated[str | None, text_query("Part of a module's name.", "legacy")] = None,
    commit: CommitQuery = None,
    limit: PageSize = 50,
) -> Response:
    """Those that begin with it come first, then the shortest; without it, every module."""
    graph = load_snapshot_graph(state, auth.to_read(project), project, commit)
    names, total = graph.explorer.search(search or "", limit)
    return respond(
        models.Modules(commit=graph.commit, items=graph.nodes(names), total=total), if_none_match
    )


@read_route(router, MODULE, models.ModuleDetails, "Who imports a module, and what it imports")
def get_module(
    project: ProjectName,
    module: ModuleName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    commit: CommitQuery = None,
) -> Response:
    """Direct imports, and the violations that the module has part in."""
    store = auth.to_read(project)
    graph = load_snapshot_graph(state, store, project, commit, module)
    importers, imports = graph.explorer.list_importers(module), graph.explorer.list_imports(module)
    violations = list_snapshot_details(store, project, graph.snapshot)
    details = {
        **graph.node(module).model_dump(),
        "commit": graph.commit,
        "importers": importers,
        "imports": imports,
        "nodes": graph.nodes(sorted({*importers, *imports})),
        "violations": [item for item in violations if module in (item.importer, item.imported)],
    }
    return respond(models.ModuleDetails.model_validate(details), if_none_match)


@read_route(router, f"{MODULE}/neighbourhood", models.Neighbourhood, "The graph around a module")
def get_module_neighbourhood(
    project: ProjectName,
    module: ModuleName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    commit: CommitQuery = None,
    depth: Annotated[int, Query(ge=1, le=MAX_DEPTH, description="How many imports away.")] = 1,
) -> Response:
    """Both ways, the nearest 2,000 modules at most; `left_out` says how many more there are."""
    graph = load_snapshot_graph(state, auth.to_read(project), project, commit, module)
    neighbours = graph.explorer.find_neighbourhood(module, depth)
    return respond(
        models.Neighbourhood(
            commit=graph.commit,
            module=module,
            depth=depth,
            modules=neighbours.modules,
            nodes=graph.nodes(neighbours.modules),
            imports=models.make_edges(neighbours.imports),
            left_out=neighbours.left_out,
        ),
        if_none_match,
    )


@read_route(
    router,
    f"{MODULE}/history",
    models.ModuleHistory,
    "How many violations a module had part in, along a branch",
)
def get_module_history(
    project: ProjectName,
    module: ModuleName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    branch: BranchName = None,
) -> Response:
    """As importer or imported, of the contracts that the tip has; also of a module that is gone."""
    store = auth.to_read(project)
    points = store.get_module_history(
        project,
        require_branch(store, project, branch).name,
        module,
        lambda counts: downsample(counts, _MAX_POINTS),
    )
    return respond(models.ModuleHistory(module=module, points=points), if_none_match)

"""Modules of a snapshot's graph: which there are, who imports whom, what is around one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.routes.dependencies import (
    PROJECT,
    Asking,
    BranchName,
    CommitQuery,
    IfNoneMatch,
    ModuleName,
    PageSize,
    Process,
    ProjectName,
    answer,
    edges,
    text,
)
from archguard_api.routes.router import new_router, reading
from archguard_api.routes.snapshot_graph import see
from archguard_api.routes.snapshots import branch_of, violations_of
from archguard_api.services.downsample import downsample
from archguard_api.services.graph_queries import MAX_DEPTH

router = new_router("modules")
MODULE = f"{PROJECT}/modules/{{module}}"
_MOST_POINTS = 300


@reading(router, f"{PROJECT}/modules", models.Modules, "Modules by a part of their names")
def modules(
    project: ProjectName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
    search: Annotated[str | None, text("Part of a module's name.", "legacy")] = None,
    commit: CommitQuery = None,
    limit: PageSize = 50,
) -> Response:
    """Those that begin with it come first, then the shortest; without it, every module."""
    seen = see(process, asking.to_read(project), project, commit)
    found, total = seen.explorer.search(search or "", limit)
    return answer(models.Modules(commit=seen.commit, items=seen.nodes(found), total=total), match)


@reading(router, MODULE, models.ModuleNow, "Who imports a module, and what it imports")
def module(
    project: ProjectName,
    module: ModuleName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
    commit: CommitQuery = None,
) -> Response:
    """Direct imports, and the violations that the module has part in."""
    store = asking.to_read(project)
    seen = see(process, store, project, commit, module)
    importers, imports = seen.explorer.list_importers(module), seen.explorer.list_imports(module)
    violations = violations_of(store, project, seen.snapshot)
    said = {
        **seen.node(module).model_dump(),
        "commit": seen.commit,
        "importers": importers,
        "imports": imports,
        "nodes": seen.nodes(sorted({*importers, *imports})),
        "violations": [one for one in violations if module in (one.importer, one.imported)],
    }
    return answer(models.ModuleNow.model_validate(said), match)


@reading(router, f"{MODULE}/neighbourhood", models.Neighbourhood, "The graph around a module")
def neighbourhood(
    project: ProjectName,
    module: ModuleName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
    commit: CommitQuery = None,
    depth: Annotated[int, Query(ge=1, le=MAX_DEPTH, description="How many imports away.")] = 1,
) -> Response:
    """Both ways, the nearest 2,000 modules at most; `left_out` says how many more there are."""
    seen = see(process, asking.to_read(project), project, commit, module)
    around = seen.explorer.find_neighbourhood(module, depth)
    return answer(
        models.Neighbourhood(
            commit=seen.commit,
            module=module,
            depth=depth,
            modules=around.modules,
            nodes=seen.nodes(around.modules),
            imports=edges(around.imports),
            left_out=around.left_out,
        ),
        match,
    )


@reading(
    router,
    f"{MODULE}/history",
    models.History,
    "How many violations a module had part in, along a branch",
)
def history(
    project: ProjectName,
    module: ModuleName,
    asking: Asking,
    match: IfNoneMatch,
    branch: BranchName = None,
) -> Response:
    """As importer or imported, of the contracts that the tip has; also of a module that is gone."""
    store = asking.to_read(project)
    counts = store.get_module_history(project, branch_of(store, project, branch).name, module)
    points = tuple(map(models.Value.model_validate, downsample(counts, _MOST_POINTS)))
    return answer(models.History(module=module, points=points), match)

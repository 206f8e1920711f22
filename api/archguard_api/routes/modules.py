"""Modules of a snapshot's graph: who imports whom, what is around one, how one reaches another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response

from archguard.snapshot import ModuleKind
from archguard_api import answers
from archguard_api.errors import NotFoundError
from archguard_api.exploring import MAX_DEPTH
from archguard_api.routes.common import (
    PROJECT,
    Asking,
    CommitQuery,
    IfNoneMatch,
    ModuleName,
    Process,
    ProjectName,
    answer,
)
from archguard_api.routes.reading import new_router, reading
from archguard_api.routes.snapshots import found, violations_of
from archguard_api.routes.violations import edges

if TYPE_CHECKING:
    from archguard.snapshot import Graph
    from archguard_api.exploring import Explorer
    from archguard_api.records import Snapshot
    from archguard_api.routes.common import State
    from archguard_api.store import Store

router = new_router("modules")
MODULE = f"{PROJECT}/modules/{{module}}"


@reading(router, MODULE, answers.ModuleNow, "Who imports a module, and what it imports")
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
    at, explorer = _explorer(process, store, project, commit, module)
    violations = violations_of(store, project, at)
    said = {
        "commit": at.commit,
        "module": module,
        "kind": ModuleKind(explorer.kind(module)).name.lower(),
        "importers": explorer.importers(module),
        "imports": explorer.imports(module),
        "violations": [one for one in violations if module in (one.importer, one.imported)],
    }
    return answer(answers.ModuleNow.model_validate(said), match)


@reading(router, f"{MODULE}/neighbourhood", answers.Neighbourhood, "The graph around a module")
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
    at, explorer = _explorer(process, asking.to_read(project), project, commit, module)
    around = explorer.neighbourhood(module, depth)
    return answer(
        answers.Neighbourhood(
            commit=at.commit,
            module=module,
            depth=depth,
            modules=around.modules,
            imports=edges(around.imports),
            left_out=around.left_out,
        ),
        match,
    )


@reading(router, f"{PROJECT}/chain", answers.Chain, "How a module reaches another")
def chain(
    project: ProjectName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
    start: Annotated[
        str,
        Query(
            alias="from", pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", max_length=512, examples=["shop.order"]
        ),
    ],
    end: Annotated[
        str,
        Query(alias="to", pattern=r"^[^\x00-\x1f\x7f-\x9f]+$", max_length=512, examples=["shop.cart"]),
    ],
    commit: CommitQuery = None,
) -> Response:
    """The shortest chain of imports; of several, the first by name: the same question has one answer."""
    at, explorer = _explorer(process, asking.to_read(project), project, commit, start, end)
    return answer(answers.Chain(commit=at.commit, modules=explorer.chain(start, end)), match)


def _explorer(
    process: State, store: Store, project: str, commit: str | None, *modules: str
) -> tuple[Snapshot, Explorer]:
    one = found(store, project, commit)

    def read() -> Graph:
        graph = store.graph(project, one.commit)
        if graph is None:
            raise NotFoundError("The graph of this snapshot was dropped: only newer ones are kept.")
        return graph

    explorer = process.explorers.get(f"{project} {one.graph}", read)
    if not all(name in explorer for name in modules):
        raise NotFoundError("The snapshot's graph has no such module.")
    return one, explorer

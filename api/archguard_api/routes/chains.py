"""How a module reaches another, and what two packages have to do with each other."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.routes.dependencies import (
    PROJECT,
    SEEN,
    Asking,
    CommitQuery,
    ContractId,
    IfNoneMatch,
    Process,
    ProjectName,
    answer,
    edges,
)
from archguard_api.routes.router import new_router, reading
from archguard_api.routes.snapshot_graph import NO_MODULE, Seen, see
from archguard_api.services.module_roles import ModuleRoles

router = new_router("modules")


def _end(name: str, example: str) -> object:
    return Query(alias=name, pattern=SEEN, max_length=512, examples=[example])


From = Annotated[str, _end("from", "shop.order")]
To = Annotated[str, _end("to", "shop.cart")]


@reading(router, f"{PROJECT}/chain", models.Chain, "How a module reaches another")
def chain(
    project: ProjectName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
    start: From,
    end: Annotated[str | None, _end("to", "shop.cart")] = None,
    contract: ContractId = None,
    commit: CommitQuery = None,
) -> Response:
    """The shortest chain of imports; of several, the first by name: the same question has one answer.

    Without `to`, the chain to the nearest module that `contract` deprecates, or any contract does.
    """
    ends = () if end is None else (end,)
    seen = see(process, asking.to_read(project), project, commit, start, *ends)
    found = seen.explorer.find_chain(start, ends or _deprecated(seen, contract))
    return answer(models.Chain(commit=seen.commit, modules=found), match)


@reading(router, f"{PROJECT}/between", models.Between, "What two packages have to do with each other")
def between(
    project: ProjectName,
    asking: Asking,
    process: Process,
    match: IfNoneMatch,
    one: From,
    other: To,
    commit: CommitQuery = None,
) -> Response:
    """Every import from a module at or below the one to one at or below the other, both ways."""
    seen = see(process, asking.to_read(project), project, commit)
    found = seen.explorer.find_imports_between(one, other)
    if found is None:
        raise NotFoundError(NO_MODULE)
    return answer(
        models.Between(
            commit=seen.commit,
            modules=found.modules,
            nodes=seen.nodes(found.modules),
            imports=edges(found.imports),
            left_out=found.left_out,
        ),
        match,
    )


def _deprecated(seen: Seen, contract: str | None) -> list[str]:
    chosen = [one for one in seen.snapshot.contracts if contract in (None, one.id)]
    if contract is not None and not chosen:
        raise NotFoundError("The snapshot has no such contract.")
    roles = ModuleRoles.from_contracts(chosen)
    return [name for name in seen.explorer.modules if roles.get_role(name) == "deprecated"]

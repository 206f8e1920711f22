"""What differs between two snapshots."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.models import records
from archguard_api.routes.dependencies import (
    PROJECT,
    Asking,
    BranchName,
    IfNoneMatch,
    ProjectName,
    answer,
    edges,
)
from archguard_api.routes.router import new_router, reading
from archguard_api.routes.snapshots import branch_of, found

router = new_router("comparing")
_COMMIT = "^[0-9a-f]{7,64}$"


@reading(router, f"{PROJECT}/compare", models.Comparison, "What differs between two snapshots")
def compare(
    project: ProjectName,
    asking: Asking,
    match: IfNoneMatch,
    head: Annotated[str, Query(pattern=_COMMIT, examples=["9b3a5c6"])],
    base: Annotated[
        str | None,
        Query(
            pattern=_COMMIT,
            description="Default: the snapshot before `head` on the branch's line.",
            examples=["4f1c2d7"],
        ),
    ] = None,
    branch: BranchName = None,
) -> Response:
    """Contracts that changed, violations added and fixed, imports and modules added and removed."""
    store = asking.to_read(project)
    on = branch_of(store, project, branch).name
    after = found(store, project, head).commit
    before = None if base is None else found(store, project, base).commit
    return answer(_comparison(store.compare_snapshots(project, before, after, on)), match)


def _comparison(said: records.Difference) -> models.Comparison:
    back = said.reintroduced
    graphs = said.imports or records.Imports((), (), (), ())
    return models.Comparison(
        base=said.base.commit,
        base_at=models.moment(said.base.committed_at),
        head=said.head.commit,
        head_at=models.moment(said.head.committed_at),
        contracts=tuple(map(models.ContractChange.model_validate, said.contracts)),
        violations_added=tuple(
            models.ViolationAdded(**_identity(one), reintroduced=None if back is None else one in back)
            for one in said.violations_added
        ),
        violations_fixed=tuple(models.ViolationId(**_identity(one)) for one in said.violations_fixed),
        graphs=said.imports is not None,
        imports_added=edges(graphs.imports_added),
        imports_removed=edges(graphs.imports_removed),
        modules_added=graphs.modules_added,
        modules_removed=graphs.modules_removed,
    )


def _identity(one: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("contract", "importer", "imported"), one, strict=True))

"""What differs between two snapshots."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.routes.dependencies import (
    PROJECT,
    Asking,
    BranchName,
    IfNoneMatch,
    ProjectName,
    answer,
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
    return answer(store.compare(project, before, after, on), match)

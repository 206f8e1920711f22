"""What differs between two snapshots."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from archguard_api import models
from archguard_api.routes.dependencies import (
    PROJECT,
    Auth,
    BranchName,
    IfNoneMatch,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.routes.snapshots import require_branch, require_snapshot

router = new_router("comparing")
_COMMIT = "^[0-9a-f]{7,64}$"


@read_route(router, f"{PROJECT}/compare", models.Comparison, "What differs between two snapshots")
def compare_snapshots(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
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
    store = auth.to_read(project)
    branch_name = require_branch(store, project, branch).name
    after = require_snapshot(store, project, head).commit
    before = None if base is None else require_snapshot(store, project, base).commit
    return respond(store.compare_snapshots(project, before, after, branch_name), if_none_match)

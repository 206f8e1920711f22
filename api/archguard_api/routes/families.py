"""The families of canonical contracts."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.routes.dependencies import (
    PRINTABLE,
    PROJECT,
    Auth,
    BranchName,
    CommitQuery,
    IfNoneMatch,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.routes.snapshots import NO_SNAPSHOT, require_branch
from archguard_api.services.downsample import downsample

router = new_router("families")
FAMILIES = f"{PROJECT}/families"
_MAX_POINTS = 300
_NO_FAMILY = "The snapshot has no canonical contract of this id."
FamilyContract = Annotated[
    str, Path(pattern=PRINTABLE, max_length=512, examples=["one-cart"], description="Its id.")
]


@read_route(router, FAMILIES, models.Families, "The families of canonical contracts")
def list_families(
    project: ProjectName, auth: Auth, if_none_match: IfNoneMatch, branch: BranchName = None
) -> Response:
    """Those of the contracts of type `canonical` at the tip of a branch, in the order of their ids."""
    store = auth.to_read(project)
    return respond(
        store.families.list(project, require_branch(store, project, branch).name), if_none_match
    )


@read_route(
    router,
    f"{FAMILIES}/{{contract:path}}",
    models.FamilyDetails,
    "The definitions of a family, and who imports them by which path",
)
def get_family(
    project: ProjectName,
    contract: FamilyContract,
    auth: Auth,
    if_none_match: IfNoneMatch,
    branch: BranchName = None,
    snapshot: CommitQuery = None,
) -> Response:
    """Without `snapshot`, the last definitions that were uploaded; the importers along the branch."""
    store = auth.to_read(project)
    name = require_branch(store, project, branch).name
    if snapshot is not None and store.get_snapshot(project, snapshot) is None:
        raise NotFoundError(NO_SNAPSHOT)
    family = store.families.get(
        project, name, contract, snapshot, lambda points: downsample(points, _MAX_POINTS)
    )
    if family is None:
        raise NotFoundError(_NO_FAMILY)
    return respond(family, if_none_match)

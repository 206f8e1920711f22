"""Deleting snapshots and branches, and renaming branches."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard.branch_name import MAX_LENGTH
from archguard_api import models
from archguard_api.http.auth import require_project
from archguard_api.http.problem_json import document_errors
from archguard_api.http.request_body import MAX_SMALL_BYTES, parse_body
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PRINTABLE,
    PROJECT,
    Auth,
    CommitId,
    CurrentState,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router
from archguard_api.routes.snapshots import SNAPSHOT, SNAPSHOTS

router = new_router("snapshots")
BRANCH = f"{PROJECT}/branches/{{branch:path}}"
BranchPath = Annotated[str, Path(pattern=PRINTABLE, max_length=MAX_LENGTH, examples=["feature/cart"])]
_ERRORS = document_errors(401, 403, 404, 409, 429, 503, 507)


@router.delete(
    SNAPSHOT,
    response_model=models.Removal,
    summary="Delete a snapshot",
    responses=_ERRORS,
    openapi_extra=NEEDS_TOKEN,
)
def delete_snapshot(project: ProjectName, commit: CommitId, auth: Auth) -> Response:
    """All of a commit, whatever their configuration. Its lines are rebuilt; sent again it is new."""
    store = auth.to_administer(project)
    require_project(store, project)
    return respond(store.lines.delete_snapshot(project, commit, actor=auth.actor))


@router.delete(
    SNAPSHOTS,
    response_model=models.Removal,
    summary="Delete all snapshots that were uploaded with a token",
    responses=_ERRORS,
    openapi_extra=NEEDS_TOKEN,
)
def undo_uploads(
    project: ProjectName,
    auth: Auth,
    uploaded_by: Annotated[
        str, Query(pattern="^[0-9A-Za-z]{8}$", description="A token's id.", examples=["a1B2c3D4"])
    ],
    preview: Annotated[bool, Query(description="Only tell what would be deleted.")] = False,
) -> Response:
    """Revoke the token before. Branches that only these snapshots stand on are deleted with them."""
    store = auth.to_administer(project)
    require_project(store, project)
    return respond(store.lines.undo_uploads(project, uploaded_by, preview=preview, actor=auth.actor))


@router.delete(
    BRANCH,
    response_model=models.Removal,
    summary="Delete a branch",
    responses=_ERRORS,
    openapi_extra=NEEDS_TOKEN,
)
def delete_branch(project: ProjectName, branch: BranchPath, auth: Auth) -> Response:
    """With those of its snapshots that no other branch and no pull request has."""
    store = auth.to_administer(project)
    require_project(store, project)
    return respond(store.lines.delete_branch(project, branch, actor=auth.actor))


async def _read_branch_change(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> models.BranchChange:
    store = await run_in_threadpool(auth.to_administer, project)
    await run_in_threadpool(require_project, store, project)
    return parse_body(models.BranchChange, await state.receiver.read(request, MAX_SMALL_BYTES))


@router.patch(
    BRANCH,
    response_model=models.Branch,
    summary="Rename a branch",
    responses=document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/BranchChange"}}},
        },
    },
)
def rename_branch(
    project: ProjectName,
    branch: BranchPath,
    auth: Auth,
    change: Annotated[models.BranchChange, Depends(_read_branch_change)],
) -> Response:
    """Its line stays, and so do the settings and the pull requests that name it."""
    store = auth.to_administer(project)
    return respond(store.lines.rename_branch(project, branch, change.name, actor=auth.actor))

"""Deleting projects, and restoring them within the grace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.http.auth import NO_PROJECT
from archguard_api.http.problem_json import document_errors
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    Auth,
    CurrentState,
    ProjectName,
    respond,
)
from archguard_api.routes.projects import describe_project, find_outlook
from archguard_api.routes.router import new_router

if TYPE_CHECKING:
    from fastapi import Response

router = new_router("projects")


@router.delete(
    PROJECT,
    status_code=202,
    response_model=models.Deletion,
    summary="Delete a project",
    responses={
        202: {"description": "From now on nobody but its administrators sees it."},
        **document_errors(401, 403, 404, 429, 503, 507),
    },
    openapi_extra=NEEDS_TOKEN,
)
def delete_project(project: ProjectName, auth: Auth, state: CurrentState) -> Response:
    """Until `purge_at` it can be restored. Doing it again changes nothing."""
    store = auth.to_administer(project)
    _require_visible(auth, project)
    grace = state.settings.deletion_grace_seconds
    return respond(store.deletions.delete(project, grace=grace, actor=auth.actor), status=202)


@router.post(
    f"{PROJECT}/restore",
    response_model=models.ProjectDetails,
    summary="Restore a project that is being deleted",
    responses=document_errors(401, 403, 404, 429, 503, 507),
    openapi_extra=NEEDS_TOKEN,
)
def restore_project(project: ProjectName, auth: Auth, state: CurrentState) -> Response:
    """It is as it was before, with its tokens. Doing it again changes nothing."""
    store = auth.to_administer(project)
    _require_visible(auth, project)
    outlook = find_outlook(state, store, project)
    standing = store.deletions.restore(project, actor=auth.actor)
    return respond(describe_project(auth, state, standing, outlook)[0])


def _require_visible(auth: Auth, project: str) -> None:
    """Raise an error unless there is such a project, or one that can be restored."""
    if not auth.access.find_project(project).exists:
        raise NotFoundError(NO_PROJECT)

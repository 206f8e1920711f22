"""Dropping a project's old graphs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.http.auth import require_project
from archguard_api.http.problem_json import document_errors
from archguard_api.http.request_body import MAX_SMALL_BYTES, parse_body
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    Auth,
    CurrentState,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router

router = new_router("projects")


async def _read_prune_request(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> models.PruneRequest:
    store = await run_in_threadpool(auth.to_administer, project)
    await run_in_threadpool(require_project, store, project)
    return parse_body(models.PruneRequest, await state.receiver.read(request, MAX_SMALL_BYTES))


@router.post(
    f"{PROJECT}/prune",
    response_model=models.PruneResult,
    summary="Drop old graphs",
    responses=document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": models.PruneRequest.model_json_schema()}},
        },
    },
)
def prune_graphs(
    project: ProjectName,
    auth: Auth,
    prune_request: Annotated[models.PruneRequest, Depends(_read_prune_request)],
) -> Response:
    """The trend and the violations stay, and so does the graph of the default branch's tip."""
    store = auth.to_administer(project)
    pruned = store.upkeep.prune_graphs(
        project, keep_days=prune_request.keep_days, keep_last=None, actor=auth.actor
    )
    return respond(pruned)

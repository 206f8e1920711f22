"""Dropping a project's old graphs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.http.auth import existing
from archguard_api.http.problem_json import documented
from archguard_api.http.request_body import MAX_SMALL_BYTES, form
from archguard_api.routes.dependencies import NEEDS_TOKEN, PROJECT, Asking, Process, ProjectName, answer
from archguard_api.routes.router import new_router

router = new_router("projects")


class Keeping(BaseModel):
    """What is to stay."""

    model_config = ConfigDict(
        strict=True, extra="forbid", json_schema_extra={"examples": [{"keep_days": 90}]}
    )

    keep_days: int = Field(
        ge=0, le=36_500, description="Graphs of snapshots received within so many days stay."
    )


async def _keeping(project: ProjectName, asking: Asking, process: Process, request: Request) -> Keeping:
    store = await run_in_threadpool(asking.to_administer, project)
    await run_in_threadpool(existing, store, project)
    return form(Keeping, await process.desk.read(request, MAX_SMALL_BYTES))


@router.post(
    f"{PROJECT}/prune",
    response_model=models.Pruned,
    summary="Drop old graphs",
    responses=documented(401, 403, 404, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": Keeping.model_json_schema()}},
        },
    },
)
def prune(
    project: ProjectName, asking: Asking, keeping: Annotated[Keeping, Depends(_keeping)]
) -> Response:
    """The trend and the violations stay, and so does the graph of the default branch's tip."""
    store = asking.to_administer(project)
    pruned = store.prune_graphs(project, keep_days=keeping.keep_days, keep_last=None)
    return answer(models.Pruned.model_validate(pruned))

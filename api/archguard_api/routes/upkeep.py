"""Changing a project: who reads it, its settings, which graphs are kept."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.concurrency import run_in_threadpool

from archguard_api import answers
from archguard_api.auth import existing
from archguard_api.problems import documented
from archguard_api.receiving import MAX_SMALL_BYTES, form
from archguard_api.routes.common import (
    NEEDS_TOKEN,
    PROJECT,
    Asking,
    Process,
    ProjectName,
    answer,
)
from archguard_api.routes.projects import now
from archguard_api.routes.reading import new_router

router = new_router("projects")
_LINK = "link"
_ADDRESS = re.compile(r"https?://[^\s/?#{}@\\]+/(?:[^\s{}]|\{(?:commit|path|line)\})*")
_ENDS = documented(401, 403, 404, 413, 415, 429, 503, 507)


def _is_link(text: str) -> bool:
    """Whether it leads to a file on a host that is written out: no name of a file may choose that."""
    return "{path}" in text and text.isprintable() and _ADDRESS.fullmatch(text) is not None


def _closed(schema: dict[str, Any]) -> None:
    """Say that other keys are refused: pydantic refuses them, and leaves it out of the schema."""
    schema["anyOf"][0]["additionalProperties"] = False


class ProjectChange(BaseModel):
    """What to change of a project; what is left out stays."""

    model_config = ConfigDict(strict=True, extra="forbid")

    public: bool | None = Field(default=None, description="Whether anybody may read it.")
    settings: (
        dict[Annotated[str, Field(pattern="^[a-z_]{1,32}$")], Annotated[str, Field(max_length=2048)]]
        | None
    ) = Field(
        default=None,
        max_length=16,
        description="Replaces all of them.",
        json_schema_extra=_closed,
    )

    @field_validator("settings")
    @classmethod
    def _links(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        link = (value or {}).get(_LINK)
        if link is not None and not _is_link(link):
            raise ValueError(
                "link: an http(s) address with {path} after its host, and perhaps {commit} and {line}"
            )
        return value


class PruneRequest(BaseModel):
    """Which graphs stay."""

    model_config = ConfigDict(
        strict=True, extra="forbid", json_schema_extra={"examples": [{"keep_days": 90}]}
    )

    keep_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        description="Those of snapshots received within so many days."
    )


def _described(model: type[BaseModel]) -> dict[str, Any]:
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {**NEEDS_TOKEN, "requestBody": {"required": True, "content": content}}


async def _body(project: ProjectName, asking: Asking, process: Process, request: Request) -> bytes:
    """What somebody sent who administers the project."""
    store = await run_in_threadpool(asking.to_administer, project)
    await run_in_threadpool(existing, store, project)
    return await process.desk.read(request, MAX_SMALL_BYTES)


Body = Annotated[bytes, Depends(_body)]


@router.patch(
    PROJECT,
    response_model=answers.ProjectNow,
    summary="Change who may read a project, or its settings",
    responses=_ENDS,
    openapi_extra=_described(ProjectChange),
)
def change_project(project: ProjectName, asking: Asking, body: Body) -> Response:
    """`settings`: `default_branch`, and `link`, where people read a line of a file.

    `link` is an address with `{path}`, and perhaps `{commit}` and `{line}`.
    """
    store, change = asking.to_administer(project), form(ProjectChange, body)
    if change.public is not None:
        store.set_public(project, change.public)
    if change.settings is not None:
        store.set_settings(project, change.settings)
    return answer(now(store, project))


@router.post(
    f"{PROJECT}/prune",
    response_model=answers.Pruned,
    summary="Drop the graphs of old snapshots",
    responses=_ENDS,
    openapi_extra=_described(PruneRequest),
)
def prune(project: ProjectName, asking: Asking, body: Body) -> Response:
    """Every trend stays, and so do the violations. The default branch's tip keeps its graph."""
    days = form(PruneRequest, body).keep_days
    pruned = asking.to_administer(project).prune(project, keep_days=days, keep_last=None)
    return answer(answers.Pruned.model_validate(pruned))

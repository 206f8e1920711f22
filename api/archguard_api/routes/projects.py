"""Projects and their branches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.http.auth import existing
from archguard_api.http.problem_json import documented
from archguard_api.http.request_body import MAX_SMALL_BYTES, form
from archguard_api.models import records
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    PUBLIC_OR_TOKEN,
    V1,
    After,
    Asking,
    IfNoneMatch,
    PageSize,
    Process,
    ProjectName,
    answer,
)
from archguard_api.routes.router import UNCHANGED, new_router, reading
from archguard_api.services.link_template import is_link_template

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.http.auth import RequestAuth
    from archguard_api.store import Store

router = new_router("projects")
_FETCHED = 200


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
    def _link(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        if value and "link" in value and not is_link_template(value["link"]):
            raise ValueError(
                "link: an http(s) address with {path} after its host, and perhaps {commit} and {line}"
            )
        return value


@router.get(
    f"{V1}/projects",
    response_model=models.Page[models.ListedProject],
    summary="The projects that you may read",
    responses={**UNCHANGED, **documented(401, 403, 429, 503)},
    openapi_extra=PUBLIC_OR_TOKEN,
)
def projects(
    asking: Asking, process: Process, match: IfNoneMatch, after: After = None, limit: PageSize = 50
) -> Response:
    """By name, with where each stands. Without a token, the public ones."""
    store, may_see = asking.to_list()
    page = (
        store.list_projects(None, after=after, limit=limit)
        if may_see is None
        else _page(store, may_see, after, limit)
    )
    items = tuple(
        models.ListedProject(**_said(asking, one), now=process.overviews.get(store, one.name))
        for one in page.items
    )
    return answer(models.Page[models.ListedProject](items=items, next=page.next), match)


@reading(router, PROJECT, models.ProjectNow, "A project and where its default branch stands")
def project(project: ProjectName, asking: Asking, match: IfNoneMatch) -> Response:
    """With each contract's count at the tip."""
    return answer(_now(asking, asking.to_read(project), project), match)


@reading(router, f"{PROJECT}/branches", models.Page[models.Branch], "The branches of a project")
def branches(
    project: ProjectName, asking: Asking, match: IfNoneMatch, after: After = None, limit: PageSize = 50
) -> Response:
    """By name."""
    store = asking.to_read(project)
    existing(store, project)
    page = store.list_branches(project, after=after, limit=limit)
    return answer(models.Page[models.Branch].model_validate(page), match)


async def _change(
    project: ProjectName, asking: Asking, process: Process, request: Request
) -> ProjectChange:
    store = await run_in_threadpool(asking.to_administer, project)
    await run_in_threadpool(existing, store, project)
    return form(ProjectChange, await process.desk.read(request, MAX_SMALL_BYTES))


@router.patch(
    PROJECT,
    response_model=models.ProjectNow,
    summary="Change who may read a project, or its settings",
    responses=documented(401, 403, 404, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ProjectChange.model_json_schema()}},
        },
    },
)
def change_project(
    project: ProjectName, asking: Asking, change: Annotated[ProjectChange, Depends(_change)]
) -> Response:
    """`settings`: `default_branch`, and `link`, a template with `{commit}`, `{path}` and `{line}`."""
    store = asking.to_administer(project)
    if change.public is not None:
        store.set_public(project, change.public)
    if change.settings is not None:
        store.set_settings(project, change.settings)
    return answer(_now(asking, store, project))


def _said(asking: RequestAuth, project: records.Project) -> dict[str, Any]:
    # It may be open by how the service was started, too.
    public = project.public or project.name in asking.gate.opened
    return {**models.Project.model_validate(project).model_dump(), "public": public}


def _now(asking: RequestAuth, store: Store, project: str) -> models.ProjectNow:
    said = _said(asking, existing(store, project))
    contracts = store.get_contracts_at_tip(project, None)
    now = tuple(map(models.ContractNow.model_validate, contracts))
    return models.ProjectNow(**said, settings=store.get_settings(project), contracts=now)


def _page(
    store: Store, may_see: Callable[[records.Project], bool], after: str | None, limit: int
) -> records.Page[records.Project]:
    """Those that may be seen; there are few enough projects to look at each."""
    found: list[records.Project] = []
    cursor = after
    while True:
        page = store.list_projects(None, after=cursor, limit=_FETCHED)
        found += [one for one in page.items if may_see(one)]
        cursor = page.next
        if cursor is None or len(found) > limit:
            break
    more = len(found) > limit
    return records.Page(tuple(found[:limit]), found[limit - 1].name if more else None)

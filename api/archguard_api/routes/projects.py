"""Projects and their branches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.http.auth import existing
from archguard_api.http.problem_json import documented
from archguard_api.http.request_body import MAX_SMALL_BYTES, form
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

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.http.auth import RequestAuth
    from archguard_api.store import Store

router = new_router("projects")
_FETCHED = 200


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
        store.projects(None, after=after, limit=limit)
        if may_see is None
        else _page(store, may_see, after, limit)
    )
    items = tuple(
        models.extend(
            models.ListedProject, _shown(asking, one), now=process.overviews.of(store, one.name)
        )
        for one in page.items
    )
    return answer(models.Page[models.ListedProject](items=items, next=page.next), match)


@reading(router, PROJECT, models.ProjectDetails, "A project and where its default branch stands")
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
    page = store.branches(project, after=after, limit=limit)
    return answer(page, match)


async def _change(
    project: ProjectName, asking: Asking, process: Process, request: Request
) -> models.ProjectChange:
    store = await run_in_threadpool(asking.to_administer, project)
    await run_in_threadpool(existing, store, project)
    return form(models.ProjectChange, await process.desk.read(request, MAX_SMALL_BYTES))


@router.patch(
    PROJECT,
    response_model=models.ProjectDetails,
    summary="Change who may read a project, or its settings",
    responses=documented(401, 403, 404, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": models.ProjectChange.model_json_schema()}},
        },
    },
)
def change_project(
    project: ProjectName, asking: Asking, change: Annotated[models.ProjectChange, Depends(_change)]
) -> Response:
    """`settings`: `default_branch`, and `link`, a template with `{commit}`, `{path}` and `{line}`."""
    store = asking.to_administer(project)
    if change.public is not None:
        store.set_public(project, change.public)
    if change.settings is not None:
        store.set_settings(project, change.settings)
    return answer(_now(asking, store, project))


def _shown(asking: RequestAuth, project: models.Project) -> models.Project:
    """Return the project as this service shows it: the settings, too, can make it public."""
    return replace(project, public=project.public or project.name in asking.gate.opened)


def _now(asking: RequestAuth, store: Store, project: str) -> models.ProjectDetails:
    return models.extend(
        models.ProjectDetails,
        _shown(asking, existing(store, project)),
        settings=store.settings_of(project),
        contracts=store.contracts_now(project, None),
    )


def _page(
    store: Store, may_see: Callable[[models.Project], bool], after: str | None, limit: int
) -> models.Page[models.Project]:
    """Those that may be seen; there are few enough projects to look at each."""
    found: list[models.Project] = []
    cursor = after
    while True:
        page = store.projects(None, after=cursor, limit=_FETCHED)
        found += [one for one in page.items if may_see(one)]
        cursor = page.next
        if cursor is None or len(found) > limit:
            break
    more = len(found) > limit
    return models.Page[models.Project](
        items=tuple(found[:limit]), next=found[limit - 1].name if more else None
    )

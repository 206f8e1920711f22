"""Projects and their branches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.http.auth import NO_PROJECT, require_project
from archguard_api.http.problem_json import document_errors
from archguard_api.http.request_body import MAX_SMALL_BYTES, parse_body
from archguard_api.http.responses import compute_etag, json_response
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    PUBLIC_OR_TOKEN,
    V1,
    After,
    AppState,
    Auth,
    BranchName,
    CurrentState,
    IfNoneMatch,
    PageSize,
    ProjectName,
    respond,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router, read_route
from archguard_api.routes.snapshots import NO_BRANCH
from archguard_api.services.freshness import find_earliest
from archguard_api.services.project_list import render_projects

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard_api.http.auth import RequestAuth
    from archguard_api.services.plan_outlook import PlanOutlook
    from archguard_api.store import Store

router = new_router("projects")
_BATCH = 200


@router.get(
    f"{V1}/projects",
    response_model=models.Page[models.ListedProject],
    summary="The projects that you may read",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 429, 503)},
    openapi_extra=PUBLIC_OR_TOKEN,
)
def list_projects(
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    after: After = None,
    limit: PageSize = 50,
) -> Response:
    """By name, with where each stands. Without a token, the public ones."""
    store, may_see = auth.to_list()
    page = (
        store.projects.list(None, after=after, limit=limit, with_deleted=auth.is_administrator)
        if may_see is None
        else _list_visible(store, may_see, after, limit)
    )
    summaries = state.summaries.list_json(store, [item.name for item in page.items])
    shown = page.model_copy(update={"items": tuple(_apply_settings(auth, it) for it in page.items)})
    body = render_projects(shown, {name: json for name, (json, _) in summaries.items()})
    holds_until = find_earliest(moment for _, moment in summaries.values())
    return json_response(body, if_none_match, compute_etag(body), holds_until=holds_until)


@read_route(router, PROJECT, models.ProjectDetails, "A project and where a branch of it stands")
def get_project(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    if_none_match: IfNoneMatch,
    branch: BranchName = None,
) -> Response:
    """With each contract's count at the tip."""
    store = auth.to_read(project)
    standing = store.get_project_standing(project, branch)
    if standing is None:
        raise NotFoundError(NO_PROJECT)
    if branch is not None and standing.branch is None:
        raise NotFoundError(NO_BRANCH)
    outlook = state.standings.find_outlook(store, standing)
    details, holds_until = describe_project(auth, state, standing, outlook)
    return respond(details, if_none_match, holds_until=holds_until)


@read_route(router, f"{PROJECT}/branches", models.Page[models.Branch], "The branches of a project")
def list_branches(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    after: After = None,
    limit: PageSize = 50,
) -> Response:
    """By name."""
    store = auth.to_read(project)
    require_project(store, project)
    page = store.list_branches(project, after=after, limit=limit)
    return respond(page, if_none_match)


async def _read_change(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> models.ProjectChange:
    store = await run_in_threadpool(auth.to_administer, project)
    await run_in_threadpool(require_project, store, project)
    return parse_body(models.ProjectChange, await state.receiver.read(request, MAX_SMALL_BYTES))


@router.patch(
    PROJECT,
    response_model=models.ProjectDetails,
    summary="Change who may read a project, its settings, or its name",
    responses=document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/SentProjectChange"}}
            },
        },
    },
)
def update_project(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    change: Annotated[models.ProjectChange, Depends(_read_change)],
) -> Response:
    """All of it, or nothing."""
    store = auth.to_administer(project)
    default_branch = change.settings.default_branch if change.settings else None
    outlook = find_outlook(state, store, project, default_branch)
    standing = store.projects.change(
        project,
        public=change.public,
        settings=change.settings,
        new_name=change.name,
        actor=auth.actor,
    )
    return respond(describe_project(auth, state, standing, outlook)[0])


def find_outlook(state: AppState, store: Store, project: str, branch: str | None = None) -> PlanOutlook:
    """Return what the plan of a branch says; of the default branch if none is named.

    It is read before a change of the project: once that is committed, no request may fail.

    Raises:
        NotFoundError: there is no such project.
    """
    standing = store.get_project_standing(project, branch)
    if standing is None:
        raise NotFoundError(NO_PROJECT)
    return state.standings.find_outlook(store, standing)


def _apply_settings(auth: RequestAuth, project: models.Project) -> models.Project:
    """Return the project as this service shows it: its settings can make it public, too."""
    return replace(project, public=project.public or project.name in auth.access.public_projects)


def describe_project(
    auth: RequestAuth, state: AppState, standing: models.ProjectStanding, outlook: PlanOutlook
) -> tuple[models.ProjectDetails, int | None]:
    """Return a project's details, and when time alone changes them."""
    contracts, holds_until = state.standings.list(standing, outlook)
    summary, _ = state.summaries.describe(standing)
    details = models.extend(
        models.ProjectDetails,
        _apply_settings(auth, standing.project),
        settings=standing.settings,
        now=summary,
        contracts=contracts,
    )
    return details, holds_until


def _list_visible(
    store: Store, may_see: Callable[[models.Project], bool], after: str | None, limit: int
) -> models.Page[models.Project]:
    """Return a page of the projects that may be seen; there are few enough to look at each."""
    visible: list[models.Project] = []
    cursor = after
    while True:
        page = store.projects.list(None, after=cursor, limit=_BATCH, with_deleted=True)
        visible += [item for item in page.items if may_see(item)]
        cursor = page.next
        if cursor is None or len(visible) > limit:
            break
    more = len(visible) > limit
    return models.Page[models.Project](
        items=tuple(visible[:limit]), next=visible[limit - 1].name if more else None
    )

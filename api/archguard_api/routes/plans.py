"""Plans: what `archguard plan` said of a branch, and how much of it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.http.auth import require_project
from archguard_api.http.problem_json import document_errors
from archguard_api.http.request_body import parse_body
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    AfterNumber,
    Auth,
    BranchName,
    ContractId,
    CurrentState,
    IfNoneMatch,
    PageSize,
    ProjectName,
    respond,
)
from archguard_api.routes.router import new_router, read_route
from archguard_api.routes.snapshots import too_many_uploads
from archguard_api.services.plan_progress import measure_plan
from archguard_api.store import Store

router = new_router("plans")
PLANS = f"{PROJECT}/plans"
_NO_PLAN = "The project has no plan of this branch."
_NO_VIOLATIONS = "The plan has no violations of this contract."
_NO_BRANCH = "The project has no branch yet: name the plan's branch."


@dataclass(frozen=True, slots=True)
class SentPlan:
    """The body of a plan by somebody who may store it."""

    store: Store
    plan: models.Plan


async def _receive_plan(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> SentPlan:
    """Check the token, then read the body and parse it in a slot."""
    store, _ = await run_in_threadpool(auth.to_upload, project)
    if not state.upload_limit.allows(project):
        raise too_many_uploads(state.upload_limit.seconds_left(project))
    await run_in_threadpool(require_project, store, project)
    body = await state.receiver.read(request, models.MAX_PLAN_BYTES)
    async with state.receiver.slot():
        return SentPlan(store, await run_in_threadpool(parse_body, models.Plan, body))


@router.post(
    PLANS,
    status_code=201,
    response_model=models.PlanProgress,
    summary="Add a plan",
    responses={
        200: {
            "model": models.PlanProgress,
            "description": "It is the newest one of its branch already.",
        },
        201: {"description": "It is new, and on disk."},
        **document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    },
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "description": "What `archguard plan --format json` prints, at most 8 MiB.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/SentPlan"}}},
        },
    },
)
def upload_plan(
    project: ProjectName,
    auth: Auth,
    sent: Annotated[SentPlan, Depends(_receive_plan, scope="function")],
    branch: BranchName = None,
) -> Response:
    """The newest 20 of each branch are kept."""
    name = _find_branch(sent.store, project, branch)
    auth.require_bound_to(name, None, None)
    added = sent.store.plans.add(project, name, sent.plan)
    return respond(measure_plan(added.plan, added.still_open), status=201 if added.is_new else 200)


@read_route(router, PLANS, models.Page[models.ReceivedPlan], "The plans of a project, newest first")
def list_plans(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    branch: BranchName = None,
    after: AfterNumber = None,
    limit: PageSize = 50,
) -> Response:
    """With how much of each is done in the newest snapshot of its branch."""
    store = auth.to_read(project)
    require_project(store, project)
    page = store.plans.list(project, branch, after=None if after is None else int(after), limit=limit)
    names = {stored.branch for stored in page.items}
    still_open = {name: store.plans.list_unfixed(project, name) for name in names}
    items = tuple(measure_plan(stored, still_open[stored.branch]) for stored in page.items)
    return respond(models.Page[models.ReceivedPlan](items=items, next=page.next), if_none_match)


@read_route(router, f"{PLANS}/newest", models.PlanProgress, "The newest plan of a branch")
def get_newest_plan(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    branch: BranchName = None,
    contract: ContractId = None,
) -> Response:
    """With its batches: a batch is done when none of its violations is open any more.

    With `contract` everything but `contracts` and `deletions` is of that contract alone.
    """
    store = auth.to_read(project)
    require_project(store, project)
    name = _find_branch(store, project, branch)
    return respond(_get_newest(store, project, name, contract), if_none_match)


def _find_branch(store: Store, project: str, branch: str | None) -> str:
    if branch is not None:
        return branch
    standing = store.get_project_standing(project, None)
    if standing is None or standing.branch is None:
        raise NotFoundError(_NO_BRANCH)
    return standing.branch.name


def _get_newest(store: Store, project: str, branch: str, contract: str | None) -> models.PlanProgress:
    page = store.plans.list(project, branch, after=None, limit=1)
    if not page.items:
        raise NotFoundError(_NO_PLAN)
    newest = page.items[0]
    if contract is not None and all(one.contract != contract for one in newest.plan.violations):
        raise NotFoundError(_NO_VIOLATIONS)
    return measure_plan(newest, store.plans.list_unfixed(project, branch), contract)

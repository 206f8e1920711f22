"""Notifications: administrators say who is told of what, and see what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import InvalidError
from archguard_api.http.auth import require_project
from archguard_api.http.problem_json import document_errors
from archguard_api.http.request_body import MAX_SMALL_BYTES, parse_body
from archguard_api.models.notifications import Channel
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    AfterNumber,
    Auth,
    CurrentState,
    IfNoneMatch,
    PageSize,
    ProjectName,
    respond,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router
from archguard_api.services.notifications.notices import compose_test
from archguard_api.services.notifications.signatures import create_secret
from archguard_api.store import Store

router = new_router("notifications")
NOTIFICATIONS = f"{PROJECT}/notifications"
RULE = f"{NOTIFICATIONS}/{{rule}}"
_RULE_PATTERN = "^[0-9a-f]{12}$"
_MAX_NUMBER = 2**31 - 1
"""The largest id that PostgreSQL compares with."""
_NO_MAIL = "This service sends no mail: its operator has set up no mail server."
RuleId = Annotated[str, Path(pattern=_RULE_PATTERN, examples=["4f1c2d7e9b3a"])]
RuleFilter = Annotated[
    str | None,
    Query(pattern=_RULE_PATTERN, description="Only by this rule.", examples=["4f1c2d7e9b3a"]),
]


@dataclass(frozen=True, slots=True)
class AuthorizedRuleRequest:
    """A request for a rule by somebody who may make it."""

    store: Store
    request: models.NotificationRuleRequest


@dataclass(frozen=True, slots=True)
class AuthorizedRuleChange:
    """A change of a rule by somebody who may make it."""

    store: Store
    change: models.NotificationRuleChange


def _authorize(project: str, auth: Auth) -> Store:
    store = auth.to_administer(project)
    require_project(store, project)
    return store


async def _receive_rule(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> AuthorizedRuleRequest:
    store = await run_in_threadpool(_authorize, project, auth)
    body = await state.receiver.read(request, MAX_SMALL_BYTES)
    rule = parse_body(models.NotificationRuleRequest, body)
    if rule.channel is Channel.MAIL and not state.settings.sends_mail:
        raise InvalidError(_NO_MAIL)
    return AuthorizedRuleRequest(store, rule)


async def _receive_change(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> AuthorizedRuleChange:
    store = await run_in_threadpool(_authorize, project, auth)
    body = await state.receiver.read(request, MAX_SMALL_BYTES)
    return AuthorizedRuleChange(store, parse_body(models.NotificationRuleChange, body))


@router.get(
    NOTIFICATIONS,
    response_model=models.NotificationRules,
    summary="Who is told of what",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def list_notification_rules(project: ProjectName, auth: Auth, if_none_match: IfNoneMatch) -> Response:
    """Without secrets: an address is shown up to its server."""
    return respond(_authorize(project, auth).notifications.list_rules(project), if_none_match)


@router.post(
    NOTIFICATIONS,
    status_code=201,
    response_model=models.NewNotificationRule,
    summary="Tell somebody of something",
    responses={
        201: {"description": "Made; its secret is shown this once."},
        **document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    },
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/NotificationRuleRequest"}}
            },
        },
    },
)
def create_notification_rule(
    project: ProjectName,
    auth: Auth,
    state: CurrentState,
    authorized: Annotated[AuthorizedRuleRequest, Depends(_receive_rule)],
) -> Response:
    """A project has at most 20 rules. They tell of what comes from now on.

    What a `webhook` gets is signed as https://www.standardwebhooks.com has it.
    """
    request = authorized.request
    added = authorized.store.notifications.add_rule(
        project,
        request,
        state.change_detector.make_mark(project),
        secret=create_secret() if request.channel is Channel.WEBHOOK else None,
        actor=auth.actor,
    )
    return respond(added, status=201)


@router.get(
    f"{PROJECT}/deliveries",
    response_model=models.Page[models.NotificationDelivery],
    summary="What was sent to whom, newest first",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def list_notification_deliveries(
    project: ProjectName,
    auth: Auth,
    if_none_match: IfNoneMatch,
    rule: RuleFilter = None,
    after: AfterNumber = None,
    limit: PageSize = 50,
) -> Response:
    """What is yet to be sent, and the newest 200 of the rest."""
    store = _authorize(project, auth)
    last = None if after is None else min(int(after), _MAX_NUMBER)
    page = store.notifications.list_deliveries(project, rule, after=last, limit=limit)
    return respond(page, if_none_match)


@router.get(
    RULE,
    response_model=models.NotificationRule,
    summary="A rule on who is told of what",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def get_notification_rule(
    project: ProjectName, rule: RuleId, auth: Auth, if_none_match: IfNoneMatch
) -> Response:
    """Without its secret."""
    return respond(_authorize(project, auth).notifications.get_rule(project, rule), if_none_match)


@router.patch(
    RULE,
    response_model=models.NotificationRule,
    summary="Change who is told of what",
    responses=document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/NotificationRuleChange"}}
            },
        },
    },
)
def update_notification_rule(
    project: ProjectName,
    rule: RuleId,
    auth: Auth,
    state: CurrentState,
    authorized: Annotated[AuthorizedRuleChange, Depends(_receive_change)],
) -> Response:
    """A rule that is disabled gives up what it has not sent yet. Its secret stays."""
    mark = state.change_detector.make_mark(project)
    changed = authorized.store.notifications.change_rule(
        project, rule, authorized.change, mark, actor=auth.actor
    )
    return respond(changed)


@router.delete(
    RULE,
    status_code=204,
    summary="Tell somebody no more",
    responses=document_errors(401, 403, 404, 409, 429, 503, 507),
    openapi_extra=NEEDS_TOKEN,
)
def delete_notification_rule(project: ProjectName, rule: RuleId, auth: Auth) -> Response:
    """What it has not sent yet is given up, and the log of what it sent goes with it."""
    _authorize(project, auth).notifications.delete_rule(project, rule, actor=auth.actor)
    return Response(status_code=204)


@router.post(
    f"{RULE}/test",
    status_code=202,
    response_model=models.NotificationDelivery,
    summary="Send a test",
    responses={
        202: {
            "description": "It is sent within seconds; the list of deliveries says whether it arrived."
        },
        **document_errors(401, 403, 404, 409, 422, 429, 503, 507),
    },
    openapi_extra=NEEDS_TOKEN,
)
def send_notification_test(project: ProjectName, rule: RuleId, auth: Auth) -> Response:
    """At most five of a rule wait to be sent."""
    store = _authorize(project, auth)
    notice = compose_test(project, store.now())
    return respond(store.notifications.add_test(project, rule, notice), status=202)

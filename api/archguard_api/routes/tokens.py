"""Tokens: administrators create, list and revoke them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.http.auth import NO_PROJECT
from archguard_api.http.problem_json import document_errors
from archguard_api.http.request_body import MAX_SMALL_BYTES, parse_body
from archguard_api.models.base import PROJECT_PATTERN
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    V1,
    Auth,
    CurrentState,
    IfNoneMatch,
    respond,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router
from archguard_api.services.tokens import create_token

if TYPE_CHECKING:
    from archguard_api.store import Store

router = new_router("tokens")
TOKENS = f"{V1}/tokens"
_ABSENT = "There is no such token, or it is not yours to see."


@dataclass(frozen=True, slots=True)
class AuthorizedTokenRequest:
    """A request for a token by somebody who may create it."""

    store: Store
    request: models.TokenRequest


async def _authorize_token_request(
    auth: Auth, state: CurrentState, request: Request
) -> AuthorizedTokenRequest:
    store, own = await run_in_threadpool(auth.to_administer_something)
    token = parse_body(models.TokenRequest, await state.receiver.read(request, MAX_SMALL_BYTES))
    if own not in (None, token.project):
        raise NotFoundError(NO_PROJECT)
    return AuthorizedTokenRequest(store, token)


@router.get(
    f"{V1}/token",
    response_model=models.Token,
    summary="The token that you sent",
    responses={**NOT_MODIFIED, **document_errors(401, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def token(auth: Auth, if_none_match: IfNoneMatch) -> Response:
    """What it is good for, and until when."""
    return respond(auth.own_token(), if_none_match)


@router.get(
    TOKENS,
    response_model=models.Tokens,
    summary="The tokens of the projects that you administer",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def tokens(
    auth: Auth,
    if_none_match: IfNoneMatch,
    project: Annotated[
        str | None, Query(pattern=PROJECT_PATTERN, description="Only of this one.")
    ] = None,
) -> Response:
    """Without their secrets, which the service does not keep."""
    if project is not None:
        items = auth.to_administer(project).list_tokens(project)
    else:
        store, own = auth.to_administer_something()
        items = store.list_tokens(own)
    return respond(models.Tokens(items=items), if_none_match)


@router.post(
    TOKENS,
    status_code=201,
    response_model=models.NewToken,
    summary="Make a token",
    responses={
        201: {"description": "Made; its text is shown this once."},
        **document_errors(401, 403, 404, 413, 415, 429, 503, 507),
    },
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TokenRequest"}}},
        },
    },
)
def make_token(
    authorized: Annotated[AuthorizedTokenRequest, Depends(_authorize_token_request)],
) -> Response:
    """An administrator of one project makes tokens for that project, which need not exist yet."""
    text, token = create_token(
        authorized.request.project,
        authorized.request.scope,
        now=int(time.time()),
        days=authorized.request.days,
    )
    authorized.store.add_token(token)
    return respond(models.extend(models.NewToken, token, token=text), status=201)


@router.delete(
    f"{TOKENS}/{{token_id}}",
    status_code=204,
    summary="Revoke a token",
    responses={
        204: {"description": "From the next request on it is not valid, in any process."},
        **document_errors(401, 403, 404, 429, 503, 507),
    },
    openapi_extra=NEEDS_TOKEN,
)
def revoke_token(
    token_id: Annotated[str, Path(pattern="^[0-9A-Za-z]{8}$", examples=["a1B2c3D4"])], auth: Auth
) -> Response:
    """Revoking it again changes nothing."""
    store, own = auth.to_administer_something()
    token = store.get_token(token_id)
    if token is None or own not in (None, token.project):
        raise NotFoundError(_ABSENT)
    store.revoke_token(token_id, int(time.time()))
    return Response(status_code=204)

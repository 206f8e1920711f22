"""Tokens: administrators create, list and revoke them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import ConflictError, ForbiddenError, NotFoundError
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
from archguard_api.services.tokens import create_child_token, holds_longer, renew_secret

if TYPE_CHECKING:
    from archguard_api.store import Store

router = new_router("tokens")
TOKENS = f"{V1}/tokens"
TokenId = Annotated[str, Path(pattern="^[0-9A-Za-z]{8}$", examples=["a1B2c3D4"])]
_ABSENT = "There is no such token, or it is not yours to see."


@dataclass(frozen=True, slots=True)
class AuthorizedTokenRequest:
    """A request for a token by somebody who may create it."""

    store: Store
    parent: models.Token
    request: models.TokenRequest


async def _authorize_token_request(
    auth: Auth, state: CurrentState, request: Request
) -> AuthorizedTokenRequest:
    store, parent = await run_in_threadpool(auth.to_administer_something)
    token = parse_body(models.TokenRequest, await state.receiver.read(request, MAX_SMALL_BYTES))
    if parent.project not in (None, token.project):
        raise NotFoundError(NO_PROJECT)
    return AuthorizedTokenRequest(store, parent, token)


@router.get(
    f"{V1}/token",
    response_model=models.Token,
    summary="The token that you sent",
    responses={**NOT_MODIFIED, **document_errors(401, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def get_own_token(auth: Auth, if_none_match: IfNoneMatch) -> Response:
    """What it is good for, and until when."""
    return respond(auth.own_token(), if_none_match)


@router.get(
    TOKENS,
    response_model=models.Tokens,
    summary="The tokens of the projects that you administer",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def list_tokens(
    auth: Auth,
    if_none_match: IfNoneMatch,
    project: Annotated[
        str | None, Query(pattern=PROJECT_PATTERN, description="Only of this one.")
    ] = None,
) -> Response:
    """Without their secrets, which the service does not keep."""
    if project is not None:
        items = auth.to_administer(project).credentials.list_tokens(project)
    else:
        store, own = auth.to_administer_something()
        items = store.credentials.list_tokens(own.project)
    return respond(models.Tokens(items=auth.access.uses.apply(items)), if_none_match)


@router.post(
    TOKENS,
    status_code=201,
    response_model=models.NewToken,
    summary="Make a token",
    responses={
        201: {"description": "Made; its text is shown this once."},
        **document_errors(401, 403, 404, 409, 413, 415, 422, 429, 503, 507),
    },
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TokenRequest"}}},
        },
    },
)
def create_token(
    authorized: Annotated[AuthorizedTokenRequest, Depends(_authorize_token_request)],
) -> Response:
    """An administrator of one project makes tokens for that project, which need not exist yet.

    A token expires at the latest when the one that makes it does.
    """
    store = authorized.store
    text, token = create_child_token(authorized.parent, authorized.request, store.now())
    store.credentials.add_child_token(token)
    return respond(models.extend(models.NewToken, token, token=text), status=201)


@router.post(
    f"{TOKENS}/{{token_id}}/rotate",
    response_model=models.NewToken,
    summary="Give a token a new secret",
    responses={
        200: {"description": "Its text is shown this once; the one before is not valid any more."},
        **document_errors(401, 403, 404, 409, 429, 503, 507),
    },
    openapi_extra=NEEDS_TOKEN,
)
def rotate_token(token_id: TokenId, auth: Auth) -> Response:
    """Its id, creator, name and end stay, and so do the tokens that it made; its sessions end."""
    store, own, token = _find_administered(auth, token_id)
    if not token.is_live(store.now()):
        raise ConflictError("The token holds no longer; make another one.")
    if holds_longer(token, own.expires_at):
        raise ForbiddenError("The token holds longer than yours, so yours cannot rotate it.")
    text, rotated = renew_secret(token)
    store.credentials.replace_token_secret(token_id, rotated.secret_hash, actor=auth.actor)
    return respond(models.extend(models.NewToken, rotated, token=text))


@router.delete(
    f"{TOKENS}/{{token_id}}",
    response_model=models.Revocation,
    summary="Revoke a token",
    responses={
        200: {"description": "From the next request on it is not valid, in any process."},
        **document_errors(401, 403, 404, 429, 503, 507),
    },
    openapi_extra=NEEDS_TOKEN,
)
def revoke_token(
    token_id: TokenId,
    auth: Auth,
    descendants: Annotated[
        bool, Query(description="Revoke those, too, that it made, and that they made in turn.")
    ] = False,
) -> Response:
    """Names those of its descendants that still hold. Revoking it again changes nothing."""
    store, _, _ = _find_administered(auth, token_id)
    revocation = store.credentials.revoke_token(
        token_id, store.now(), descendants=descendants, actor=auth.actor
    )
    if revocation is None:
        raise NotFoundError(_ABSENT)
    return respond(revocation)


def _find_administered(auth: Auth, token_id: str) -> tuple[Store, models.Token, models.Token]:
    """Return the store, the request's own token, and one that it administers."""
    store, own = auth.to_administer_something()
    token = store.credentials.get_token(token_id)
    if token is None or own.project not in (None, token.project):
        raise NotFoundError(_ABSENT)
    return store, own, token

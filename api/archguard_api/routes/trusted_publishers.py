"""Trusted publishers: administrators say which workflows may upload, and these exchange ID tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import InvalidError, TooManyError, UnauthorizedError
from archguard_api.http.auth import require_project
from archguard_api.http.problem_json import document_errors
from archguard_api.http.request_body import MAX_SMALL_BYTES, parse_body
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    PROJECT,
    V1,
    Auth,
    CurrentState,
    IfNoneMatch,
    ProjectName,
    respond,
)
from archguard_api.routes.router import NOT_MODIFIED, new_router
from archguard_api.services.oidc.token_exchange import exchange_id_token
from archguard_api.store import Store

router = new_router("trusted publishers")
PUBLISHERS = f"{PROJECT}/trusted-publishers"
PublisherId = Annotated[str, Path(pattern="^[0-9a-f]{12}$", examples=["4f1c2d7e9b3a"])]
_OTHER_ISSUER = "This issuer is none of those that the service's operator allows."
_NO_AUDIENCE = "The service accepts no ID token: its operator has not said what its public URL is."


@dataclass(frozen=True, slots=True)
class AuthorizedPublisherRequest:
    """A trusted publisher that somebody may add."""

    store: Store
    request: models.TrustedPublisherRequest


def _authorize(project: str, auth: Auth) -> Store:
    store = auth.to_administer(project)
    require_project(store, project)
    return store


async def _receive_publisher(
    project: ProjectName, auth: Auth, state: CurrentState, request: Request
) -> AuthorizedPublisherRequest:
    store = await run_in_threadpool(_authorize, project, auth)
    body = await state.receiver.read(request, MAX_SMALL_BYTES)
    publisher = parse_body(models.TrustedPublisherRequest, body)
    if state.settings.audience is None:
        raise InvalidError(_NO_AUDIENCE)
    if (publisher.issuer or publisher.provider.default_issuer) not in state.settings.oidc_issuers:
        raise InvalidError(_OTHER_ISSUER)
    return AuthorizedPublisherRequest(store, publisher)


async def _receive_id_token(state: CurrentState, request: Request) -> models.IdTokenRequest:
    return parse_body(models.IdTokenRequest, await state.receiver.read(request, MAX_SMALL_BYTES))


@router.get(
    PUBLISHERS,
    response_model=models.TrustedPublishers,
    summary="Which workflows may upload",
    responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def list_trusted_publishers(
    project: ProjectName, auth: Auth, state: CurrentState, if_none_match: IfNoneMatch
) -> Response:
    """Those that do so without a token that anybody keeps."""
    items = _authorize(project, auth).publishers.list(project)
    publishers = models.TrustedPublishers(items=items, audience=state.settings.audience)
    return respond(publishers, if_none_match)


@router.post(
    PUBLISHERS,
    status_code=201,
    response_model=models.TrustedPublisher,
    summary="Let the workflows of a repository upload",
    responses=document_errors(401, 403, 404, 409, 413, 415, 429, 503, 507),
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/TrustedPublisherRequest"}}
            },
        },
    },
)
def create_trusted_publisher(
    project: ProjectName,
    auth: Auth,
    authorized: Annotated[AuthorizedPublisherRequest, Depends(_receive_publisher)],
) -> Response:
    """A project has at most 20. Each upload is of the branch and commit that the workflow runs for."""
    added = authorized.store.publishers.add(project, authorized.request, actor=auth.actor)
    return respond(added, status=201)


@router.delete(
    f"{PUBLISHERS}/{{publisher}}",
    status_code=204,
    summary="Let the workflows of a repository upload no more",
    responses=document_errors(401, 403, 404, 409, 429, 503, 507),
    openapi_extra=NEEDS_TOKEN,
)
def delete_trusted_publisher(project: ProjectName, publisher: PublisherId, auth: Auth) -> Response:
    """What was exchanged before holds until it expires, within 15 minutes."""
    _authorize(project, auth).publishers.remove(project, publisher, actor=auth.actor)
    return Response(status_code=204)


@router.post(
    f"{V1}/oidc/exchange",
    status_code=201,
    response_model=models.NewToken,
    summary="Exchange an ID token for an upload token",
    responses={
        201: {"description": "It holds for 15 minutes, and its text is shown this once."},
        **document_errors(401, 413, 415, 429, 503, 507),
    },
    openapi_extra={
        "security": [],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/IdTokenRequest"}}},
        },
    },
)
def exchange_token(
    auth: Auth,
    state: CurrentState,
    sent: Annotated[models.IdTokenRequest, Depends(_receive_id_token)],
) -> Response:
    """Needs no token. Whatever is wrong, and whether there is such a project, the 401 is the same."""
    try:
        token = exchange_id_token(auth.access.store, state.id_tokens, sent.project, sent.id_token)
    except UnauthorizedError:
        if not auth.access.failures.allows(auth.address):
            raise TooManyError(
                "Too many tokens from this address were refused; wait a minute."
            ) from None
        raise
    return respond(token, status=201)

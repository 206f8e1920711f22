"""Sessions: a browser exchanges a token for a cookie, so that a link opens signed in."""

from __future__ import annotations

from fastapi import Request, Response

from archguard_api import models
from archguard_api.errors import UnauthorizedError
from archguard_api.http.auth import NO_VALID_TOKEN
from archguard_api.http.credentials import clear_cookie, read_cookie, set_cookie
from archguard_api.http.problem_json import document_errors
from archguard_api.routes.dependencies import (
    NEEDS_BEARER,
    PUBLIC_OR_TOKEN,
    V1,
    Auth,
    CurrentState,
    respond,
)
from archguard_api.routes.router import new_router
from archguard_api.services.sessions import create_cookie, hash_cookie

router = new_router("sessions")
SESSION = f"{V1}/session"


@router.post(
    SESSION,
    status_code=201,
    response_model=models.Session,
    summary="Exchange the token that you sent for a cookie",
    responses={
        201: {"description": "Signed in: the cookie stands for the token until that ends."},
        **document_errors(401, 429, 503, 507),
    },
    openapi_extra=NEEDS_BEARER,
)
def create_session(auth: Auth, state: CurrentState, request: Request) -> Response:
    """The cookie is HttpOnly; what changes something with it must come from the service's own pages."""
    if auth.credentials.authorization is None:
        raise UnauthorizedError(NO_VALID_TOKEN)
    token = auth.own_token()
    store = auth.access.store
    cookie, cookie_hash = create_cookie()
    now = store.now()
    store.credentials.add_session(
        cookie_hash, token.id, now, replaced=hash_cookie(read_cookie(request.headers) or "")
    )
    response = respond(models.Session.of(token), status=201)
    seconds = None if token.expires_at is None else token.expires_at - now
    set_cookie(request, response, cookie, path=state.settings.cookie_path, seconds=seconds)
    return response


@router.get(
    SESSION,
    response_model=models.Session,
    summary="Who you are",
    responses={
        204: {"description": "Nobody: there is no token, and no cookie of a session that holds."},
        **document_errors(401, 429, 503),
    },
    openapi_extra=PUBLIC_OR_TOKEN,
)
def get_session(auth: Auth) -> Response:
    """The token that the cookie stands for, or that of the header."""
    token = auth.find_token()
    if token is None:
        return Response(status_code=204, headers={"cache-control": "no-store"})
    return respond(models.Session.of(token))


@router.delete(
    SESSION,
    status_code=204,
    summary="Sign out",
    responses={
        204: {"description": "The session has ended, in every tab and process."},
        **document_errors(401, 403, 429, 503, 507),
    },
    openapi_extra=PUBLIC_OR_TOKEN,
)
def delete_session(auth: Auth, state: CurrentState, request: Request) -> Response:
    """The token itself still holds. Without a session nothing changes."""
    auth.find_token()
    cookie_hash = hash_cookie(read_cookie(request.headers) or "")
    store = auth.access.store
    if cookie_hash is not None and store.credentials.get_session_token(cookie_hash) is not None:
        store.credentials.delete_session(cookie_hash)
    response = Response(status_code=204)
    clear_cookie(request, response, path=state.settings.cookie_path)
    auth.session_is_dead = False  # it is cleared already
    return response

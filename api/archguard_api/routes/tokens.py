"""Tokens: an administrator gives them out, lists them and takes them back."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import NotFoundError
from archguard_api.http.auth import NO_PROJECT
from archguard_api.http.problem_json import documented
from archguard_api.http.request_body import MAX_SMALL_BYTES, form
from archguard_api.routes.dependencies import (
    NEEDS_TOKEN,
    V1,
    Asking,
    IfNoneMatch,
    Process,
    answer,
)
from archguard_api.routes.router import UNCHANGED, new_router
from archguard_api.services.tokens import DEFAULT_DAYS, PROJECT_PATTERN, Scope, create_token

if TYPE_CHECKING:
    from archguard_api.store import Store

router = new_router("tokens")
TOKENS = f"{V1}/tokens"
_ABSENT = "There is no such token, or it is not yours to see."


class TokenRequest(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"project": "shop", "scope": "upload"}]}
    )

    project: Annotated[str, Field(pattern=PROJECT_PATTERN, strict=True)] | None = Field(
        description="What it is good for; null: every project."
    )
    scope: Scope
    days: Annotated[int, Field(ge=1, le=3650, strict=True)] | None = Field(
        default=DEFAULT_DAYS, description="How long it holds; null: until it is revoked."
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """A token that may be made."""

    store: Store
    token: TokenRequest


async def _wanted(asking: Asking, process: Process, request: Request) -> Wanted:
    store, own = await run_in_threadpool(asking.to_administer_something)
    token = form(TokenRequest, await process.desk.read(request, MAX_SMALL_BYTES))
    if own not in (None, token.project):
        raise NotFoundError(NO_PROJECT)
    return Wanted(store, token)


@router.get(
    f"{V1}/token",
    response_model=models.Token,
    summary="The token that you sent",
    responses={**UNCHANGED, **documented(401, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def token(asking: Asking, match: IfNoneMatch) -> Response:
    """What it is good for, and until when."""
    return answer(models.Token.model_validate(asking.own_token()), match)


@router.get(
    TOKENS,
    response_model=models.Tokens,
    summary="The tokens of the projects that you administer",
    responses={**UNCHANGED, **documented(401, 403, 404, 429, 503)},
    openapi_extra=NEEDS_TOKEN,
)
def tokens(
    asking: Asking,
    match: IfNoneMatch,
    project: Annotated[
        str | None, Query(pattern=PROJECT_PATTERN, description="Only of this one.")
    ] = None,
) -> Response:
    """Never their secrets: nobody keeps those."""
    if project is not None:
        found = asking.to_administer(project).list_tokens(project)
    else:
        store, own = asking.to_administer_something()
        found = store.list_tokens(own)
    return answer(models.Tokens.model_validate({"items": found}), match)


@router.post(
    TOKENS,
    status_code=201,
    response_model=models.NewToken,
    summary="Make a token",
    responses={
        201: {"description": "Made; its text is shown this once."},
        **documented(401, 403, 404, 413, 415, 429, 503, 507),
    },
    openapi_extra={
        **NEEDS_TOKEN,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/TokenRequest"}}},
        },
    },
)
def make_token(wanted: Annotated[Wanted, Depends(_wanted)]) -> Response:
    """Who administers one project makes tokens for that one; it need not exist yet."""
    asked = wanted.token
    said, token = create_token(asked.project, asked.scope, now=int(time.time()), days=asked.days)
    wanted.store.add_token(token)
    shown = models.Token.model_validate(token).model_dump()
    return answer(models.NewToken(**shown, token=said), status=201)


@router.delete(
    f"{TOKENS}/{{token_id}}",
    status_code=204,
    summary="Revoke a token",
    responses={
        204: {"description": "From the next request on it does not hold, in any process."},
        **documented(401, 403, 404, 429, 503, 507),
    },
    openapi_extra=NEEDS_TOKEN,
)
def revoke_token(
    token_id: Annotated[str, Path(pattern="^[0-9A-Za-z]{8}$", examples=["a1B2c3D4"])], asking: Asking
) -> Response:
    """Revoking it again changes nothing."""
    store, own = asking.to_administer_something()
    token = store.get_token(token_id)
    if token is None or own not in (None, token.project):
        raise NotFoundError(_ABSENT)
    store.revoke_token(token_id, int(time.time()))
    return Response(status_code=204)

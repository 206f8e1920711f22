"""Liveness, readiness and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from archguard_api import models
from archguard_api.errors import ServiceError
from archguard_api.http.credentials import NO_CREDENTIALS
from archguard_api.http.metrics import CONTENT_TYPE
from archguard_api.http.problem_json import MEDIA_TYPE, document_errors
from archguard_api.routes.dependencies import NEEDS_TOKEN, PUBLIC_OR_TOKEN, Auth, CurrentState
from archguard_api.routes.router import new_router

if TYPE_CHECKING:
    from archguard_api.http.auth import RequestAuth

router = new_router("health")
_NOT_STORED = {"cache-control": "no-store"}
_NOT_READY = {
    "description": "503: the database is locked or does not answer; 507: its disk is full. Come back"
    " after `Retry-After` seconds.",
    "content": {
        MEDIA_TYPE: {
            "schema": {
                "type": "object",
                "properties": {"status": {"type": "integer", "examples": [503]}},
                "required": ["status"],
            }
        }
    },
}
"""A problem that has nothing but its status, so that strangers learn nothing."""
_ALIVE = models.Health(status="ok").model_dump_json().encode()


@router.get(
    "/healthz",
    response_model=models.Health,
    summary="Whether the process answers",
    responses=document_errors(),
)
async def get_health() -> Response:
    """Does not use the database."""
    return Response(_ALIVE, media_type="application/json", headers=_NOT_STORED)


@router.get(
    "/readyz",
    response_model=models.Readiness,
    response_model_exclude_none=True,
    summary="Whether the service takes uploads",
    responses={**document_errors(), 503: _NOT_READY, 507: _NOT_READY},
    openapi_extra=PUBLIC_OR_TOKEN,
)
async def get_readiness(auth: Auth, state: CurrentState) -> Response:
    """The database can be written and its disk has room, as of the last second.

    Only a token that reads all projects is told more than the status.
    """
    reason = await state.readiness.check()
    if reason is not None:
        headers = {**_NOT_STORED, "retry-after": str(reason.retry_after or 1)}
        return Response(f'{{"status":{reason.status:d}}}', reason.status, headers, MEDIA_TYPE)
    database = (
        None if auth.credentials == NO_CREDENTIALS else await run_in_threadpool(_name_database, auth)
    )
    ready = models.Readiness(status="ready", database=database)
    return Response(
        ready.model_dump_json(exclude_none=True), media_type="application/json", headers=_NOT_STORED
    )


@router.get(
    "/metrics",
    response_class=Response,
    summary="Figures for Prometheus",
    responses={
        200: {
            "content": {"text/plain": {"schema": {"type": "string"}}},
            "description": "Its text format.",
        },
        **document_errors(401, 403, 429, 503),
    },
    openapi_extra=NEEDS_TOKEN,
)
def get_metrics(auth: Auth, state: CurrentState) -> Response:
    """Needs a `read` token for all projects, unless ARCHGUARD_METRICS_PUBLIC is set.

    Even then only such a token shows the figures of projects.
    """
    if state.settings.metrics_public:
        with_projects = _reads_all(auth)
    else:
        auth.to_read_all()
        with_projects = True
    return Response(
        state.metrics.make_exposition(with_projects=with_projects),
        media_type=CONTENT_TYPE,
        headers=_NOT_STORED,
    )


def _name_database(auth: RequestAuth) -> str | None:
    return auth.access.store.backend if _reads_all(auth) else None


def _reads_all(auth: RequestAuth) -> bool:
    """Return whether the caller has a token that reads all projects."""
    try:
        auth.to_read_all()
    except ServiceError:
        return False
    return True

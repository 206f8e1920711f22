"""Liveness, readiness and metrics."""

from __future__ import annotations

from fastapi import Response

from archguard_api import models
from archguard_api.http.metrics import CONTENT_TYPE
from archguard_api.http.problem_json import document_errors
from archguard_api.routes.dependencies import NEEDS_TOKEN, Auth, CurrentState
from archguard_api.routes.router import new_router

router = new_router("health")
_ALIVE = models.Health(status="ok").model_dump_json().encode()


@router.get(
    "/healthz",
    response_model=models.Health,
    summary="Whether the process answers",
    responses=document_errors(),
)
async def healthz() -> Response:
    """Does not use the database."""
    return Response(_ALIVE, media_type="application/json", headers={"cache-control": "no-store"})


@router.get(
    "/readyz",
    response_model=models.Readiness,
    summary="Whether the service takes uploads",
    responses=document_errors(503, 507),
)
def readyz(state: CurrentState) -> Response:
    """The database can be written, and its disk has room."""
    state.access.store.ping()
    ready = models.Readiness(status="ready", database=state.access.store.backend)
    return Response(
        ready.model_dump_json(), media_type="application/json", headers={"cache-control": "no-store"}
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
def metrics(auth: Auth, state: CurrentState) -> Response:
    """Needs a `read` token for all projects, unless ARCHGUARD_METRICS_PUBLIC is set."""
    if not state.settings.metrics_public:
        auth.to_read_all()
    return Response(
        state.metrics.exposition(), media_type=CONTENT_TYPE, headers={"cache-control": "no-store"}
    )

"""Routers and the declaration of routes that read: their response and every error they can end with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from archguard_api.http.problem_json import document_errors
from archguard_api.routes.dependencies import PUBLIC_OR_TOKEN
from archguard_api.routes.route_classes import CachedRoute, StrictRoute

if TYPE_CHECKING:
    from collections.abc import Callable

    Endpoint = Callable[..., Any]
    Declare = Callable[[Endpoint], Endpoint]

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client has it already: `If-None-Match` names its `ETag`."}
}


def new_router(tag: str) -> APIRouter:
    """Return a router whose routes refuse unknown parameters; an operation is named as its endpoint."""
    return APIRouter(
        route_class=StrictRoute,
        tags=[tag],
        generate_unique_id_function=lambda route: route.name,  # the endpoint's, for generated clients
    )


def read_route(router: APIRouter, path: str, model: type[Any], summary: str) -> Declare:
    """Declare a GET of something in a project; its responses are cached."""

    def declare(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(
            path,
            endpoint,
            response_model=model,
            summary=summary,
            responses={**NOT_MODIFIED, **document_errors(401, 403, 404, 429, 503)},
            openapi_extra=PUBLIC_OR_TOKEN,
            route_class_override=CachedRoute,
        )
        return endpoint

    return declare

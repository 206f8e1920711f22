"""How a route that reads is declared: what it answers, and every way it can end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from archguard_api.http.problem_json import documented
from archguard_api.routes.dependencies import PUBLIC_OR_TOKEN
from archguard_api.routes.route_classes import RememberingRoute, StrictRoute

if TYPE_CHECKING:
    from collections.abc import Callable

    Endpoint = Callable[..., Any]
    Declare = Callable[[Endpoint], Endpoint]

UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client has it already: `If-None-Match` names its `ETag`."}
}


def new_router(tag: str) -> APIRouter:
    """A router whose routes are strict about parameters."""
    return APIRouter(route_class=StrictRoute, tags=[tag])


def reading(router: APIRouter, path: str, model: type[Any], summary: str) -> Declare:
    """Declare a GET of something of a project."""

    def declare(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(
            path,
            endpoint,
            response_model=model,
            summary=summary,
            responses={**UNCHANGED, **documented(401, 403, 404, 429, 503)},
            openapi_extra=PUBLIC_OR_TOKEN,
            route_class_override=RememberingRoute,
        )
        return endpoint

    return declare

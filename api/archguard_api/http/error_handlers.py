"""Handlers that turn the errors of endpoints and of the framework into problem+json."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from archguard_api.errors import MovedError, ServiceError
from archguard_api.http import problem_json
from archguard_api.http.middleware import SECURITY_HEADERS, get_request_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

_DETAILS = {
    404: "There is nothing at this path.",
    405: "This path does not have this method; `Allow` lists those that it has.",
    413: "The body is larger than the service takes.",
}
_log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Register a handler for each kind of error."""
    app.exception_handler(ServiceError)(_service_error)
    app.exception_handler(RequestValidationError)(_validation_error)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Exception)(_unexpected_error)


async def _service_error(request: Request, error: ServiceError) -> Response:
    response = problem_json.error_response(error)
    if isinstance(error, MovedError):
        response.headers["Location"] = _make_location(request, error.name)
    return response


def _make_location(request: Request, project: str) -> str:
    """Return the request's path and query with another project: relative, so on the same origin."""
    parameters = {name: quote(str(value), safe="") for name, value in request.path_params.items()} | {
        "project": project
    }
    path = request.scope["route"].path_format.format(**parameters)
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope.get('root_path', '')}{path}{'?' if query else ''}{query}"


async def _validation_error(_request: Request, error: RequestValidationError) -> Response:
    """Report where and what is wrong, never the input: it may be a secret, or not even text."""
    locations = tuple(
        (".".join(str(part)[:64] for part in item["loc"][:8]), str(item["msg"])[:200])
        for item in error.errors()[:5]
    )
    return problem_json.problem_response(
        422, "A parameter is not valid; `errors` says which and why.", locations=locations
    )


async def _http_error(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return problem_json.problem_response(
        error.status_code,
        _DETAILS.get(error.status_code, "The request cannot be served."),
        headers=headers,
    )


async def _unexpected_error(request: Request, error: Exception) -> Response:
    """Add the middleware's headers here: this handler runs outside of every middleware."""
    request_id = get_request_id(request.scope)
    _log.error("unexpected error", request_id=request_id, path=request.scope["path"], exc_info=error)
    headers = {
        "X-Request-Id": request_id,
        **{name.decode(): value.decode() for name, value in SECURITY_HEADERS},
    }
    return problem_json.problem_response(
        500,
        "Something went wrong in the service; its log has the error under this request_id.",
        headers=headers,
        request_id=request_id,
    )


def _methods(request: Request) -> Iterable[str]:
    """Return the methods of every route of the path; the framework would give only the first route's."""
    path = request.scope["path"]
    methods: set[str] = set()
    for route in request.app.routes:
        pattern: re.Pattern[str] | None = getattr(route, "path_regex", None)
        if pattern is not None and pattern.match(path):
            methods |= route.methods or set()
    return methods | {"HEAD"} if "GET" in methods else methods

"""What becomes of an error that an endpoint raises, or that the framework does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from archguard_api.errors import ServiceError
from archguard_api.http import problem_json
from archguard_api.http.middleware import HEADERS, request_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fastapi import FastAPI

_DETAILS = {
    404: "There is nothing at this path.",
    405: "This path knows other methods.",
    413: "The body is larger than the service takes.",
}
_log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Answer each error with problem+json."""
    app.exception_handler(ServiceError)(_service_error)
    app.exception_handler(RequestValidationError)(_validation_error)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Exception)(_unforeseen)


async def _service_error(_request: Request, error: ServiceError) -> Response:
    return problem_json.of_error(error)


async def _validation_error(_request: Request, error: RequestValidationError) -> Response:
    """Says where and what, never the input: it may be a secret, or no text at all."""
    faults = tuple(
        (".".join(str(part)[:64] for part in one["loc"][:8]), str(one["msg"])[:200])
        for one in error.errors()[:5]
    )
    return problem_json.answer(422, "A parameter says something that cannot be.", faults=faults)


async def _http_error(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return problem_json.answer(
        error.status_code,
        _DETAILS.get(error.status_code, "The request cannot be answered."),
        headers=headers,
    )


async def _unforeseen(request: Request, error: Exception) -> Response:
    """Runs outside of every middleware, so it adds their headers itself."""
    name = request_id(request.scope)
    _log.error("unforeseen error", request_id=name, path=request.scope["path"], exc_info=error)
    headers = {"X-Request-Id": name, **{key.decode(): value.decode() for key, value in HEADERS}}
    return problem_json.answer(
        500,
        "Something went wrong that should not; the log has it under this request_id.",
        headers=headers,
        request_id=name,
    )


def _methods(request: Request) -> Iterable[str]:
    """Of the path: the framework would name only the first route's."""
    path = request.scope["path"]
    found: set[str] = set()
    for route in request.app.routes:
        pattern: re.Pattern[str] | None = getattr(route, "path_regex", None)
        if pattern is not None and pattern.match(path):
            found |= route.methods or set()
    return found

"""Errors as RFC 9457 problem+json, which never repeat what was sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import Response
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from archguard_api.errors import ServiceError

MEDIA_TYPE = "application/problem+json"
DESCRIPTIONS = {
    308: "The project has another name now: see `Location`.",
    400: "The request is not HTTP that the service understands.",
    401: "No token, or one that does not hold: unknown, expired, revoked.",
    403: "The token's scope is too small.",
    404: "It does not exist, or is not yours to see: the two are the same answer.",
    405: "The path has other methods: see `Allow`.",
    409: "Something else is stored under the same key.",
    413: "The body is larger than the service takes.",
    415: "The body's media type or encoding is not one that the service reads.",
    422: "A parameter or the body is not valid; `errors` says where.",
    429: "Too many requests: come back after `Retry-After` seconds.",
    503: "The database is busy, or too many uploads or connections wait: come back after `Retry-After`"
    " seconds.",
    507: "The disk is full. Reading goes on; come back after `Retry-After` seconds.",
}


class ProblemLocation(BaseModel):
    """One thing that is wrong, and where."""

    at: str = Field(examples=["query.limit"])
    problem: str = Field(examples=["Input should be less than or equal to 200"])


class Problem(BaseModel):
    """RFC 9457."""

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no such project, or it is not yours to see."])
    errors: list[ProblemLocation] | None = None
    request_id: str | None = Field(default=None, description="Of a 500: the same as in the log.")


def document_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the `responses` of a route that can end with these errors, or with those of every route.

    Where access is checked, a project may be asked for by a name that it had.
    """
    moved = {308} if 401 in statuses else set()
    return {
        status: {
            "description": DESCRIPTIONS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*statuses, *moved, 422, 503})
    }


def problem_response(
    status: int,
    detail: str,
    *,
    locations: tuple[tuple[str, str], ...] = (),
    headers: Mapping[str, str] | None = None,
    request_id: str | None = None,
) -> Response:
    """Return a problem as a response.

    Args:
        status: HTTP's.
        detail: one sentence: what, where, what to do.
        locations: (place in the request, what is wrong there).
        headers: to add to the response.
        request_id: under which the log has more.
    """
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=[ProblemLocation(at=at, problem=problem) for at, problem in locations] or None,
        request_id=request_id,
    )
    return Response(
        body.model_dump_json(exclude_none=True),
        status,
        {"Cache-Control": "no-store", **(headers or {})},
        MEDIA_TYPE,
    )


def error_response(error: ServiceError) -> Response:
    """Return an error of the service as a response."""
    headers = {}
    if error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem_response(error.status, error.detail, locations=error.problems, headers=headers)

"""The dashboard's page and the files it loads. None is secret: the page uses the API like any client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from archguard_api.errors import NotFoundError
from archguard_api.http.responses import compute_etag, matches_etag
from archguard_api.routes.dependencies import CurrentState

if TYPE_CHECKING:
    from archguard_api.services.dashboard_files import DashboardFile

router = APIRouter(include_in_schema=False)
CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # ECharts sets `style` attributes; inline style sheets and scripts stay forbidden.
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
_NOT_BUILT = """\
The dashboard is not built here.

In a checkout, `make` does it: make .venv/.installed
With Node: cd api/dashboard && npm ci && npm run build

The API is there: see /docs.
"""
_METHODS = ["GET", "HEAD"]


@router.api_route("/", methods=_METHODS)
@router.api_route("/settings", methods=_METHODS)
@router.api_route("/p/{rest:path}", methods=_METHODS)
def page(state: CurrentState, request: Request) -> Response:
    """Serve the one page, which shows what its address asks for."""
    file = state.dashboard.get_page()
    if file is None:
        return Response(_NOT_BUILT, 503, {"cache-control": "no-store"}, "text/plain")
    etag = compute_etag(file.body)
    headers = {"content-security-policy": CSP, "cache-control": "no-cache", "etag": etag}
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    return _respond(file, request, headers)


@router.api_route("/assets/{name}", methods=_METHODS)
def asset(name: str, state: CurrentState, request: Request) -> Response:
    """Serve a script, a style sheet or a picture; its name changes with its content."""
    file = state.dashboard.get_asset(name)
    if file is None:
        raise NotFoundError("There is nothing at this path.")
    return _respond(file, request, {"cache-control": "public, max-age=31536000, immutable"})


def _respond(file: DashboardFile, request: Request, headers: dict[str, str]) -> Response:
    headers = {**headers, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, 200, {**headers, "content-encoding": "gzip"}, file.media_type)
    return Response(file.body, 200, headers, file.media_type)

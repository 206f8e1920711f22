"""The dashboard's page and what it loads. It asks the API as anybody does; here, nothing is secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from archguard_api.errors import NotFoundError
from archguard_api.http.responses import has
from archguard_api.routes.dependencies import Process

if TYPE_CHECKING:
    from archguard_api.services.dashboard_files import DashboardFile

router = APIRouter(include_in_schema=False)
CSP = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # ECharts draws with `style` attributes; a style sheet or a script from text stays impossible.
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
def page(process: Process, request: Request) -> Response:
    """One page for every address of the dashboard; what it shows is up to its script."""
    found = process.dashboard.get_page()
    if found is None:
        return Response(_NOT_BUILT, 503, {"cache-control": "no-store"}, "text/plain")
    headers = {"content-security-policy": CSP, "cache-control": "no-cache", "etag": found.etag}
    match = request.headers.get("if-none-match")
    if match is not None and has(match, found.etag):
        return Response(None, 304, headers)
    return _sent(found, request, headers)


@router.api_route("/assets/{name}", methods=_METHODS)
def asset(name: str, process: Process, request: Request) -> Response:
    """A script, a style sheet or a picture: its name changes with its content."""
    found = process.dashboard.get_asset(name)
    if found is None:
        raise NotFoundError("There is nothing at this path.")
    return _sent(found, request, {"cache-control": "public, max-age=31536000, immutable"})


def _sent(file: DashboardFile, request: Request, headers: dict[str, str]) -> Response:
    headers = {**headers, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, 200, {**headers, "content-encoding": "gzip"}, file.media_type)
    return Response(file.body, 200, headers, file.media_type)

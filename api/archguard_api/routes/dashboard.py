"""The dashboard's page and the files it loads. None is secret: the page uses the API like any client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request, Response

from archguard_api.errors import NotFoundError
from archguard_api.http.responses import compute_etag, matches_etag
from archguard_api.routes.dependencies import CurrentState

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

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
_PAGE_HEADERS = {"content-security-policy": CSP, "cache-control": "no-cache"}
_NOT_BUILT = """\
The dashboard is not built here.

In a checkout, `make` does it: make .venv/.installed
With Node: cd api/dashboard && npm ci && npm run build

The API is there: see /docs.
"""
_NEVER_PAGES = ("/api", "/assets", "/badge")
"""Folders in which everybody gets problem+json for what does not exist, browsers too."""


@router.get("/")
@router.get("/settings")
@router.get("/p/{rest:path}")
def page(state: CurrentState, request: Request) -> Response:
    """Serve the one page, which shows what its address asks for."""
    file = state.dashboard.get_page()
    if file is None:
        return Response(_NOT_BUILT, 503, {"cache-control": "no-store"}, "text/plain")
    etag = compute_etag(file.body)
    headers = {**_PAGE_HEADERS, "etag": etag}
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(None, 304, headers)
    return _respond(file, request, headers)


@router.get("/assets/{name}")
def asset(name: str, state: CurrentState, request: Request) -> Response:
    """Serve a script, a style sheet or a picture; its name changes with its content."""
    file = state.dashboard.get_asset(name)
    if file is None:
        raise NotFoundError("There is nothing at this path.")
    return _respond(file, request, {"cache-control": "public, max-age=31536000, immutable"})


def install_missing_page(app: FastAPI) -> None:
    """Answer a browser at an address that no route has with the dashboard, which says so and leads on.

    Other clients, and every client in a folder that has no pages, get problem+json as before.
    """
    answer_others = app.router.default

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _wants_page(request := Request(scope)):
            file = app.state.archguard.dashboard.get_page()
            if file is not None:
                response = _respond(file, request, _PAGE_HEADERS, status=404)
                response.headers["vary"] = "accept, accept-encoding"
                await response(scope, receive, send)
                return
        await answer_others(scope, receive, send)

    app.router.default = answer


def _wants_page(request: Request) -> bool:
    folder = "/" + request.url.path.split("/", 2)[1]
    return (
        request.method == "GET"
        and folder not in _NEVER_PAGES
        and "text/html" in request.headers.get("accept", "")
    )


def _respond(
    file: DashboardFile, request: Request, headers: dict[str, str], *, status: int = 200
) -> Response:
    headers = {**headers, "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, status, {**headers, "content-encoding": "gzip"}, file.media_type)
    return Response(file.body, status, headers, file.media_type)

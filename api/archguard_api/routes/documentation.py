"""`/docs`: Swagger UI from an installed package, so that the page loads nothing from other hosts."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Response

from archguard_api.errors import NotFoundError

router = APIRouter(include_in_schema=False)
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)
_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>archguard API</title>
<link rel="stylesheet" href="docs/swagger-ui.css"><link rel="icon" href="data:,"></head>
<body><div id="swagger-ui"></div><script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script></body></html>
"""
_START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#swagger-ui", validatorUrl: null});\n'
_PACKAGE = "fastapi_offline"
_TYPES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


@router.get("/docs")
def docs() -> Response:
    """Serve the page."""
    return Response(_PAGE, media_type="text/html", headers={"content-security-policy": _CSP})


@router.get("/docs/start.js")
def start() -> Response:
    """Serve the page's script: a file, since the policy forbids inline scripts."""
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{name}")
def asset(name: str) -> Response:
    """Serve a file of Swagger UI, of a closed list."""
    if name not in _TYPES:
        raise NotFoundError("There is nothing at this path.")
    data = (files(_PACKAGE) / "static" / name).read_bytes()
    return Response(data, media_type=_TYPES[name], headers={"cache-control": "max-age=86400"})

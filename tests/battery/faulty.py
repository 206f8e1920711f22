"""The control of the document's test: the service with three responses that it does not document."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import uvicorn
from starlette.responses import JSONResponse

from archguard_api import server
from archguard_api.app import create_app
from archguard_api.settings import Settings
from archguard_api.store import Store

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

FAULTS = {
    "/branches": ("ServerError", JSONResponse({}, 500)),
    "/trend": ("UndefinedStatusCode", JSONResponse({}, 418)),
    "/compare": ("JsonSchemaError", JSONResponse({"base": 1})),
}
"""By the end of the path: the name of schemathesis' check, and the response."""


class Faulty:
    """ASGI middleware that answers some paths itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        matching = (answer for end, (_, answer) in FAULTS.items() if scope.get("path", "").endswith(end))
        await next(matching, self._app)(scope, receive, send)


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database", required=True)
    arguments = parser.parse_args()
    settings = Settings(database=arguments.database)
    server.prepare_database(settings.database_url)
    app = create_app(settings, Store(settings.database_url))
    app.add_middleware(Faulty)
    uvicorn.run(app, port=arguments.port)


if __name__ == "__main__":
    main()

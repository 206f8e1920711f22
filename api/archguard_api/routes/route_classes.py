"""Routes that refuse what they do not know, and those whose answers are remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute

from archguard_api.errors import InvalidError
from archguard_api.http.response_cache import key_of
from archguard_api.routes.dependencies import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request, Response

    Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """A route that refuses query parameters it does not know: a typo must not look like a filter."""

    def get_route_handler(self) -> Handler:
        """The handler, behind the check."""
        handler = super().get_route_handler()
        known = frozenset(field.alias for field in self.dependant.query_params)

        async def strict(request: Request) -> Response:
            if request.scope["query_string"] and not request.query_params.keys() <= known:
                names = ", ".join(sorted(known)) or "none"
                raise InvalidError(
                    f"A query parameter is not known here; known: {names}.",
                    (("query", "unknown parameter"),),
                )
            return await handler(request)

        return strict


class RememberingRoute(StrictRoute):
    """A route whose answer is kept for `recalling` to give again while nothing is committed."""

    def get_route_handler(self) -> Handler:
        """The handler; the stamp is from before it looks into the database."""
        handler = super().get_route_handler()

        async def remembering(request: Request) -> Response:
            state = state_of(request)
            stamp = await state.stamping.now()
            response = await handler(request)
            if stamp is not None and response.status_code == 200:
                state.remembered.keep(
                    key_of(request.scope, request.headers.get("authorization")),
                    bytes(response.body),
                    response.headers["etag"],
                    stamp=stamp,
                    until=request.state.visitor.until,
                )
            return response

        return remembering

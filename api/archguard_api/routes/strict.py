"""Routes that refuse what they do not know, and those that remember what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute

from archguard_api.bodies import answer_bytes
from archguard_api.errors import InvalidError
from archguard_api.remembering import key_of
from archguard_api.routes.common import state_of

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
    """A route that gives the same answer to the same question while nothing was committed."""

    def get_route_handler(self) -> Handler:
        """The handler, behind what it answered before."""
        handler = super().get_route_handler()

        async def remembering(request: Request) -> Response:
            state = state_of(request)
            stamp = await state.stamping.now()
            if stamp is None:
                return await handler(request)
            key = key_of(request.scope, request.headers.get("authorization"))
            match = request.headers.get("if-none-match")
            found = state.remembered.find(key, stamp)
            if found is not None:
                return answer_bytes(found.body, match, found.etag)
            response = await handler(request)
            if response.status_code == 200:
                until = request.state.visitor.until
                etag = response.headers["etag"]
                state.remembered.keep(key, bytes(response.body), etag, stamp=stamp, until=until)
            return response

        return remembering

"""Routes that refuse unknown parameters, and routes whose responses are cached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.routing import APIRoute

from archguard_api.errors import InvalidError
from archguard_api.http.credentials import read_credentials
from archguard_api.http.response_cache import make_key
from archguard_api.routes.dependencies import get_state
from archguard_api.store.response_basis import omit_last_use

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request, Response

    Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRoute(APIRoute):
    """A route that refuses unknown query parameters, so that a typo is not taken for no filter."""

    def get_route_handler(self) -> Handler:
        """Return the handler, behind a check of the parameters."""
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


class CachedRoute(StrictRoute):
    """A route about a project, whose responses are kept for `http.cache_middleware`."""

    def get_route_handler(self) -> Handler:
        """Return the handler; it reads the stamp and the basis before anything else in the database."""
        handler = super().get_route_handler()

        async def cached(request: Request) -> Response:
            state = get_state(request)
            credentials = read_credentials(request.headers)
            project = request.path_params["project"]
            stamp = await state.database_version.current()
            basis = await state.bases.read(stamp, project, credentials)
            response = await handler(request)
            auth = request.state.auth
            if (
                stamp is not None
                and basis is not None
                and basis.token == omit_last_use(auth.token)
                and response.status_code == 200
                and not auth.session_is_dead
                and auth.purge_at is None  # time alone ends it
            ):
                state.response_cache.put(
                    make_key(request.scope, credentials),
                    bytes(response.body),
                    response.headers["etag"],
                    project=project,
                    stamp=stamp,
                    basis=basis,
                    holds_until=getattr(response, "holds_until", None),
                )
            return response

        return cached

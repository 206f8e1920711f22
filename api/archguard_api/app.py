"""The application: its parts made and put together, once a process."""

from __future__ import annotations

import gc

from fastapi import FastAPI
from prometheus_fastapi_instrumentator import Instrumentator

from archguard import __version__
from archguard_api.http import error_handlers, logging
from archguard_api.http.auth import AccessControl
from archguard_api.http.cache_middleware import CacheMiddleware
from archguard_api.http.database_version import DatabaseVersion
from archguard_api.http.metrics import Metrics
from archguard_api.http.middleware import Envelope
from archguard_api.http.openapi import describe
from archguard_api.http.rate_limit import Limit
from archguard_api.http.request_body import UploadReceiver
from archguard_api.http.response_cache import ResponseCache
from archguard_api.routes import (
    badge,
    chains,
    comparison,
    dashboard,
    documentation,
    health,
    modules,
    old_graphs,
    projects,
    snapshots,
    tokens,
    trend,
    violations,
)
from archguard_api.routes.dependencies import State
from archguard_api.services.dashboard_files import DashboardFiles
from archguard_api.services.graph_queries import GraphQueriesCache
from archguard_api.services.project_summary import ProjectSummaries
from archguard_api.services.trend import TrendRenderer
from archguard_api.settings import Settings
from archguard_api.store import Store

_ROOMS = (
    projects,
    old_graphs,
    snapshots,
    trend,
    violations,
    comparison,
    modules,
    chains,
    tokens,
    badge,
    health,
    dashboard,
)
_COLLECT_AFTER = (100_000, 20, 20)
"""With Python's own thresholds collecting was near half of an upload's time."""
_DESCRIPTION = """\
Snapshots in, trend out. Send a token in `Authorization: Bearer agp_...`. Errors are RFC 9457
problem+json. Lists come in pages: give `next` as `after`. What does not change carries an `ETag`.
"""


def create_app(settings: Settings, store: Store) -> FastAPI:
    """The service over an open store, which the caller closes."""
    app = FastAPI(
        title="archguard",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None,
        redirect_slashes=False,
    )
    app.state.archguard = state = _state(settings, store)
    rooms = (*_ROOMS, documentation) if settings.docs else _ROOMS
    for room in rooms:
        # Not include_router: its tree hides a route's path from what is asked of `app.routes`.
        app.router.routes.extend(room.router.routes)
    error_handlers.install(app)
    app.add_middleware(CacheMiddleware, remembered=state.remembered, stamping=state.stamping)
    Instrumentator(
        registry=state.metrics.registry, excluded_handlers=["/metrics", "/healthz"]
    ).instrument(app)
    app.add_middleware(Envelope, hosts=settings.allowed_hosts, log_all=settings.access_log)
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]
    return app


def from_environment() -> FastAPI:
    """The service as the environment describes it: for each of several processes."""
    settings = Settings()
    logging.configure()
    app = create_app(settings, open_store(settings))
    tune_gc()
    return app


def tune_gc() -> None:
    """Have the garbage collector leave alone what stays for good, and look seldom at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def open_store(settings: Settings) -> Store:
    """The store that the settings name.

    Raises:
        StoreError: it cannot be opened, or its schema is another version's.
    """
    return Store(
        settings.database_url,
        readers=settings.database_readers,
        reserve_bytes=settings.disk_reserve_bytes,
    )


def _state(settings: Settings, store: Store) -> State:
    return State(
        settings,
        AccessControl(
            store,
            Limit.per_minute(settings.failed_tokens_per_minute),
            frozenset(settings.public_read),
        ),
        UploadReceiver(slots=settings.parse_slots, wait=settings.parse_wait_seconds),
        Limit.per_hour(settings.uploads_per_hour),
        TrendRenderer(),
        ProjectSummaries(),
        GraphQueriesCache(),
        ResponseCache(),
        DatabaseVersion(store),
        Metrics(store),
        DashboardFiles(),
    )

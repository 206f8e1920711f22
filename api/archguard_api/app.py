"""The application, put together once in each process."""

from __future__ import annotations

import gc
import os
import signal
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from archguard_api.http import error_handlers, logging
from archguard_api.http.auth import AccessControl
from archguard_api.http.basis_reader import BasisReader
from archguard_api.http.cache_middleware import CacheMiddleware
from archguard_api.http.credentials import DeadSessionMiddleware
from archguard_api.http.database_version import DatabaseVersion
from archguard_api.http.deadline_middleware import DeadlineMiddleware
from archguard_api.http.exports import ExportMiddleware
from archguard_api.http.head_requests import HeadMiddleware
from archguard_api.http.metrics import Metrics
from archguard_api.http.middleware import RequestMiddleware
from archguard_api.http.openapi import build_openapi
from archguard_api.http.rate_limit import RateLimit
from archguard_api.http.readiness import Readiness
from archguard_api.http.request_body import UploadReceiver
from archguard_api.http.response_cache import ResponseCache
from archguard_api.routes import (
    audit,
    badge,
    chains,
    chart,
    comparison,
    cross_project,
    dashboard,
    deletions,
    documentation,
    families,
    health,
    modules,
    notifications,
    old_graphs,
    plans,
    projects,
    pulls,
    removals,
    sessions,
    snapshots,
    tokens,
    trend,
    trusted_publishers,
    violations,
)
from archguard_api.routes.dependencies import AppState
from archguard_api.services.contract_status import ContractStatuses
from archguard_api.services.dashboard_files import DashboardFiles
from archguard_api.services.graph_queries import GraphQueriesCache
from archguard_api.services.notifications.address_guard import AddressGuard
from archguard_api.services.notifications.change_detector import ChangeDetector
from archguard_api.services.notifications.deliverer import Deliverer
from archguard_api.services.notifications.http_sender import HttpSender
from archguard_api.services.notifications.mail_sender import MailSender, MailServer
from archguard_api.services.notifications.notification_thread import NotificationThread
from archguard_api.services.oidc.id_token_verifier import IdTokenVerifier
from archguard_api.services.oidc.issuer_keys import IssuerKeys
from archguard_api.services.plan_outlook import PlanOutlooks
from archguard_api.services.project_summary import ProjectSummaries
from archguard_api.services.rebuild_thread import RebuildThread
from archguard_api.services.token_uses import TokenUses
from archguard_api.services.trend import TrendRenderer
from archguard_api.settings import Settings
from archguard_api.store import Store
from archguard_api.store.quota import Quota

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_ROUTES = (
    projects,
    deletions,
    pulls,
    plans,
    old_graphs,
    snapshots,
    trend,
    violations,
    cross_project,
    comparison,
    families,
    modules,
    chains,
    sessions,
    tokens,
    audit,
    notifications,
    trusted_publishers,
    removals,
    badge,
    chart,
    health,
    dashboard,
)
_EVERYWHERE = ("0.0.0.0/0", "::/0")
_ISSUER_SECONDS = 2.0
"""For one document of an issuer, of which a request may need two."""
_GC_THRESHOLDS = (100_000, 20, 20)
"""With Python's default thresholds, garbage collection took nearly half of an upload's time."""
API_VERSION = "1"
"""Of the interface, not of the package, which is nobody's business."""
_DESCRIPTION = """\
Snapshots in, trend out. Send a token in `Authorization: Bearer agp_...`, or exchange it for a session's
cookie; a header wins. Errors are RFC 9457 problem+json. Lists come in pages: give `next` as `after`.
What does not change carries an `ETag`.
"""


def create_app(
    settings: Settings, store: Store, *, end_process: Callable[[], None] = lambda: None
) -> FastAPI:
    """Return the service over an open store, which the caller closes.

    Args:
        settings: the settings.
        store: the store.
        end_process: called if the store's database was replaced by another one.
    """
    state = _make_state(settings, store)
    app = FastAPI(
        title="archguard",
        version=API_VERSION,
        description=_DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None,
        redirect_slashes=False,
        servers=[{"url": settings.root_path}] if settings.root_path else None,
        lifespan=partial(
            _work_meanwhile,
            state=state,
            threads=(
                RebuildThread(store, end_process),
                NotificationThread(store, state.change_detector, make_deliverer(settings)),
            ),
        ),
    )
    app.state.archguard = state
    route_modules = (*_ROUTES, documentation) if settings.docs else _ROUTES
    for route_module in route_modules:
        # Not include_router, which would hide the routes' paths from readers of `app.routes`.
        app.router.routes.extend(route_module.router.routes)
    dashboard.install_missing_page(app)
    error_handlers.install(app)
    app.add_middleware(
        CacheMiddleware,
        response_cache=state.response_cache,
        database_version=state.database_version,
        bases=state.bases,
        token_uses=state.access.uses,
    )
    app.add_middleware(DeadlineMiddleware, seconds=settings.request_timeout)
    app.add_middleware(ExportMiddleware, find_document=partial(build_openapi, app))
    app.add_middleware(HeadMiddleware)
    app.add_middleware(DeadSessionMiddleware, path=settings.cookie_path)
    state.metrics.count_requests(app)
    app.add_middleware(
        RequestMiddleware,
        hosts=settings.allowed_hosts,
        log_all=settings.access_log,
        root_path=settings.root_path,
    )
    app.openapi = lambda: build_openapi(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _work_meanwhile(
    _app: FastAPI, *, state: AppState, threads: tuple[RebuildThread, NotificationThread]
) -> AsyncIterator[None]:
    """Do what no request waits for."""
    for thread in threads:
        thread.start()
    try:
        async with state.access.uses.written_regularly():
            yield
    finally:
        for thread in threads:
            await run_in_threadpool(thread.stop)


def from_environment() -> FastAPI:
    """Return the service with the environment's settings; each of several processes calls this."""
    settings = Settings()
    logging.configure()
    app = create_app(
        settings, open_store(settings), end_process=lambda: os.kill(os.getpid(), signal.SIGTERM)
    )
    tune_gc()
    return app


def tune_gc() -> None:
    """Exempt what lives as long as the process from garbage collection, and collect the rest rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def open_store(settings: Settings) -> Store:
    """Open the store that the settings name.

    Raises:
        StoreError: it cannot be opened, or its schema is of another version.
    """
    return Store(
        settings.database_url,
        readers=settings.database_readers,
        reserve_bytes=settings.disk_reserve_bytes,
        owner=True,
        quota=Quota(settings.quota_bytes, settings.quota_snapshots),
    )


def make_deliverer(settings: Settings) -> Deliverer:
    """Return what sends notifications, as the settings have it."""
    server = None
    if settings.sends_mail:
        server = MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.smtp_user,
            settings.smtp_password.get_secret_value(),
            settings.mail_from,
        )
    http = HttpSender(AddressGuard(settings.webhook_allow))
    return Deliverer(http, MailSender(server), public_url=settings.public_url)


def make_id_token_verifier(settings: Settings, store: Store) -> IdTokenVerifier:
    """Return what verifies ID tokens of the issuers that the settings list.

    Their addresses are the operator's choice, so they may be in the service's own network.
    """
    sender = HttpSender(AddressGuard(_EVERYWHERE), total_seconds=_ISSUER_SECONDS)
    keys = IssuerKeys(settings.oidc_issuers, sender, store.now)
    return IdTokenVerifier(keys, settings.audience, store.now)


def _make_state(settings: Settings, store: Store) -> AppState:
    plans = PlanOutlooks()
    statuses = ContractStatuses(plans, store.now)
    return AppState(
        settings,
        AccessControl(
            store,
            RateLimit.per_minute(settings.failed_tokens_per_minute),
            TokenUses(store),
            frozenset(settings.public_read),
        ),
        UploadReceiver(slots=settings.parse_slots, wait=settings.parse_wait_seconds),
        RateLimit.per_hour(settings.uploads_per_hour),
        TrendRenderer(plans, store.now),
        ProjectSummaries(store.now),
        statuses,
        GraphQueriesCache(),
        ResponseCache(store.now),
        DatabaseVersion(store),
        BasisReader(store),
        Metrics(store),
        Readiness(store.ping),
        DashboardFiles(root_path=settings.root_path),
        ChangeDetector(store, statuses),
        make_id_token_verifier(settings, store),
    )

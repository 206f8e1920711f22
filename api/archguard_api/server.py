"""Running the service: a database made ready, a socket, uvicorn with deadlines."""

from __future__ import annotations

import errno
import gc
import os
import socket
import time
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from archguard.errors import ArchguardError
from archguard_api.app import create_app, open_store, tune_gc
from archguard_api.http import logging
from archguard_api.http.timeouts import MAX_HEADER_BYTES, DeadlineProtocol
from archguard_api.services.tokens import Scope, create_token
from archguard_api.store import SchemaAge, check_schema, upgrade_schema

if TYPE_CHECKING:
    from archguard_api.settings import Settings
    from archguard_api.store import Store

GRACE_SECONDS = 10
"""For uploads that are under way when the service is told to end."""
_BACKLOG = 2048
_FILES = 65_536


class ServingError(ArchguardError):
    """The service cannot be started as it is asked for."""


def prepare(url: str) -> None:
    """Give a fresh database its schema; one that has an old schema is left alone.

    Raises:
        StoreError: it cannot be opened.
    """
    if check_schema(url).age is SchemaAge.EMPTY:
        upgrade_schema(url)


def first_token(store: Store) -> str | None:
    """An admin token for all projects, made if there is no token at all."""
    if store.has_tokens():
        return None
    text, token = create_token(None, Scope.ADMIN, now=int(time.time()), days=None)
    store.add_token(token)
    return text


def listen(host: str, port: int) -> socket.socket:
    """A socket that clients can connect to; port 0: any that is free.

    Raises:
        ServingError: it cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        found = socket.socket(family, kind, protocol)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        raise ServingError(f"cannot listen on {host}:{port}: {_why(error)}") from error
    return found


def run(settings: Settings, store: Store, listener: socket.socket, *, workers: int = 1) -> None:
    """Serve until told to end; closes the store.

    Args:
        settings: as the environment says, which the workers read again.
        store: open; several workers open their own.
        listener: from `listen`.
        workers: how many processes; more than one need PostgreSQL.
    """
    gc.enable()  # the command line goes without: it is short
    _allow_files()
    logging.configure()
    if workers > 1:
        store.close()
        config = _config("archguard_api.app:from_environment", settings, workers=workers)
        Multiprocess(config, sockets=[listener]).run()
        return
    try:
        app = create_app(settings, store)
        tune_gc()
        uvicorn.Server(_config(app, settings)).run(sockets=[listener])
    finally:
        store.close()


def _config(app: object, settings: Settings, *, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an application or its factory's name
        factory=isinstance(app, str),
        workers=workers,
        http=DeadlineProtocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        limit_concurrency=settings.max_connections,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=_BACKLOG,
    )


def open_prepared(settings: Settings, *, workers: int = 1) -> Store:
    """The store, its database made ready if it is fresh.

    Raises:
        StoreError: it cannot be opened, or its schema is another version's.
        ServingError: several processes are to share an SQLite file.
    """
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise ServingError("--workers: SQLite has one writer; several processes need PostgreSQL.")
    prepare(settings.database_url)
    return open_store(settings)


def _why(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return "the port is in use; choose another with --port."
    return f"{getattr(error, 'strerror', None) or error}."


def _allow_files() -> None:
    """A connection is an open file; the usual limit of 1,024 is for programs without any."""
    if os.name != "posix":
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

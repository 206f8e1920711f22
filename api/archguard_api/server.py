"""The server: prepares the database, opens a socket, and runs uvicorn with deadlines."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from archguard.errors import ArchguardError
from archguard_api.app import create_app, open_store, tune_gc
from archguard_api.http import logging
from archguard_api.http.timeouts import MAX_HEADER_BYTES, DeadlineProtocol
from archguard_api.services import tokens
from archguard_api.store import SchemaAge, check_schema, upgrade_schema

if TYPE_CHECKING:
    from archguard_api.settings import Settings
    from archguard_api.store import Store

GRACE_SECONDS = 10
"""Time to finish running requests when the service is stopped."""
_BACKLOG = 2048
_MAX_OPEN_FILES = 65_536


class ServingError(ArchguardError):
    """The service cannot be started with these options."""


def exit_on_sigterm() -> None:
    """Make SIGTERM end this process at once with exit code 0, until `run` takes over.

    Nothing is served yet, and what is being written to the database is a transaction. An exception
    would not do: Python drops those raised in a callback.
    """
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))


def prepare_database(url: str) -> None:
    """Create the schema of an empty database; leave any other database alone.

    Raises:
        StoreError: it cannot be opened.
    """
    if check_schema(url).age is SchemaAge.EMPTY:
        upgrade_schema(url)


def create_first_token(store: Store) -> str | None:
    """Create an admin token for all projects and return its text; None if any token exists.

    It expires in a day unless it makes another one before.
    """
    if store.credentials.has_tokens():
        return None
    text, token = tokens.create_first_token(None, now=store.now())
    store.credentials.add_token(token)
    return text


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 takes any free port.

    Raises:
        ServingError: the address is not valid, in use or not permitted.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        raise ServingError(f"cannot listen on {host}:{port}: {_describe_os_error(error)}") from error
    return listener


def run(settings: Settings, store: Store, listener: socket.socket, *, workers: int = 1) -> None:
    """Serve until stopped, then close the store.

    Args:
        settings: of the environment, which the workers read again.
        store: open; with several workers it is closed at once, as each opens its own.
        listener: from `listen`.
        workers: the number of processes; more than one need PostgreSQL.

    Raises:
        ServingError: the database was restored from a backup meanwhile, so the process knows nothing of
            it any more; of several workers another one takes its place.
    """
    gc.enable()  # the command line disables it, because commands are short
    _raise_file_limit()
    logging.configure()
    if workers > 1:
        store.close()
        config = _config("archguard_api.app:from_environment", settings, workers=workers)
        Multiprocess(config, sockets=[listener]).run()
        return
    try:
        replaced = threading.Event()

        def end_process() -> None:
            replaced.set()
            os.kill(os.getpid(), signal.SIGTERM)

        app = create_app(settings, store, end_process=end_process)
        tune_gc()
        server = uvicorn.Server(_config(app, settings))
        # uvicorn's own handler finishes open requests, and raises the signal again for this one.
        signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
        server.run(sockets=[listener])
        if replaced.is_set():
            raise ServingError("the database was replaced by another one; start the service again.")
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
        forwarded_allow_ips=settings.forwarded_allow_ips or None,
        server_header=False,
        h11_max_incomplete_event_size=MAX_HEADER_BYTES,
        limit_concurrency=settings.max_connections,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=GRACE_SECONDS,
        backlog=_BACKLOG,
    )


def open_prepared_store(settings: Settings, *, workers: int = 1) -> Store:
    """Open the store, after creating the schema of an empty database.

    Raises:
        StoreError: it cannot be opened, or its schema is of another version.
        ServingError: several workers were asked for with SQLite.
    """
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise ServingError("--workers: SQLite has one writer; several processes need PostgreSQL.")
    prepare_database(settings.database_url)
    return open_store(settings)


def _describe_os_error(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return "the port is in use; choose another with --port."
    return f"{getattr(error, 'strerror', None) or error}."


def _raise_file_limit() -> None:
    """Raise the limit of open files: each connection is one, and the usual limit is 1,024."""
    if os.name != "posix":
        return
    import resource  # noqa: PLC0415

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, _MAX_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

"""`archguard db`: the service's database, kept in order by hand."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from archguard.errors import ArchguardError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from archguard_api.store import Store

_EXAMPLE = "postgresql://archguard@db/archguard"


def _database_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--database",
        metavar="URL",
        envvar="ARCHGUARD_DATABASE",
        show_envvar=True,
        help="sqlite:///path/to/file.db or postgresql://user@host/name. Default: a file of the user's.",
    )(command)


@click.group(
    epilog=f"""\b
Example:
  archguard db upgrade --database {_EXAMPLE}""",
)
def command() -> None:
    """The service's database: its schema, copies of it, and old graphs in it."""


@command.command(epilog=f"Example: archguard db upgrade --database {_EXAMPLE}")
@_database_option
def upgrade(database: str | None) -> int:
    """Bring the schema to this version's, or make it."""
    store = _service()
    url = database or store.default_database()
    store.upgrade_schema(url)
    click.echo(
        f"{store.hide_password(url)}: the schema is {store.check_schema(url).known}, this version's."
    )
    return 0


@command.command(epilog=f"Example: archguard db check --database {_EXAMPLE}")
@_database_option
def check(database: str | None) -> int:
    """Exit 2 if the schema is not this version's."""
    store = _service()
    url = database or store.default_database()
    state = store.check_schema(url)
    if state.age is store.SchemaAge.NEW:
        raise ArchguardError(store.explain_newer_schema(url))
    if state.age is not store.SchemaAge.CURRENT:
        raise ArchguardError(store.explain_outdated_schema(url))
    click.echo(f"{store.hide_password(url)}: the schema is {state.known}, this version's.")
    return 0


@command.command(epilog="Example: archguard db backup --output archguard-2026-11-22.db")
@_database_option
@click.option("--output", metavar="FILE", required=True, help="The copy; it must not exist.")
def backup(database: str | None, output: str) -> int:
    """Copy an SQLite database while it is in use."""
    with _open(database) as store:
        store.backup(output)
    click.echo(
        f"{output}: {os.path.getsize(output):,} bytes. To restore, stop the service and put it back."
    )
    return 0


@command.command(epilog="Example: archguard db prune --keep 90d --keep 50")
@_database_option
@click.option("--project", metavar="P", help="Default: every project.")
@click.option(
    "--keep",
    metavar="DAYSd|N",
    multiple=True,
    help="90d: graphs of the last 90 days; 50: the last 50 of each branch. Both: what either keeps.",
)
def prune(database: str | None, project: str | None, keep: tuple[str, ...]) -> int:
    """Drop old graphs; the trend and the violations stay."""
    days = [int(one[:-1]) for one in keep if _is_number(one[:-1]) and one.endswith("d")]
    last = [int(one) for one in keep if _is_number(one)]
    if not keep or len(days) + len(last) != len(keep):
        raise ConfigurationError("say what to keep: --keep 90d (days), --keep 50 (snapshots), or both.")
    with _open(database) as store:
        pruned = store.prune_graphs(
            project, keep_days=max(days, default=None), keep_last=max(last, default=None)
        )
    click.echo(
        f"Dropped {pruned.graphs:,} graphs, {pruned.bytes:,} bytes; new snapshots will use the space."
    )
    return 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _service() -> ModuleType:
    try:
        from archguard_api import store  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "archguard_api":
            raise
        raise ConfigurationError("this needs the service: install archguard[server].") from error
    return store


@contextmanager
def _open(database: str | None) -> Iterator[Store]:
    service = _service()
    from archguard_api.errors import ServiceError  # noqa: PLC0415

    store: Store = service.Store(
        database or service.default_database(), reserve_bytes=0, checkpoints=False
    )
    try:
        yield store
    except ServiceError as error:
        raise ArchguardError(f"{error.detail}.") from error
    finally:
        store.close()

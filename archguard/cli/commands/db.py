"""`archguard db`: upgrade, check, copy, prune and purge the service's database."""

from __future__ import annotations

import os
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from archguard.cli.options.database import database_option
from archguard.cli.service import import_store
from archguard.errors import ArchguardError, ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard_api.store import Store

_EXAMPLE = "postgresql://archguard@db/archguard"


@click.group(
    epilog=f"""\b
Example:
  archguard db upgrade --database {_EXAMPLE}""",
)
def command() -> None:
    """Upgrade, check, copy, prune or purge the service's database."""


@command.command(epilog=f"Example: archguard db upgrade --database {_EXAMPLE}")
@database_option
def upgrade(database: str | None) -> int:
    """Upgrade the schema to this version's, or create it.

    What an earlier version did not store of branches is worked out. If that is interrupted, the service
    goes on with it.
    """
    store = import_store()
    url = database or store.default_database()
    store.upgrade_schema(url)
    with closing(store.Store(url, owner=True)) as opened:
        is_finished = opened.upkeep.finish_upgrade()
    click.echo(
        f"{store.hide_password(url)}: the schema is {store.check_schema(url).known}, this version's."
    )
    if not is_finished:
        click.echo("Some branches are not worked out yet: run this again, or leave it to the service.")
    return 0


@command.command(epilog=f"Example: archguard db check --database {_EXAMPLE}")
@database_option
def check(database: str | None) -> int:
    """Check the schema: exit with 2 if it is not this version's."""
    store = import_store()
    url = database or store.default_database()
    state = store.check_schema(url)
    if state.age is store.SchemaAge.NEW:
        raise ArchguardError(store.explain_newer_schema(url))
    if state.age is not store.SchemaAge.CURRENT:
        raise ArchguardError(store.explain_outdated_schema(url))
    click.echo(f"{store.hide_password(url)}: the schema is {state.known}, this version's.")
    return 0


@command.command(epilog="Example: archguard db backup --output archguard-2026-11-22.db")
@database_option
@click.option(
    "--output", metavar="FILE", required=True, help="The file of the copy, which must not exist."
)
def backup(database: str | None, output: str) -> int:
    """Copy an SQLite database while it is in use."""
    with _open_store(database) as store:
        store.backup(output)
    click.echo(
        f"{output}: {os.path.getsize(output):,} bytes. To restore it, stop the service and put it back."
    )
    return 0


@command.command(epilog="Example: archguard db prune --keep 90d --keep 50")
@database_option
@click.option("--project", metavar="P", help="Only this project. Default: every project.")
@click.option(
    "--keep",
    metavar="DAYSd|N",
    multiple=True,
    help="90d: keep the graphs of the last 90 days; 50: the last 50 of each branch. Repeatable.",
)
def prune(database: str | None, project: str | None, keep: tuple[str, ...]) -> int:
    """Delete old graphs; the trend and the violations stay."""
    days = [int(value[:-1]) for value in keep if _is_number(value[:-1]) and value.endswith("d")]
    last = [int(value) for value in keep if _is_number(value)]
    if not keep or len(days) + len(last) != len(keep):
        raise ConfigurationError("say what to keep: --keep 90d (days), --keep 50 (snapshots), or both.")
    with _open_store(database) as store:
        pruned = store.upkeep.prune_graphs(
            project, keep_days=max(days, default=None), keep_last=max(last, default=None)
        )
    click.echo(
        f"Dropped {pruned.graphs:,} graphs, {pruned.bytes:,} bytes; new snapshots will use the space."
    )
    return 0


@command.command(epilog="Example: archguard db purge --project shop")
@database_option
@click.option("--project", metavar="P", help="Only this project. Default: all that are being deleted.")
def purge(database: str | None, project: str | None) -> int:
    """Delete for good, at once, the projects that are being deleted: their grace ends here."""
    with _open_store(database) as store:
        names = store.deletions.begin_purges(project)
        store.purger.finish()
    click.echo("\n".join(f"{name} is deleted." for name in names) or "No project is being deleted.")
    return 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


@contextmanager
def _open_store(database: str | None) -> Iterator[Store]:
    module = import_store()
    from archguard_api.errors import ServiceError  # noqa: PLC0415

    store: Store = module.Store(
        database or module.default_database(), reserve_bytes=0, checkpoints=False
    )
    try:
        yield store
    except ServiceError as error:
        raise ArchguardError(f"{error.detail}.") from error
    finally:
        store.close()

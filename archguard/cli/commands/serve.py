"""`archguard serve`: the service that keeps snapshots and answers what became of them."""

from __future__ import annotations

import click

from archguard.cli.options.service import database_option, service, settings
from archguard.errors import ArchguardError


@click.command(
    epilog="""\b
Examples:
  archguard serve
  archguard serve --host 0.0.0.0 --port 8600 --database postgresql://archguard@db/archguard --workers 4

\b
On a database without tokens it prints one admin token, once. Settings: docs/reference/service.md.
Exit codes: 0 ended, 2 it could not start.""",
)
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Where to listen."
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8600,
    show_default=True,
    help="Where to listen; 0: any free port.",
)
@database_option
@click.option(
    "--public-read", metavar="PROJECT", multiple=True, help="Anybody may read this project. Repeatable."
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes; more than one need PostgreSQL.",
)
def command(
    *, host: str, port: int, database: str | None, public_read: tuple[str, ...], workers: int
) -> None:
    """Run the service that stores snapshots and answers trends."""
    chosen = settings(database, public_read=",".join(public_read))
    serving = service()
    store = serving.open_prepared_store(chosen, workers=workers)
    from archguard_api.errors import ServiceError  # noqa: PLC0415

    try:
        token = serving.create_first_token(store)
    except ServiceError as error:
        raise ArchguardError(f"no token can be made: {error.detail}.") from error
    listener = serving.listen(host, port)
    if token is not None:
        click.echo(f"Admin token, shown this once: {token}")
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Serving on http://{shown}:{listener.getsockname()[1]}")
    serving.run(chosen, store, listener, workers=workers)

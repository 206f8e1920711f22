"""`archguard serve`: run the service that stores snapshots and answers queries about them."""

from __future__ import annotations

import click

from archguard.cli.options.database import database_option
from archguard.cli.service import import_server, import_store, read_settings
from archguard.errors import ArchguardError


@click.command(
    epilog="""\b
Examples:
  archguard serve
  archguard serve --host 0.0.0.0 --port 8600 --database postgresql://archguard@db/archguard --workers 4

\b
With a database that has no tokens, it prints an admin token once.
That expires in a day, unless it makes another one over HTTP before.
Settings: docs/reference/service.md.
Exit codes: 0 it was stopped (SIGTERM), 2 it could not start.""",
)
@click.option(
    "--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="The address to listen on."
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8600,
    show_default=True,
    help="The port to listen on; 0 is any free port.",
)
@database_option
@click.option(
    "--public-read", metavar="PROJECT", multiple=True, help="Let anybody read this project. Repeatable."
)
@click.option(
    "--request-timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1),
    help="How long a request may take before it gets a 503.  [default: 5]",
)
@click.option(
    "--deletion-grace",
    metavar="DAYS",
    help="How long a deleted project can be restored: days, or 12h, 90m, 30s.  [default: 7]",
)
@click.option(
    "--root-path",
    metavar="PATH",
    default="",
    help="The path below which a proxy serves it, such as /archguard.",
)
@click.option(
    "--forwarded-allow-ips",
    metavar="IPS",
    default="",
    help="Proxies whose X-Forwarded-For is believed: addresses or networks, comma-separated, or *. "
    "Default: this machine.",
)
@click.option(
    "--webhook-allow",
    "--allow-webhook-network",
    metavar="CIDR",
    multiple=True,
    help="A network that notifications may be sent to, though it is not public. Repeatable.",
)
@click.option(
    "--public-url",
    metavar="URL",
    default="",
    help="Where people and CI find this service, such as https://archguard.example.org.",
)
@click.option(
    "--oidc-issuer",
    metavar="URL",
    multiple=True,
    help="Whose ID tokens CI may upload with. Repeatable.  [default: GitHub's and gitlab.com's]",
)
@click.option(
    "--oidc-audience",
    metavar="TEXT",
    default="",
    help="What ID tokens must be made for. Default: the public URL.",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="The number of processes; more than one need PostgreSQL.",
)
def command(
    *,
    host: str,
    port: int,
    database: str | None,
    public_read: tuple[str, ...],
    request_timeout: float | None,
    deletion_grace: str | None,
    root_path: str,
    forwarded_allow_ips: str,
    webhook_allow: tuple[str, ...],
    public_url: str,
    oidc_issuer: tuple[str, ...],
    oidc_audience: str,
    workers: int,
) -> None:
    """Run the service that stores snapshots and answers trends."""
    store_module = import_store()
    store_module.check_owner(database or store_module.default_database())
    settings = read_settings(
        database,
        public_read=",".join(public_read),
        root_path=root_path,
        forwarded_allow_ips=forwarded_allow_ips,
        request_timeout=request_timeout,
        deletion_grace=deletion_grace,
        webhook_allow=",".join(webhook_allow),
        public_url=public_url,
        oidc_issuers=",".join(oidc_issuer),
        oidc_audience=oidc_audience,
    )
    server = import_server()
    server.exit_on_sigterm()
    store = server.open_prepared_store(settings, workers=workers)
    from archguard_api.errors import ServiceError  # noqa: PLC0415

    try:
        token = server.create_first_token(store)
    except ServiceError as error:
        raise ArchguardError(f"no token can be created: {error.detail}.") from error
    listener = server.listen(host, port)
    if token is not None:
        click.echo(f"Admin token, shown this once: {token}")
    url_host = f"[{host}]" if ":" in host else host
    click.echo(f"Serving on http://{url_host}:{listener.getsockname()[1]}{settings.root_path}")
    server.run(settings, store, listener, workers=workers)

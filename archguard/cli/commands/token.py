"""`archguard token`: create, list and revoke tokens, directly in the database."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING

import click

from archguard.cli.options.database import database_option
from archguard.cli.service import import_store, read_settings
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from archguard_api.models import Token
    from archguard_api.store import Store

SCOPES = ("upload", "read", "admin")


@click.group(
    epilog="""\b
Examples:
  archguard token create --project shop --scope upload
  archguard token list --project shop
  archguard token revoke a1B2c3D4

\b
A revoked token is refused from the next request on. Exit codes: 0 done, 2 failed.""",
)
def command() -> None:
    """Create, list and revoke tokens of the service."""


@command.command()
@database_option
@click.option("--project", metavar="P", help="The project it is for, which need not exist yet.")
@click.option("--all-projects", is_flag=True, help="Make it valid for every project.")
@click.option(
    "--scope",
    type=click.Choice(SCOPES),
    required=True,
    help="What it allows; admin includes the other two.",
)
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, 3650),
    default=365,
    show_default=True,
    help="The days until it expires.",
)
@click.option("--no-expiry", is_flag=True, help="Make it valid until it is revoked.")
def create(
    *,
    database: str | None,
    project: str | None,
    all_projects: bool,
    scope: str,
    days: int,
    no_expiry: bool,
) -> None:
    """Create a token, and print it, alone on standard output. It cannot be shown again."""
    if (project is None) != all_projects:
        raise click.UsageError("Give either --project or --all-projects.")
    import_store()  # its packages may not be installed
    from archguard_api.models import Scope  # noqa: PLC0415
    from archguard_api.services.tokens import PROJECT_NAME, create_token  # noqa: PLC0415

    if project is not None and not PROJECT_NAME.fullmatch(project):
        raise ArchguardError(
            f"--project {project}: a name is at most 100 letters, digits, '.', '_' and '-', "
            "and begins with a letter or digit."
        )
    store = _open_store(database)
    text, token = create_token(
        project, Scope(scope), now=int(time.time()), days=None if no_expiry else days
    )
    store.add_token(token)
    store.close()
    click.echo(text)


@command.command(name="list")
@database_option
@click.option("--project", metavar="P", help="Only the tokens of this project.")
def list_tokens(*, database: str | None, project: str | None) -> None:
    """List tokens, without their secrets."""
    store = _open_store(database)
    for token in store.list_tokens(project):
        click.echo(_render(token, int(time.time())))
    store.close()


@command.command()
@database_option
@click.argument("token_id", metavar="ID")
def revoke(*, database: str | None, token_id: str) -> None:
    """Revoke a token. ID is the token's second part, as `archguard token list` shows it."""
    store = _open_store(database)
    is_revoked = store.revoke_token(token_id, int(time.time()))
    store.close()
    if not is_revoked:
        raise ArchguardError(f"{token_id}: there is no such token; `archguard token list` shows them.")
    click.echo(f"{token_id} is revoked.")


def _open_store(database: str | None) -> Store:
    """Open a database that exists: a mistyped address creates none. It never checkpoints."""
    settings = read_settings(database)
    store: Store = import_store().Store(
        settings.database_url, reserve_bytes=settings.disk_reserve_bytes, checkpoints=False
    )
    return store


def _render(token: Token, now: int) -> str:
    state = "valid"
    if token.revoked_at is not None:
        state = f"revoked {_date(token.revoked_at)}"
    elif token.expires_at is not None:
        state = f"{'expired' if token.expires_at <= now else 'until'} {_date(token.expires_at)}"
    return f"{token.id}  {token.scope:<6}  {token.project or '(every project)'}  {state}"


def _date(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d")

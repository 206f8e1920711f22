"""`archguard token`: tokens given out, listed and taken back, straight in the database."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING

import click

from archguard.cli.options.service import database_option, service, settings
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from archguard_api.models.records import Token
    from archguard_api.store import Store

SCOPES = ("upload", "read", "admin")


@click.group(
    epilog="""\b
Examples:
  archguard token create --project shop --scope upload
  archguard token list --project shop
  archguard token revoke a1B2c3D4

\b
A revoked token does not hold from the next request on. Exit codes: 0 done, 2 it could not be.""",
)
def command() -> None:
    """Give out tokens, list them, take them back."""


@command.command()
@database_option
@click.option("--project", metavar="P", help="What it is good for; it need not exist yet.")
@click.option("--all-projects", is_flag=True, help="It is good for every project.")
@click.option("--scope", type=click.Choice(SCOPES), required=True, help="admin implies the other two.")
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, 3650),
    default=365,
    show_default=True,
    help="It holds so long.",
)
@click.option("--no-expiry", is_flag=True, help="It holds until it is revoked.")
def create(
    *,
    database: str | None,
    project: str | None,
    all_projects: bool,
    scope: str,
    days: int,
    no_expiry: bool,
) -> None:
    """Print a new token, alone on standard output; nobody can show it again."""
    if (project is None) != all_projects:
        raise click.UsageError("Give either --project or --all-projects.")
    store = _store(database)
    from archguard_api.services.tokens import PROJECT_NAME, Scope, create_token  # noqa: PLC0415

    if project is not None and not PROJECT_NAME.fullmatch(project):
        raise ArchguardError(
            f"--project {project}: a name is at most 100 letters, digits, '.', '_' and '-', "
            "and begins with a letter or digit."
        )
    text, token = create_token(
        project, Scope(scope), now=int(time.time()), days=None if no_expiry else days
    )
    store.add_token(token)
    store.close()
    click.echo(text)


@command.command(name="list")
@database_option
@click.option("--project", metavar="P", help="Only this project's.")
def list_tokens(*, database: str | None, project: str | None) -> None:
    """List tokens, without their secrets."""
    store = _store(database)
    for token in store.list_tokens(project):
        click.echo(_line(token, int(time.time())))
    store.close()


@command.command()
@database_option
@click.argument("token_id", metavar="ID")
def revoke(*, database: str | None, token_id: str) -> None:
    """Take a token back; ID is its second part."""
    store = _store(database)
    done = store.revoke_token(token_id, int(time.time()))
    store.close()
    if not done:
        raise ArchguardError(f"{token_id}: there is no such token; archguard token list shows them.")
    click.echo(f"{token_id} is revoked.")


def _store(database: str | None) -> Store:
    store: Store = service().open_prepared(settings(database))
    return store


def _line(token: Token, now: int) -> str:
    state = "holds"
    if token.revoked_at is not None:
        state = f"revoked {_date(token.revoked_at)}"
    elif token.expires_at is not None:
        state = f"{'expired' if token.expires_at <= now else 'until'} {_date(token.expires_at)}"
    return f"{token.id}  {token.scope:<6}  {token.project or '(every project)'}  {state}"


def _date(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d")

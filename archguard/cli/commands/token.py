"""`archguard token`: create, list, rotate and revoke tokens, directly in the database."""

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

FIRST_ADMIN_NOTE = (
    "The first admin token expires in a day, unless it makes another one over HTTP before."
)
SCOPES = ("upload", "read", "admin")


@click.group(
    epilog="""\b
Examples:
  archguard token create --project shop --scope upload
  archguard token list --project shop
  archguard token revoke a1B2c3D4
  archguard token rotate a1B2c3D4

\b
A revoked token is refused from the next request on. Exit codes: 0 done, 2 failed.""",
)
def command() -> None:
    """Create, list, rotate and revoke tokens of the service."""


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
@click.option("--name", metavar="TEXT", help="What it is for.")
@click.option(
    "--days",
    metavar="N",
    type=click.IntRange(1, 3650),
    help="The days until it expires. Default: 365; a first admin token: 1, unless it makes another one.",
)
@click.option("--no-expiry", is_flag=True, help="Make it valid until it is revoked.")
def create(
    *,
    database: str | None,
    project: str | None,
    all_projects: bool,
    scope: str,
    name: str | None,
    days: int | None,
    no_expiry: bool,
) -> None:
    """Create a token, and print it, alone on standard output. It cannot be shown again."""
    if (project is None) != all_projects:
        raise click.UsageError("Give either --project or --all-projects.")
    import_store()  # its packages may not be installed
    from archguard_api.models import Scope  # noqa: PLC0415
    from archguard_api.models.tokens import DEFAULT_DAYS  # noqa: PLC0415
    from archguard_api.services import tokens  # noqa: PLC0415

    if project is not None and not tokens.PROJECT_NAME.fullmatch(project):
        raise ArchguardError(
            f"--project {project}: a name is at most 100 letters, digits, '.', '_' and '-', "
            "and begins with a letter or digit."
        )
    if name is not None and not tokens.is_token_name(name):
        raise ArchguardError("--name: at most 100 printable characters.")
    store = _open_store(database)
    now = int(time.time())
    is_first = (
        days is None
        and not no_expiry
        and scope == "admin"
        and not store.credentials.has_live_admin_token(now)
    )
    if is_first:
        text, token = tokens.create_first_token(project, now=now, name=name)
    else:
        life = None if no_expiry else days or DEFAULT_DAYS
        text, token = tokens.create_token(project, Scope(scope), now=now, days=life, name=name)
    store.credentials.add_token(token)
    store.close()
    click.echo(text)
    if is_first:
        click.echo(FIRST_ADMIN_NOTE, err=True)


@command.command(name="list")
@database_option
@click.option("--project", metavar="P", help="Only the tokens of this project.")
def list_tokens(*, database: str | None, project: str | None) -> None:
    """List tokens, without their secrets."""
    store = _open_store(database)
    for token in store.credentials.list_tokens(project):
        click.echo(_render(token, int(time.time())))
    store.close()


@command.command()
@database_option
@click.option("--descendants", is_flag=True, help="Revoke those, too, that it made, and they in turn.")
@click.argument("token_id", metavar="ID")
def revoke(*, database: str | None, descendants: bool, token_id: str) -> None:
    """Revoke a token. ID is the token's second part, as `archguard token list` shows it.

    Names the tokens that it made and that still hold.
    """
    store = _open_store(database)
    now = int(time.time())
    revocation = store.credentials.revoke_token(token_id, now, descendants=descendants)
    store.close()
    if revocation is None:
        raise _make_absence_error(token_id)
    for token in revocation.revoked:
        click.echo(f"{token.id} is revoked.")
    if revocation.descendants:
        click.echo("It made these, which still hold:", err=True)
        for token in revocation.descendants:
            click.echo(f"  {_render(token, now)}", err=True)
        click.echo(f"`archguard token revoke --descendants {token_id}` revokes them, too.", err=True)


@command.command()
@database_option
@click.argument("token_id", metavar="ID")
def rotate(*, database: str | None, token_id: str) -> None:
    """Give a token a new secret, and print it, alone on standard output.

    Its id, creator, name and end stay; the text before is not valid any more.
    """
    store = _open_store(database)
    from archguard_api.services.tokens import renew_secret  # noqa: PLC0415

    try:
        token = store.credentials.get_token(token_id)
        if token is None:
            raise _make_absence_error(token_id)
        if not token.is_live(int(time.time())):
            raise ArchguardError(f"{token_id}: the token holds no longer; make another one.")
        text, rotated = renew_secret(token)
        store.credentials.replace_token_secret(token_id, rotated.secret_hash)
    finally:
        store.close()
    click.echo(text)


def _make_absence_error(token_id: str) -> ArchguardError:
    return ArchguardError(f"{token_id}: there is no such token; `archguard token list` shows them.")


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
    used = "" if token.last_used_at is None else f", used {_date(token.last_used_at)}"
    creator = "" if token.creator is None else f", made by {token.creator}"
    name = "" if token.name is None else f"  {token.name}"
    project = token.project or "(every project)"
    return f"{token.id}  {token.scope:<6}  {project}  {state}{used}{creator}{name}"


def _date(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d")

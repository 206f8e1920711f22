"""`archguard demo`: a year of a migration, from a git repository to the dashboard, on this machine."""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from archguard.cli.options.service import service, settings
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST, PORT = "127.0.0.1", 8600
_END_SECONDS = 15
_LOOK = """\

  {address}/p/{project}
      the burn-down: one contract went to zero and is sealed, the other is on its way
  {address}/p/{project}/violations
      what is left, the oldest first
  {address}/p/{project}/explorer
      who imports what
  {address}/docs
      the API behind it

The project may be read by anybody. To change settings, sign in with the admin token:
  {token}

The repository is {repository}
Try on it:  archguard check --root {repository}
"""


@click.command(
    epilog="""\b
Examples:
  archguard demo
  archguard demo --no-serve --folder build/demo

\b
Exit codes: 0 done or ended with Ctrl-C, 2 it could not be.""",
)
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), help="Default: 8600, or any free one."
)
@click.option("--folder", metavar="DIR", help="Where to make it; it stays. Default: a temporary folder.")
@click.option("--keep", is_flag=True, help="Leave the temporary folder in the end.")
@click.option("--no-serve", is_flag=True, help="Make everything, say where it is, and end; it stays.")
def command(*, port: int | None, folder: str | None, keep: bool, no_serve: bool) -> int:
    """Show a year of a migration: repository, history, service and dashboard.

    A git repository of a shop is made, its history read, sent to a service on this machine and shown.
    """
    service()  # first: without it nothing is worth making
    place = _empty(folder) if folder is not None else tempfile.mkdtemp(prefix="archguard-demo-")
    stays = keep or no_serve or folder is not None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the service would be left behind
    try:
        return _show(place, port, no_serve=no_serve)
    finally:
        if not stays:
            shutil.rmtree(place, ignore_errors=True)


def _show(place: str, port: int | None, *, no_serve: bool) -> int:
    from archguard.demo import PROJECT, commits, write_repository  # noqa: PLC0415

    repository = os.path.join(place, PROJECT)
    database = f"sqlite:///{os.path.join(place, 'archguard.db')}"
    click.echo("A year of a shop's git history is made ...")
    write_repository(repository, commits(datetime.datetime.now(datetime.UTC).date()))
    token = _token(database)
    with _serving(place, database, port, PROJECT) as (process, address):
        click.echo("... is read commit by commit, and sent to the service ...")
        code = _upload(repository, address, PROJECT, token)
        if code or no_serve:
            click.echo(f"Repository: {repository}\nDatabase: {database}\nAdmin token: {token}")
            return code
        try:
            click.echo(
                _LOOK.format(address=address, project=PROJECT, token=token, repository=repository)
            )
            click.echo("Ctrl-C ends it.")
            process.wait()
        except KeyboardInterrupt:
            return 0
    raise ArchguardError("the service has ended by itself.")


def _empty(folder: str) -> str:
    if os.path.exists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
        raise ArchguardError(
            f"--folder {folder}: there is something already; name a new or empty folder."
        )
    os.makedirs(folder, exist_ok=True)
    return os.path.abspath(folder)


def _token(database: str) -> str:
    """The admin token of a fresh database."""
    serving = service()
    store = serving.open_prepared_store(settings(database))
    try:
        return str(serving.create_first_token(store))
    finally:
        store.close()


@contextmanager
def _serving(
    place: str, database: str, port: int | None, project: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The service in a process of its own, and its address."""
    log = os.path.join(place, "service.log")
    with open(log, "wb") as into:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from archguard.cli import main; main()", "serve"),
                *("--host", HOST, "--port", str(_free(port)), "--database", database),
                *("--public-read", project),
            ],
            stdout=subprocess.PIPE,
            stderr=into,
            text=True,
            start_new_session=True,  # Ctrl-C is this process's to handle
        )
    assert process.stdout is not None  # noqa: S101 (it is a pipe)
    try:
        line = process.stdout.readline()
        if not line:
            with open(log, encoding="utf-8", errors="replace") as said:
                reason = said.readline().strip().removeprefix("archguard: ")
            raise ArchguardError(f"the service did not start: {reason or f'see {log}.'}")
        yield process, line.rpartition(" ")[2].strip()
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()


def _free(port: int | None) -> int:
    """The port to listen on: the one asked for, else the usual one if nobody has it."""
    if port is not None:
        return port
    try:
        service().listen(HOST, PORT).close()
    except ArchguardError:
        return 0
    return PORT


def _upload(repository: str, address: str, project: str, token: str) -> int:
    from archguard.cli.runner import run  # noqa: PLC0415

    os.environ["ARCHGUARD_TOKEN"] = token
    return run(
        "backfill",
        [
            *("--repo", repository, "--format", "text", "--no-cache"),
            *("--require-upload", "--server", address, "--project", project),
        ],
    )

"""`archguard demo`: show a year of a migration, from a git repository to the dashboard."""

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

from archguard.cli.service import import_server, read_settings
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archguard.demo import PullRequest

HOST, PORT = "127.0.0.1", 8600
_STOP_SECONDS = 15
_PAGES = """\

  {address}/p/{project}
      the burn-down: one contract is at zero and sealed, the other is in progress
  {address}/p/{project}/violations
      the open violations, oldest first
  {address}/p/{project}/pulls/{number}
      the pull request that was blocked
  {address}/p/{project}/plan
      what can be rewritten now, in which batches, and what is in the way of the rest
  {address}/p/{project}/explorer
      the import graph
  {address}/docs
      the HTTP API

Anybody may read the project. To change settings, sign in with the admin token:
  {token}

The repository is {repository}
From here to zero (docs/guide/consolidate.md), in that folder:
  archguard audit                                what could replace the old names
  archguard check                                what the contracts count
  archguard tests shop.accounts.sessions         the tests that protect a module, or that none does
  archguard plan                                 what is ready, what is blocked and why
  archguard fix --batch 1                        the first changes as a diff
  archguard fix --batch 1 --commit               the same as a commit on a branch of its own
  archguard check --base main                    nothing new, and fewer
  archguard fix --delete shop.web.session_store  refused while something names it
"""
_PLAN = """
What is left, and how much of it can be rewritten now:

$ archguard plan --batch-size 4 --upload
"""
_PULL_REQUEST = """
Pull request {number}, "{subject}", moves a module to the new sessions, and imports an old price engine:

$ archguard check --rev {branch} --base {base}
"""


@click.command(
    epilog="""\b
Examples:
  archguard demo
  archguard demo --no-serve --folder build/demo

\b
Exit codes: 0 done, or stopped with Ctrl-C; 2 failed.""",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    help="The service's port. Default: 8600, or any free port if that is taken.",
)
@click.option(
    "--folder",
    metavar="DIR",
    help="A folder for everything that is made, which is kept. Default: a temporary folder.",
)
@click.option("--keep", is_flag=True, help="Keep the temporary folder.")
@click.option("--no-serve", is_flag=True, help="Make everything, print where it is, keep it, and exit.")
def command(*, port: int | None, folder: str | None, keep: bool, no_serve: bool) -> int:
    """Show a year of a migration: repository, history, service and dashboard.

    Makes a git repository of a shop, reads its history, and uploads it to a service on this machine.
    Then a pull request that imports an old module is judged, and blocked.
    """
    import_server()  # fail first if the service is not installed
    demo_folder = (
        _create_folder(folder) if folder is not None else tempfile.mkdtemp(prefix="archguard-demo-")
    )
    is_kept = keep or no_serve or folder is not None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the service is stopped, too
    try:
        return _show(demo_folder, port, no_serve=no_serve)
    finally:
        if not is_kept:
            shutil.rmtree(demo_folder, ignore_errors=True)


def _show(demo_folder: str, port: int | None, *, no_serve: bool) -> int:
    from archguard.demo import (  # noqa: PLC0415
        PROJECT,
        generate_commits,
        generate_pull_request,
        write_repository,
    )

    repository = os.path.join(demo_folder, PROJECT)
    database = f"sqlite:///{os.path.join(demo_folder, 'archguard.db')}"
    click.echo("Making a year of a shop's git history ...")
    year = list(generate_commits(datetime.datetime.now(datetime.UTC).date()))
    pull_request = generate_pull_request(year)
    write_repository(repository, year, pull_request)
    token = _create_token(database)
    with _run_service(demo_folder, database, port, PROJECT) as (process, address):
        click.echo("Reading it commit by commit, and uploading it to the service ...")
        code = (
            _upload(repository, address, PROJECT, token)
            or _plan(repository, address, PROJECT)
            or _block(pull_request, repository, address, PROJECT)
        )
        if code or no_serve:
            click.echo(f"Repository: {repository}\nDatabase: {database}\nAdmin token: {token}")
            return code
        try:
            number = pull_request.number
            click.echo(
                _PAGES.format(
                    address=address, project=PROJECT, number=number, token=token, repository=repository
                )
            )
            click.echo("Press Ctrl-C to stop.")
            process.wait()
        except KeyboardInterrupt:
            return 0
    raise ArchguardError("the service stopped unexpectedly.")


def _create_folder(folder: str) -> str:
    if os.path.exists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
        raise ArchguardError(f"--folder {folder}: not an empty folder; name a new or empty one.")
    os.makedirs(folder, exist_ok=True)
    return os.path.abspath(folder)


def _create_token(database: str) -> str:
    """Create a database, and return its admin token."""
    server = import_server()
    store = server.open_prepared_store(read_settings(database))
    try:
        return str(server.create_first_token(store))
    finally:
        store.close()


@contextmanager
def _run_service(
    demo_folder: str, database: str, port: int | None, project: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the service in a process of its own; yield the process and the service's address."""
    log = os.path.join(demo_folder, "service.log")
    with open(log, "wb") as log_file:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", "from archguard.cli import main; main()", "serve"),
                *("--host", HOST, "--port", str(_choose_port(port)), "--database", database),
                *("--public-read", project),
            ],
            stdout=subprocess.PIPE,
            stderr=log_file,
            text=True,
            start_new_session=True,  # Ctrl-C is handled by this process
        )
    assert process.stdout is not None  # noqa: S101 (it is a pipe)
    try:
        line = process.stdout.readline()
        if not line:
            with open(log, encoding="utf-8", errors="replace") as log_text:
                reason = log_text.readline().strip().removeprefix("archguard: ")
            raise ArchguardError(f"the service did not start: {reason or f'see {log}.'}")
        yield process, line.rpartition(" ")[2].strip()
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        process.stdout.close()


def _choose_port(port: int | None) -> int:
    """Return the given port, else the usual one if it is free, else 0 for any."""
    if port is not None:
        return port
    try:
        import_server().listen(HOST, PORT).close()
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


def _plan(repository: str, address: str, project: str) -> int:
    """Plan the rest of the migration, and upload the plan."""
    from archguard.cli.runner import run  # noqa: PLC0415
    from archguard.demo.repository import BRANCH  # noqa: PLC0415

    click.echo(_PLAN)
    planned = ["--root", repository, "--batch-size", "4", "--no-cache", "--upload", "--require-upload"]
    return run("plan", [*planned, "--branch", BRANCH, "--server", address, "--project", project])


def _block(pull_request: PullRequest, repository: str, address: str, project: str) -> int:
    """Judge the pull request as a CI job does, and upload its commit; return 0 if it is blocked."""
    from archguard.cli.runner import run  # noqa: PLC0415
    from archguard.demo.repository import BRANCH  # noqa: PLC0415
    from archguard.upload.ci import VARIABLES, bitbucket  # noqa: PLC0415
    from archguard.upload.target import Repository  # noqa: PLC0415

    branch, number = pull_request.branch, pull_request.number
    for name in VARIABLES:  # this may be a CI job, too
        os.environ.pop(name, None)
    commit = Repository(repository).find_commit(branch)
    os.environ |= bitbucket.describe_pull_request(number, branch, commit, BRANCH)
    subject = pull_request.commit.subject
    click.echo(_PULL_REQUEST.format(number=number, subject=subject, branch=branch, base=BRANCH))
    judged = ["--root", repository, "--rev", branch, "--base", BRANCH, "--no-cache"]
    code = run("check", [*judged, "--require-upload", "--server", address, "--project", project])
    if code == 1:
        click.echo(f"(exit code 1: pull request {number} is blocked)")
    return 0 if code == 1 else code

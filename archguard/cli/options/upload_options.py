"""The options of the commands that upload, and what their failures become."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from archguard.errors import ArchguardError, UploadError
from archguard.text import escape

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.checking.pipeline import CheckRequest
    from archguard.checking.report import CheckResult
    from archguard.snapshot import Upload
    from archguard.upload.ci import CiFacts
    from archguard.upload.client import Client
    from archguard.upload.target import Repository, Target

_OPTIONS = (
    click.option(
        "--server",
        metavar="URL",
        help="The service's address. Default: ARCHGUARD_SERVER in the environment.",
    ),
    click.option("--project", metavar="P", help="The project's name there. Default: ARCHGUARD_PROJECT."),
    click.option(
        "--token-file",
        metavar="FILE",
        help="A file with the token on its only line. Default: the token in ARCHGUARD_TOKEN.",
    ),
    click.option("--branch", metavar="B", help="The commit's branch. Default: as CI says, or git."),
    click.option(
        "--insecure-http", is_flag=True, help="Send the token unencrypted to a server that is not here."
    ),
    click.option(
        "--require-upload", is_flag=True, help="End with 3 if the upload fails. Default: warn about it."
    ),
)


class UploadOptions(NamedTuple):
    """What the options say."""

    server: str | None
    project: str | None
    token_file: str | None
    branch: str | None
    insecure_http: bool
    require: bool

    @property
    def failed(self) -> int:
        """What an upload that failed ends with."""
        return UploadError.exit_code if self.require else 0

    def ci(self) -> CiFacts | None:
        """What the build says of itself."""
        from archguard.upload.ci import ci_facts  # noqa: PLC0415
        from archguard.upload.environment import known  # noqa: PLC0415

        return ci_facts(known(os.environ))

    def client(self) -> Client:
        """What sends to the destination.

        Raises:
            UploadError: there is none.
        """
        from archguard.upload.client import Client  # noqa: PLC0415 (the one that loads an HTTP client)
        from archguard.upload.environment import known  # noqa: PLC0415
        from archguard.upload.server import find_server  # noqa: PLC0415

        destination = find_server(
            known(os.environ),
            server=self.server,
            project=self.project,
            token_file=self.token_file,
            insecure_http=self.insecure_http,
        )
        for warning in destination.warnings:
            say(warning)
        return Client(destination)


def upload_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--server and the others, given to the command as `wanted`."""

    @functools.wraps(command)
    def with_wanted(
        *,
        server: str | None,
        project: str | None,
        token_file: str | None,
        branch: str | None,
        insecure_http: bool,
        require_upload: bool,
        **others: Any,
    ) -> Any:
        wanted = UploadOptions(server, project, token_file, branch, insecure_http, require_upload)
        return command(wanted=wanted, **others)

    decorated: Callable[..., Any] = with_wanted
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def attempt(
    wanted: UploadOptions, work: Callable[[], None], failure: type[ArchguardError] = UploadError
) -> int:
    """Do what ends in an upload; 0, or 3 where it failed and had to succeed.

    Args:
        wanted: whether it has to.
        work: the work.
        failure: which errors count as a failed upload; others go on.
    """
    try:
        work()
    except failure as error:
        say(f"not uploaded: {error}")
        return wanted.failed
    return 0


class UploadTarget(NamedTuple):
    """How a commit's snapshot gets to the server."""

    client: Client
    repository: Repository
    place: Target
    ci: CiFacts | None


def find_way(wanted: UploadOptions, folder: str, rev: str | None) -> UploadTarget | None:
    """The way; None where there is none, which is said at once, not after the work."""
    from archguard.upload.target import Repository, find_target  # noqa: PLC0415

    try:
        repository, ci = Repository(folder), wanted.ci()
        place = find_target(repository, rev, wanted.branch, ci)
        return UploadTarget(wanted.client(), repository, place, ci)
    except ArchguardError as error:
        say(f"not uploaded: {error}")
        return None


def send(client: Client, upload: Upload) -> None:
    """Send one, and say so.

    Raises:
        UploadError: it did not arrive.
    """
    outcome = client.send(upload)
    snapshot = upload.snapshot
    how = "" if outcome.value == "new" else "; the server had it already"
    say(f"uploaded {snapshot.commit[:10]} on {upload.branch}{how}.")


def of_a_check(
    request: CheckRequest, repository: Repository, place: Target, ci: CiFacts | None
) -> Upload:
    """Judge a commit for its upload.

    Raises:
        ArchguardError: there can be no verdict.
        UploadError: there can be no snapshot.
    """
    from archguard.checking.pipeline import check  # noqa: PLC0415

    return upload_of(check(request), repository, place, ci)


def upload_of(checked: CheckResult, repository: Repository, place: Target, ci: CiFacts | None) -> Upload:
    """The upload of a commit that was judged.

    Raises:
        UploadError: there can be no snapshot.
    """
    from archguard.snapshot.build import SnapshotInput  # noqa: PLC0415
    from archguard.upload.build import OF_A_CHECK, UploadBuilder  # noqa: PLC0415

    found = SnapshotInput(checked.report.contracts, checked.report.violations, checked.inputs)
    making = UploadBuilder(repository, ci)
    return making.upload(found, place.commit, place.branch, most=OF_A_CHECK)


def say(text: str) -> None:
    """One line for people, on standard error."""
    click.echo(f"archguard: {escape(text)}", err=True)

"""The options of the commands that upload: the server, the branch, and whether it must succeed."""

from __future__ import annotations

import functools
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.cli.options.completions import complete_file
from archguard.cli.options.groups import grouped_option
from archguard.cli.output import say
from archguard.errors import UploadError

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.upload.ci import CiFacts
    from archguard.upload.client import Client

_HEADING = "Upload options"
_OPTIONS = (
    grouped_option(
        _HEADING,
        "--server",
        metavar="URL",
        help="The service's address. Default: ARCHGUARD_SERVER in the environment.",
    ),
    grouped_option(
        _HEADING,
        "--project",
        metavar="P",
        help="The project's name there. Default: ARCHGUARD_PROJECT.",
    ),
    grouped_option(
        _HEADING,
        "--token-file",
        metavar="FILE",
        shell_complete=complete_file,
        help="A file with the token on its only line. Default: the token in ARCHGUARD_TOKEN, "
        "or one that the service gives for the CI job's ID token.",
    ),
    grouped_option(
        _HEADING,
        "--branch",
        metavar="B",
        help="The commit's branch. Default: the one that CI or git names.",
    ),
    grouped_option(
        _HEADING,
        "--insecure-http",
        is_flag=True,
        help="Send the token unencrypted to a server on another machine.",
    ),
)
_REQUIRE = {"is_flag": True, "help": "Exit with 3 if the upload fails. Default: print a warning."}


class UploadOptions(NamedTuple):
    """The values of the upload options."""

    server: str | None = None
    project: str | None = None
    token_file: str | None = None
    branch: str | None = None
    insecure_http: bool = False
    require: bool = False

    @property
    def failure_code(self) -> int:
        """The exit code of an upload that failed: 3 if it was required, else 0."""
        return UploadError.exit_code if self.require else 0

    def read_ci_facts(self) -> CiFacts | None:
        """Return what the CI service says about the build; None outside of CI."""
        from archguard.upload.ci import ci_facts  # noqa: PLC0415
        from archguard.upload.environment import select_variables  # noqa: PLC0415

        return ci_facts(select_variables(os.environ))

    def open_client(self) -> Client:
        """Return a client of the server that the options or the environment name.

        Raises:
            UploadError: no server, project or token is given, or one of them is invalid.
        """
        from archguard.upload.client import Client  # noqa: PLC0415 (loads an HTTP client)
        from archguard.upload.environment import select_variables  # noqa: PLC0415
        from archguard.upload.id_token import can_get_id_token, get_id_token  # noqa: PLC0415
        from archguard.upload.server import find_server  # noqa: PLC0415

        environment = select_variables(os.environ)
        server = find_server(
            environment,
            server=self.server,
            project=self.project,
            token_file=self.token_file,
            insecure_http=self.insecure_http,
            needs_token=not can_get_id_token(environment),
        )
        for warning in server.warnings:
            say(warning)
        if not server.token:
            with Client(server) as client:
                token = client.exchange_id_token(get_id_token(environment, server.address))
            server = replace(server, token=token)
        return Client(server)


def upload_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the upload options to a command, which gets their values as `options`."""
    return _add_options(command, grouped_option(_HEADING, "--require-upload", **_REQUIRE))


def required_upload_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the upload options to a command that does nothing else, so that the upload is required."""
    hidden = grouped_option(_HEADING, "--require-upload", **_REQUIRE, default=True, hidden=True)
    return _add_options(command, hidden)


def _add_options(command: Callable[..., Any], require_option: Callable[..., Any]) -> Callable[..., Any]:

    @functools.wraps(command)
    def collect_options(
        *,
        server: str | None,
        project: str | None,
        token_file: str | None,
        branch: str | None,
        insecure_http: bool,
        require_upload: bool,
        **others: Any,
    ) -> Any:
        options = UploadOptions(server, project, token_file, branch, insecure_http, require_upload)
        return command(options=options, **others)

    decorated: Callable[..., Any] = collect_options
    for option in reversed((*_OPTIONS, require_option)):
        decorated = option(decorated)
    return decorated

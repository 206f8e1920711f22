"""`archguard mcp`: answer an assistant's questions over the Model Context Protocol."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click

from archguard.cli.options.completions import complete_file
from archguard.cli.options.configuration import configs_option, root_option
from archguard.cli.options.groups import GroupedCommand, grouped_option
from archguard.cli.options.scanning import cache_options, jobs_option
from archguard.cli.options.upload import UploadOptions
from archguard.cli.tree_verdict import choose_tree
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from archguard.cli.mcp.answers import Answers
    from archguard.cli.mcp.tool_server import ToolServer
    from archguard.graph.scanning.cache import Cache

_HEADING = "Service options"
_PACKAGES = ("mcp", "mcp_types", "jsonschema", "anyio")


@click.command(
    cls=GroupedCommand,
    epilog="""\b
Examples:
  archguard mcp --root .
  archguard mcp --server https://archguard.example.org --project shop

\b
It speaks the protocol on standard input and output: an assistant starts it.
Exit codes: 0 the client ended it, 2 it could not start.""",
)
@root_option
@configs_option
@grouped_option(
    _HEADING,
    "--server",
    metavar="URL",
    help="Answer from the service at this address, not from a tree.",
)
@grouped_option(
    _HEADING,
    "--project",
    metavar="P",
    help="The project's name there. Default: ARCHGUARD_PROJECT.",
)
@grouped_option(
    _HEADING,
    "--token-file",
    metavar="FILE",
    shell_complete=complete_file,
    help="A file with the token on its only line. Default: the token in ARCHGUARD_TOKEN.",
)
@grouped_option(
    _HEADING,
    "--insecure-http",
    is_flag=True,
    help="Send the token unencrypted to a server on another machine.",
)
@jobs_option
@cache_options
def command(
    *,
    root: str | None,
    config: tuple[str, ...],
    server: str | None,
    project: str | None,
    token_file: str | None,
    insecure_http: bool,
    jobs: int,
    cache: Cache,
) -> int:
    """Answer an assistant: what to import instead, who imports what, whether a change is new debt.

    The answers are those of check and plan on the working tree, or with --server those of the service.
    Nothing of the tree is imported or run, and nothing is written into it.
    """
    tool_server = _import_server()
    answers: Answers
    if server is None:
        choose_tree(config, root)  # what is wrong now is said now
        from archguard.cli.mcp.tree_answers import TreeAnswers  # noqa: PLC0415 (not for --help)

        answers = TreeAnswers(config, root, cache, jobs)
    else:
        from archguard.cli.mcp.service_answers import ServiceAnswers  # noqa: PLC0415

        options = UploadOptions(server, project, token_file, insecure_http=insecure_http)
        answers = ServiceAnswers(options.open_client())
    gc.enable()  # unlike other commands it runs for long
    tool_server(answers).run()
    return 0


def _import_server() -> type[ToolServer]:
    """Return the class that serves.

    Raises:
        ArchguardError: the protocol's package is not installed.
    """
    try:
        from archguard.cli.mcp import tool_server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise ArchguardError(
            f"the package {error.name} is missing: install archguard[mcp] with pip."
        ) from error
    return tool_server.ToolServer

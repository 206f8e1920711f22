"""The command line: one file a command. The only room that prints or exits.

This module finds the command and ends the process; the command's own file knows its options. Nothing is
imported here that `--help` does not need: it starts about as fast as Python does.
"""

from __future__ import annotations

import atexit
import importlib
import os
import sys

from archguard import __version__
from archguard.errors import ArchguardError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "backfill": "Judge the contracts on every commit of the past.",
    "check": "Judge the contracts on a tree or a commit.",
    "db": "Upgrade, check, copy or prune the service's database.",
    "demo": "Show a year of a migration, from a repository to the dashboard.",
    "doctor": "Say what archguard sees here, what it would read, and why not the rest.",
    "init": "Write a first contract file.",
    "serve": "Run the service that stores snapshots and answers trends.",
    "token": "Give out tokens of the service, list them, take them back.",
    "upload": "Judge a commit, and send the snapshot of it to the service.",
}
INTERRUPTED = 130
_HELP = """\
Usage: archguard COMMAND [OPTIONS]

  Takes the imports of deprecated modules to zero, and proves it.

Commands:
{commands}

Options:
  -h, --help  Show this message, or with a command that command's.
  --version   Show the version.

Example: archguard check --root . --format text
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 kept, 1 broken, 2 no verdict, 3 no upload, 130 interrupted."""
    code = ArchguardError.exit_code

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    # Whoever comes first is served last, when all else is done. The system frees at once what the
    # interpreter would take apart, which is a fifth of a warm check.
    atexit.register(leave)
    _open_what_is_closed()
    try:
        code = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except OSError as error:
        code = ArchguardError.exit_code
        if not isinstance(error, BrokenPipeError):  # `archguard check | head`: there is nobody to tell
            where = error.filename or "standard output, or another open file"
            print(f"archguard: {where}: {error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


def _open_what_is_closed() -> None:
    """Where there is no standard output or error, what is written to it is lost; the verdict is not."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (until the end)


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line."""
    name = arguments[0] if arguments else "--help"
    if name in ("-h", "--help"):
        print(_help(), end="")
        return 0
    if name == "--version":
        print(f"archguard {__version__}")
        return 0
    if name not in COMMANDS:
        from archguard.text import suggest  # noqa: PLC0415 (not needed for a correct command)

        print(f"archguard: unknown command '{name}'{suggest(name, COMMANDS)}", file=sys.stderr)
        return ArchguardError.exit_code
    code: int = importlib.import_module("archguard.cli.runner").run(name, arguments[1:])
    return code


def _help() -> str:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:<{width}}  {what}" for name, what in COMMANDS.items())
    return _HELP.format(commands=commands)

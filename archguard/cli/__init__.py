"""The command line. Nothing outside of this package prints or exits.

This module looks up the command and ends the process; the command's own file in `commands` knows its
options. Only what `--help` needs is imported here, so that it starts about as fast as Python does.
Importing click takes longer than starting Python, so a lazy `click.Group` would not help: `--help` took
4.9 times as long as bare Python with one, and 1.07 times without (benchmarks/check.py).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys

from archguard import __version__
from archguard.errors import ArchguardError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "audit": "Find the definitions that do one job, and say what each one is.",
    "backfill": "Judge the contracts on every commit of a history.",
    "certify": "Write what a count of zero rests on.",
    "check": "Judge the contracts on a tree or a commit.",
    "comment": "Print the comment on a pull request, or post it.",
    "db": "Upgrade, check, copy or prune the service's database.",
    "demo": "Show a year of a migration, from a repository to the dashboard.",
    "doctor": "Show what archguard finds here, and what it would not read.",
    "freeze": "Write down the violations that are accepted for now.",
    "fix": "Rewrite imports of deprecated modules, and prove the count.",
    "init": "Write a first contract, or add one.",
    "mcp": "Answer an assistant's questions over the Model Context Protocol.",
    "plan": "Say which violations can be rewritten, and in which order.",
    "schema": "Print the JSON Schema of a report.",
    "serve": "Run the service that stores snapshots and answers trends.",
    "tests": "Print the test files that protect a module.",
    "token": "Create, list and revoke tokens of the service.",
    "upload": "Judge a commit, and send its snapshot to the service.",
    "verify": "Compute a certificate again, and compare.",
}
INTERRUPTED = 130
_COMPLETE = "_ARCHGUARD_COMPLETE"
_OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""The variable by which a shell asks for completions: click's convention."""
_HELP_SUMMARY = "Show this message, or `help COMMAND` a command's options."
_HELP = """\
Usage: archguard COMMAND [OPTIONS]

  Takes the imports of deprecated modules to zero, and proves it.

Commands:
{commands}

Options:
  -h, --help  Show this message; after a command, show its options.
  --version   Show the version.

Example: archguard check src/

Completion: eval "$(_ARCHGUARD_COMPLETE=bash_source archguard)", or zsh_source;
in fish: _ARCHGUARD_COMPLETE=fish_source archguard | source
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit: 0 kept, 1 broken, 2 no verdict, 3 no upload, 130 interrupted."""
    code = ArchguardError.exit_code
    # Of the default 700 new objects each module and each file read makes hundreds, nearly all of which
    # stay: looking through them for reference cycles took a twentieth of a check.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)

    def exit_at_once() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    # atexit runs handlers in reverse order: this one runs last, after threads have been waited for. It
    # skips the interpreter's own clean-up, which took 71 of 312 ms of a warm check. So `__del__` is not
    # called at exit, and a handler registered before this call does not run (a coverage tool's, say).
    atexit.register(exit_at_once)
    _open_closed_streams()
    try:
        code = run(sys.argv[1:] if arguments is None else arguments)
        sys.stdout.flush()
    except OSError as error:
        code = ArchguardError.exit_code
        if not isinstance(error, BrokenPipeError):  # `archguard check | head`: nobody reads it
            file = error.filename or "standard output, or another open file"
            print(f"archguard: {file}: {error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        code = INTERRUPTED
    sys.exit(code)


def _open_closed_streams() -> None:
    """Discard what is written to a closed standard output or error, so that the verdict is not lost."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (stays open)


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    if instruction := os.environ.get(_COMPLETE):
        completion = importlib.import_module("archguard.cli.completion")
        return int(completion.complete({**COMMANDS, "help": _HELP_SUMMARY}, _COMPLETE, instruction))
    name, *rest = arguments or ["--help"]
    if name == "help" and rest and rest[0] != "help":
        name, *rest = [word for word in rest if not word.startswith("-")] or ["--help"]
        rest = [*rest, "--help"]
    if name in ("-h", "--help", "help"):
        print(_render_help(), end="")
        return 0
    if name in ("-V", "--version"):
        print(f"archguard {__version__}")
        return 0
    if name not in COMMANDS:
        print(f"archguard: {_describe_unknown(name)}", file=sys.stderr)
        return ArchguardError.exit_code
    code: int = importlib.import_module("archguard.cli.runner").run(name, rest)
    return code


def _describe_unknown(name: str) -> str:
    from archguard.text import escape, suggest  # noqa: PLC0415 (not needed for a correct command)

    if name.startswith("-"):
        return f"unknown option '{escape(name)}': a command comes first. See `archguard --help`."
    return f"unknown command '{escape(name)}'{suggest(name, [*COMMANDS, 'help'])}"


def _render_help() -> str:
    summaries = {**COMMANDS, "help": _HELP_SUMMARY}
    width = max(map(len, summaries))
    commands = "\n".join(f"  {name:<{width}}  {summary}" for name, summary in summaries.items())
    return _HELP.format(commands=commands)

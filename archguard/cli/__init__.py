"""The command line: one file a command. The only room that prints or exits."""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import click

from archguard import __version__
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What a command needs is imported when it runs: `--help` starts as fast as Python does.
COMMANDS: Mapping[str, str] = {
    "check": "Judge the contracts on a tree or a commit.",
    "doctor": "Say what archguard sees here, what it would read, and why not the rest.",
    "init": "Write a first contract file.",
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"archguard.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and name not in COMMANDS:
            import difflib  # noqa: PLC0415

            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            ctx.fail(f"There is no command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: archguard check --root . --format text",
)
@click.version_option(__version__, prog_name="archguard", message="%(prog)s %(version)s")
def group() -> None:
    """Takes the imports of deprecated modules to zero, and proves it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 kept, 1 broken, 2 no verdict, 130 interrupted."""
    try:
        code: Any = group.main(args=arguments, prog_name="archguard", standalone_mode=False)
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except ArchguardError as error:
        click.echo(f"archguard: {_visible(str(error))}", err=True)
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted.", err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else 0)


def _visible(message: str) -> str:
    # Not imported above: `--help` needs no reporters.
    from archguard.reporters.escaping import visible  # noqa: PLC0415

    return visible(message)

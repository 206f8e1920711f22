"""Run one command through click, and turn its errors into messages and exit codes."""

from __future__ import annotations

import gc
import importlib
from typing import TYPE_CHECKING

import click

from archguard.cli.output import say
from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(name: str, arguments: Sequence[str]) -> int:
    """Run a command and return its exit code.

    Raises:
        KeyboardInterrupt: the user interrupted it.
    """
    gc.disable()  # a short process over acyclic data: collecting took a tenth of a run and freed nothing
    command: click.Command = importlib.import_module(f"archguard.cli.commands.{name}").command
    try:
        code = command.main(
            list(arguments),
            prog_name=f"archguard {name}",
            standalone_mode=False,
            help_option_names=["-h", "--help"],
            max_content_width=100,
        )
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return ArchguardError.exit_code
    except click.ClickException as error:
        from archguard.cli.usage_errors import describe_usage_error  # noqa: PLC0415 (for a mistake only)

        say(describe_usage_error(error))
        return ArchguardError.exit_code
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except ArchguardError as error:
        say(str(error))
        return error.exit_code
    return code if isinstance(code, int) else 0

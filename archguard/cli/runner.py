"""Running one command through click, and what its errors become."""

from __future__ import annotations

import gc
import importlib
from typing import TYPE_CHECKING

import click

from archguard.errors import ArchguardError
from archguard.text import escape

if TYPE_CHECKING:
    from collections.abc import Sequence


def run(name: str, arguments: Sequence[str]) -> int:
    """The exit code of the command of this name.

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
    except click.ClickException as error:
        error.show()
        return ArchguardError.exit_code
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except ArchguardError as error:
        click.echo(f"archguard: {escape(str(error))}", err=True)
        return error.exit_code
    return code if isinstance(code, int) else 0

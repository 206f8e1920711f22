"""Completion of commands and options in bash, zsh and fish, with click's own scripts."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, shell_complete

from archguard.errors import ArchguardError

if TYPE_CHECKING:
    from collections.abc import Mapping


class _LazyGroup(click.Group):
    """All commands, of which only the one that is completed is imported."""

    def __init__(self, summaries: Mapping[str, str]) -> None:
        super().__init__("archguard")
        self._summaries = summaries

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command; None if there is none of that name. After `help` stands another one."""
        if cmd_name == "help":
            return self
        if cmd_name not in self._summaries:
            return None
        command: click.Command = importlib.import_module(f"archguard.cli.commands.{cmd_name}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """Return the commands that begin with what was typed."""
        return [
            CompletionItem(name, help=summary)
            for name, summary in self._summaries.items()
            if name.startswith(incomplete)
        ]


def complete(summaries: Mapping[str, str], variable: str, instruction: str) -> int:
    """Print what the shell asks for, and return the exit code.

    Args:
        summaries: each command, and what it does.
        variable: the environment variable by which the shell asks.
        instruction: its value: `bash_source` for the script, `bash_complete` for completions.
    """
    context_settings = {"help_option_names": ["-h", "--help"]}
    code = shell_complete(_LazyGroup(summaries), context_settings, "archguard", variable, instruction)
    return ArchguardError.exit_code if code else 0

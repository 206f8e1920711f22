"""What a shell completes as the value of an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import click

    Completions = list[CompletionItem]
    Complete = Callable[[click.Context, click.Parameter, str], Completions]


def complete_file(_: click.Context, __: click.Parameter, incomplete: str) -> Completions:
    """Let the shell complete a path."""
    return [CompletionItem(incomplete, type="file")]


def complete_folder(_: click.Context, __: click.Parameter, incomplete: str) -> Completions:
    """Let the shell complete a folder's path."""
    return [CompletionItem(incomplete, type="dir")]


def complete_choice(choices: Sequence[str]) -> Complete:
    """Return a function that completes one of several words."""

    def list_choices(_: click.Context, __: click.Parameter, incomplete: str) -> Completions:
        return [CompletionItem(choice) for choice in choices if choice.startswith(incomplete)]

    return list_choices

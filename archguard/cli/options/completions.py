"""What a shell completes as the value of an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import click
    from click.shell_completion import CompletionItem

    Completions = list[CompletionItem]
    Complete = Callable[[click.Context, click.Parameter, str], Completions]


def complete_file(_: click.Context, __: click.Parameter, incomplete: str) -> Completions:
    """Let the shell complete a path."""
    return [_make_item(incomplete, "file")]


def complete_folder(_: click.Context, __: click.Parameter, incomplete: str) -> Completions:
    """Let the shell complete a folder's path."""
    return [_make_item(incomplete, "dir")]


def complete_choice(choices: Sequence[str]) -> Complete:
    """Return a function that completes one of several words."""

    def list_choices(_: click.Context, __: click.Parameter, incomplete: str) -> Completions:
        return complete_words(choices, incomplete)

    return list_choices


def complete_words(words: Sequence[str], incomplete: str) -> Completions:
    """Return the words that begin with what was typed."""
    return [_make_item(word, "plain") for word in words if word.startswith(incomplete)]


def _make_item(value: str, kind: str) -> CompletionItem:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 (needed for completion only)

    return CompletionItem(value, type=kind)

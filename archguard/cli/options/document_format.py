"""The options of commands that print one document: --format and --output."""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from archguard.cli.options.choice import require_choice
from archguard.cli.options.completions import complete_choice, complete_file
from archguard.cli.output import choose_style, find_output_file, write_report
from archguard.text import format_choices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class DocumentOptions(NamedTuple):
    """The values of the options."""

    form: str
    output: str | None
    """The file; None is standard output."""

    def write(self, document: object, reporter: str, *, verbose: bool = False) -> None:
        """Render a document in the chosen format, and write it to where it goes.

        Args:
            document: what the reporter renders.
            reporter: its name without the format: `audit` of `archguard.reporters.audit_json`.
            verbose: whether to cut nothing.

        Raises:
            ArchguardError: the file cannot be written.
        """
        style = choose_style(self.output)._replace(verbose=verbose)
        module = importlib.import_module(f"archguard.reporters.{reporter}_{self.form}")
        write_report(module.render(document, style), self.output)


def document_options(
    formats: Sequence[str], noun: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds the options to a command, which gets their values as `document`.

    Args:
        formats: the formats; the first is the default.
        noun: what is printed, for the help.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @click.option(
            "--format",
            "form",
            metavar="F",
            default=formats[0],
            shell_complete=complete_choice(formats),
            help=f"{format_choices(formats)}. Default: {formats[0]}.",
        )
        @click.option(
            "--output",
            metavar="FILE",
            shell_complete=complete_file,
            help=f"Where the {noun} goes. Default: standard output.",
        )
        @functools.wraps(command)
        def choose_document(*, form: str, output: str | None, **others: Any) -> Any:
            require_choice("--format", form, formats)
            return command(document=DocumentOptions(form, find_output_file(output)), **others)

        return choose_document

    return decorate

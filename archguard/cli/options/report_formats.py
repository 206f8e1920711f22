"""--format, --output, --color and --statistics: which reports are written, where, and how they look."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from archguard.cli.options.choice import require_choice
from archguard.cli.options.completions import complete_choice, complete_file
from archguard.cli.output import find_output_file
from archguard.errors import ConfigurationError
from archguard.reporters import FORMATS
from archguard.text import format_choices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_OPTIONS = (
    click.option(
        "--format",
        "formats",
        metavar="F[=FILE]",
        shell_complete=complete_choice(FORMATS),
        multiple=True,
        default=("text",),
        help=f"{format_choices(FORMATS)}; with =FILE, into that file. Repeatable.",
    ),
    click.option(
        "--output",
        metavar="FILE",
        shell_complete=complete_file,
        help="Where a format without =FILE goes. Default: standard output, which - names, too.",
    ),
    click.option(
        "--color/--no-color",
        default=None,
        help="Default: color on a terminal or if FORCE_COLOR is set, unless NO_COLOR is.",
    ),
    click.option(
        "--statistics",
        is_flag=True,
        help="In text, also say which packages and owners have most violations.",
    ),
)


class Destination(NamedTuple):
    """A report that is written."""

    format: str
    file: str | None
    """None is standard output."""


class ReportOptions(NamedTuple):
    """The values of the options."""

    destinations: Sequence[Destination]
    color: bool | None
    """None: see `choose_style`."""
    statistics: bool

    def include(self, format_name: str) -> bool:
        """Return whether a report of this format is written."""
        return any(destination.format == format_name for destination in self.destinations)


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets their values as `reports`."""

    @functools.wraps(command)
    def collect_options(
        *,
        formats: tuple[str, ...],
        output: str | None,
        color: bool | None,
        statistics: bool,
        **others: Any,
    ) -> Any:
        reports = ReportOptions(_parse_formats(formats, output), color, statistics)
        return command(reports=reports, **others)

    decorated: Callable[..., Any] = collect_options
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def _parse_formats(values: Sequence[str], output: str | None) -> list[Destination]:
    """Return where each --format goes.

    Raises:
        ConfigurationError: a format is unknown, or two of them go to the same place.
    """
    destinations: dict[str | None, Destination] = {}
    for value in values:
        name, equals, file = value.partition("=")
        require_choice("--format", name, FORMATS)
        if equals and not file:
            raise ConfigurationError(f"--format {value}: name a file after the =.")
        path = find_output_file(file if equals else output)
        place = None if path is None else os.path.realpath(path)
        if place in destinations:
            raise ConfigurationError(
                f"--format {destinations[place].format} and --format {name} both go to "
                f"{path or 'standard output'}: write one to a file, as --format {name}=FILE does."
            )
        destinations[place] = Destination(name, path)
    return [*destinations.values()]

"""What a command shows: messages on standard error, reports on standard output or in a file."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

from archguard.errors import ArchguardError
from archguard.text import escape
from archguard.whole_file import replace_file

if TYPE_CHECKING:
    from archguard.reporters import Style

_FILE_WIDTH = 80


def say(message: str) -> None:
    """Print one line for people on standard error."""
    click.echo(f"archguard: {escape(message)}", err=True)


def choose_style(
    file: str | None = None, *, color: bool | None = None, statistics: bool = False
) -> Style:
    """Return the style of a report.

    Args:
        file: where the report goes; None is standard output.
        color: whether to color it; None colors a terminal, or with FORCE_COLOR whatever standard
            output is, unless NO_COLOR is set.
        statistics: whether to say which packages and owners have most violations.
    """
    from archguard.reporters import Style  # noqa: PLC0415 (not needed for --help)

    terminal = file is None and sys.stdout.isatty()
    if color is None:
        is_wanted = terminal or (file is None and bool(os.environ.get("FORCE_COLOR")))
        color = is_wanted and not os.environ.get("NO_COLOR")
    width = _FILE_WIDTH if file is not None else shutil.get_terminal_size().columns
    return Style(color=color, width=width, terminal=terminal, statistics=statistics)


def find_output_file(file: str | None) -> str | None:
    """Return the file that an option names; None is standard output, also called - and /dev/stdout."""
    return None if file in (None, "-", "/dev/stdout") else file


def write_report(text: str, file: str | None) -> None:
    """Write a report to a file; None is standard output, where unencodable letters are escaped.

    Raises:
        ArchguardError: the file cannot be written.
    """
    if file is not None:
        _write_file(file, text)
        return
    encoding = sys.stdout.encoding or "ascii"
    click.echo(text.encode(encoding, "backslashreplace"), nl=False, color=True)


def _write_file(file: str, text: str) -> None:
    """Replace a file as a whole, or leave the old one; a pipe or device is written to instead."""
    try:
        if os.path.exists(file) and not os.path.isfile(file):
            with open(file, "w", encoding="utf-8", newline="\n") as handle:
                handle.write(text)
            return
        replace_file(os.path.realpath(file), text.encode())
    except OSError as error:
        raise ArchguardError(f"{file}: it cannot be written: {error.strerror}.") from error

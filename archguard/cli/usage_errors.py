"""What is wrong with a command line, in the one style that all errors have."""

from __future__ import annotations

import click

from archguard.text import format_choices


def describe_usage_error(error: click.ClickException) -> str:
    """Return an error of click's as a sentence that begins with what it is about."""
    sentence = _describe(error)
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else None
    return f"{sentence} See `{path} --help`." if path else sentence


def _describe(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return _name_unknown("option", error.option_name, error.possibilities)
    if isinstance(error, click.exceptions.NoSuchCommand):
        return _name_unknown("command", error.command_name, error.possibilities)
    if isinstance(error, click.BadParameter):
        return _describe_value(error)
    return _finish(error.format_message())


def _name_unknown(noun: str, name: str, similar: list[str] | None) -> str:
    return f"unknown {noun} '{name}'" + (f"; did you mean '{similar[0]}'?" if similar else ".")


def _describe_value(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return _finish(error.format_message())
    is_option = isinstance(parameter, click.Option)
    name = max(parameter.opts, key=len) if is_option else parameter.human_readable_name
    if not isinstance(error, click.MissingParameter):
        return f"{name}: {_finish(error.message)}"
    choices = parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
    return f"{name} is missing" + (
        f"; choose {format_choices([*map(str, choices)])}." if choices else "."
    )


def _finish(message: str) -> str:
    """Return a message as the rest of a sentence, on one line."""
    line = " ".join(message.split()).rstrip(".")
    return f"{line[:1].lower()}{line[1:]}."

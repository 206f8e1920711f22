"""Options in groups, so that a long help page has one heading for each subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_UNGROUPED = "Options"


class GroupedOption(click.Option):
    """An option that belongs under a heading of its own."""

    def __init__(
        self, declarations: Sequence[str], heading: str = _UNGROUPED, **attributes: Any
    ) -> None:
        """Create the option; `attributes` are those of `click.Option`."""
        super().__init__(declarations, **attributes)
        self.heading = heading


class GroupedCommand(click.Command):
    """A command whose help lists the options without a heading first, then each group."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their headings."""
        groups: dict[str, list[tuple[str, str]]] = {_UNGROUPED: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                groups.setdefault(getattr(parameter, "heading", _UNGROUPED), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def grouped_option(heading: str, *declarations: str, **attributes: Any) -> Decorator:
    """Return a decorator that adds an option under a heading; otherwise like `click.option`."""
    return click.option(*declarations, cls=GroupedOption, heading=heading, **attributes)

"""--base and what belongs to it: what a tree is compared with."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

from archguard.cli.options.completions import complete_folder
from archguard.cli.options.day import read_day
from archguard.cli.options.groups import grouped_option
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

NO_BASE = "none"
"""The value of --base that turns off a configured one."""
_HEADING = "Comparison options"
_OPTIONS = (
    grouped_option(
        _HEADING,
        "--base",
        metavar="REV",
        help="Compare with the commit at which the tree left REV: only new violations fail. auto is "
        "the branch that CI names, else the remote's default branch; none is no comparison. "
        "Default: base of [tool.archguard].",
    ),
    grouped_option(
        _HEADING,
        "--baseline",
        metavar="DIR|server",
        is_flag=False,
        flag_value="",
        shell_complete=complete_folder,
        help="Where git cannot read the base, compare with the violations that `archguard freeze` wrote "
        "into this folder. Without DIR: .archguard/baseline below the root folder. server is the newest "
        "snapshot of the base branch that is of an ancestor.",
    ),
    grouped_option(
        _HEADING,
        "--forbid-weakening",
        is_flag=True,
        help="Fail, too, if a contract stops counting something.",
    ),
    grouped_option(
        _HEADING,
        "--accept-exceptions",
        is_flag=True,
        help="Let exceptions take effect that the base does not have.",
    ),
    grouped_option(
        _HEADING,
        "--today",
        metavar="DATE",
        help="Judge deadlines on this day: 2026-01-31. Default: today; with --rev the commit's day.",
    ),
)


class BaseOptions(NamedTuple):
    """The values of the options."""

    rev: str | None = None
    baseline: str | None = None
    """A folder, empty for the default one, or `server`."""
    forbid_weakening: bool = False
    accept_exceptions: bool = False
    today: datetime.date | None = None
    is_configured: bool = False
    """Whether the configuration names the revision, not the command line."""


def require_comparison(options: BaseOptions) -> None:
    """Refuse options that are about a comparison where there is none.

    Raises:
        ConfigurationError: one of them is given.
    """
    flags = {
        "--forbid-weakening": options.forbid_weakening,
        "--accept-exceptions": options.accept_exceptions,
    }
    for flag, is_set in flags.items():
        if is_set and options.rev is None and options.baseline is None:
            raise ConfigurationError(f"{flag} is about a comparison: give --base, too.")


def base_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets their values as `comparison`."""

    @functools.wraps(command)
    def collect_options(
        *,
        base: str | None,
        baseline: str | None,
        forbid_weakening: bool,
        accept_exceptions: bool,
        today: str | None,
        **others: Any,
    ) -> Any:
        day = read_day("--today", today)
        comparison = BaseOptions(base, baseline, forbid_weakening, accept_exceptions, day)
        if base == NO_BASE:
            if baseline is not None:
                raise ConfigurationError("--base none compares with nothing: leave out --baseline.")
            require_comparison(comparison._replace(rev=None))
        return command(comparison=comparison, **others)

    decorated: Callable[..., Any] = collect_options
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated

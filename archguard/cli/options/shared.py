"""Options that several commands share, and what they become."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from archguard.configuration import find_configuration, read_configuration
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.configuration import Configuration
    from archguard.graph.scanning.cache import Cache

    Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def root_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--root."""
    return click.option(
        "--root",
        metavar="DIR",
        help="Where the roots are. Default: the folder of the configuration.",
    )(command)


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--config."""
    return click.option(
        "--config",
        metavar="FILE",
        help="The configuration. Default: setup.cfg, .importlinter or pyproject.toml under --root.",
    )(command)


def jobs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--jobs."""
    return click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(min=1),
        default=processors,
        help="Processes that scan at once. Default: one for each processor.",
    )(command)


def cache_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--cache-dir and --no-cache."""
    command = click.option("--no-cache", is_flag=True, help="Neither read nor write a cache.")(command)
    return click.option(
        "--cache-dir",
        metavar="DIR",
        help="Where scanning results are kept. Default: the user's cache folder.",
    )(command)


def choice(option: str, given: str, known: Sequence[str]) -> None:
    """Refuse what is none of the known values, and name the nearest.

    Raises:
        ConfigurationError: it is none.
    """
    if given in known:
        return
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(given, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}."
    raise ConfigurationError(f"{option} {given}: it is none of the values; {hint}")


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def escape(text: str) -> str:
    """Text from the tree, made harmless for a terminal."""
    from archguard.reporters.escaping import escape  # noqa: PLC0415

    return escape(text)


def configuration_and_root(config: str | None, root: str | None) -> tuple[Configuration, str]:
    """The configuration, and the folder that its roots are looked for in.

    Raises:
        ConfigurationError: there is none, or it is wrong.
    """
    if root is not None and not os.path.isdir(root):
        raise ConfigurationError(f"--root {root}: there is no such folder.")
    path = config if config is not None else find_configuration(root or os.curdir)
    return read_configuration(path), root or os.path.dirname(path) or os.curdir


def open_cache(cache_dir: str | None, *, no_cache: bool) -> Cache:
    """The cache that the options ask for."""
    from archguard.graph.scanning.cache import Cache, find_default_folder  # noqa: PLC0415

    return Cache(None if no_cache else cache_dir or find_default_folder())

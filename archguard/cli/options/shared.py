"""Options that several commands share, and what they become."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from archguard.configuration import find_configuration, read_configuration
from archguard.errors import ConfigurationError
from archguard.text import format_choices

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
    """Refuse an unknown value of an option.

    Raises:
        ConfigurationError: the value is unknown.
    """
    if given not in known:
        raise ConfigurationError(f"{option}: unknown value '{given}'; choose {format_choices(known)}.")


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def configuration_and_root(config: str | None, root: str | None) -> tuple[Configuration, str]:
    """The configuration, and the folder that its roots are looked for in.

    Raises:
        ConfigurationError: there is none, or it is wrong.
    """
    if root is not None and not os.path.isdir(root):
        raise ConfigurationError(f"--root {root}: there is no such folder.")
    if config is None:
        configuration = find_configuration(root or os.curdir)
    else:
        configuration = read_configuration(config)
    return configuration, root or os.path.dirname(configuration.path) or os.curdir


def open_cache(cache_dir: str | None, *, no_cache: bool) -> Cache:
    """The cache that the options ask for."""
    from archguard.graph.scanning.cache import Cache, find_default_folder  # noqa: PLC0415

    return Cache(None if no_cache else cache_dir or find_default_folder())

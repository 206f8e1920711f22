"""--jobs, --cache-dir and --no-cache: how files are scanned, and where the results are kept."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any

import click

from archguard.cli.options.completions import complete_folder
from archguard.cli.options.groups import grouped_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.graph.scanning.cache import Cache

_HEADING = "Scanning options"


def jobs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --jobs to a command."""
    return grouped_option(
        _HEADING,
        "--jobs",
        metavar="N",
        type=click.IntRange(min=1),
        default=count_processors,
        help="How many processes scan at once. Default: one for each processor.",
    )(command)


def cache_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --cache-dir and --no-cache to a command, which gets the cache that they name as `cache`."""

    @functools.wraps(command)
    def choose_cache(*, cache_dir: str | None, no_cache: bool, **others: Any) -> Any:
        return command(cache=open_cache(cache_dir, no_cache=no_cache), **others)

    decorated = grouped_option(
        _HEADING, "--no-cache", is_flag=True, help="Neither read nor write a cache."
    )(choose_cache)
    return grouped_option(
        _HEADING,
        "--cache-dir",
        metavar="DIR",
        shell_complete=complete_folder,
        help="Where scanning results are kept. Default: the user's cache folder.",
    )(decorated)


def count_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def open_cache(cache_dir: str | None = None, *, no_cache: bool = False) -> Cache:
    """Return the cache that the values of --cache-dir and --no-cache ask for."""
    from archguard.graph.scanning.cache import Cache, find_default_folder  # noqa: PLC0415

    return Cache(None if no_cache else cache_dir or find_default_folder())

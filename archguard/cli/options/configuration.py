"""--root, --config and --trust-contract-types: which contracts are judged, and on which tree."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from archguard.configuration import find_configuration, read_configuration
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from archguard.configuration import Configuration


def root_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --root to a command."""
    return click.option(
        "--root",
        metavar="DIR",
        help="The folder that holds the root packages. Default: the folder of the configuration.",
    )(command)


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config to a command."""
    return click.option(
        "--config",
        metavar="FILE",
        help="The configuration. Default: setup.cfg, .importlinter or pyproject.toml under --root.",
    )(command)


def trust_contract_types_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --trust-contract-types to a command."""
    return click.option(
        "--trust-contract-types",
        is_flag=True,
        help="Run the code that contract_types names. It is the repository's code.",
    )(command)


def load_configuration(config: str | None, root: str | None) -> tuple[Configuration, str]:
    """Return the configuration, and the folder in which its root packages are looked for.

    Args:
        config: the value of --config.
        root: the value of --root.

    Raises:
        ConfigurationError: there is no configuration, or it is invalid.
    """
    if root is not None and not os.path.isdir(root):
        raise ConfigurationError(f"--root {root}: there is no such folder.")
    if config is None:
        configuration = find_configuration(root or os.curdir)
    else:
        configuration = read_configuration(config)
    return configuration, root or os.path.dirname(configuration.path) or os.curdir


def allow_imports_from(folder: str) -> None:
    """Put a folder first on the import path, for the contract types that its configuration names."""
    sys.path.insert(0, os.path.abspath(folder))

"""PATH, --root, --config, --contract, --trust-contract-types: which contracts judge which tree."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from archguard.cli.options.completions import (
    complete_file,
    complete_folder,
    complete_words,
)
from archguard.configuration import find_configuration, merge_configurations, read_configuration
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.cli.options.completions import Completions

from archguard.configuration import Configuration


def root_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --root to a command."""
    return click.option(
        "--root",
        metavar="DIR",
        shell_complete=complete_folder,
        help="The folder that holds the root packages. Default: the folder of the configuration.",
    )(command)


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config to a command."""
    return click.option(
        "--config",
        metavar="FILE",
        shell_complete=complete_file,
        help="The configuration. Default: setup.cfg, .importlinter or pyproject.toml in --root or the "
        "nearest folder above it.",
    )(command)


def configs_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config to a command that takes several of them."""
    return click.option(
        "--config",
        metavar="FILE",
        multiple=True,
        shell_complete=complete_file,
        help="The configuration. Default: setup.cfg, .importlinter or pyproject.toml in --root or the "
        "nearest folder above it. Repeatable: then contracts have the ids FILE:ID.",
    )(command)


def _complete_contract(context: click.Context, _: click.Parameter, incomplete: str) -> Completions:
    """Return the ids of the contracts in the configuration that was typed, or that would be found."""
    config, root, paths = map(context.params.get, ("config", "root", "paths"))
    try:
        configuration, _folder = load_configuration(config, root, paths or ())
    except ConfigurationError:  # what is wrong is said when the command runs
        return []
    return complete_words([contract.id for contract in configuration.contracts], incomplete)


def contracts_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --contract to a command, which gets its values as `contracts`."""
    return click.option(
        "--contract",
        "contracts",
        metavar="ID",
        multiple=True,
        shell_complete=_complete_contract,
        help="Only this contract, by its id or name. Repeatable.",
    )(command)


def trust_contract_types_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --trust-contract-types to a command."""
    return click.option(
        "--trust-contract-types",
        is_flag=True,
        help="Run the code that contract_types names. It is the repository's code.",
    )(command)


def paths_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add PATH to a command: where the configuration is looked for."""
    return click.argument("paths", metavar="[PATH]...", nargs=-1, shell_complete=complete_file)(command)


def load_configuration(
    config: str | Sequence[str] | None, root: str | None, paths: Sequence[str] = ()
) -> tuple[Configuration, str]:
    """Return the configuration, and the folder in which its root packages are looked for.

    Args:
        config: the value of --config, or all of them.
        root: the value of --root.
        paths: files and folders of the project; the configuration is looked for in their folders, or
            above them.

    Raises:
        ConfigurationError: there is no configuration, or it is invalid; or the paths belong to different
            ones.
    """
    if root is not None and not os.path.isdir(root):
        raise ConfigurationError(f"--root {root}: there is no such folder.")
    for path in paths:
        if not os.path.exists(path):
            raise ConfigurationError(f"{path}: there is no such file or folder.")
    if not config:
        starts = [root] if root else [*map(_containing_folder, paths)] or [os.curdir]
        configuration = _find_common_configuration(starts)
    else:
        files = [config] if isinstance(config, str) else [*dict.fromkeys(config)]
        if root is None and len({os.path.realpath(os.path.dirname(file)) for file in files}) > 1:
            raise ConfigurationError("the files of --config are in several folders: give --root, too.")
        configuration = merge_configurations([*map(read_configuration, files)])
    folder = root or os.path.dirname(configuration.path) or os.curdir
    for path in paths:
        if not _is_below(path, folder):
            raise ConfigurationError(
                f"{path} is not below {folder}, in which the root packages are looked for: name the "
                "folder that holds them with --root."
            )
    return configuration, folder


def _find_common_configuration(folders: Sequence[str]) -> Configuration:
    configuration, *others = map(find_configuration, dict.fromkeys(folders))
    for other in others:
        if not os.path.samefile(other.path, configuration.path):
            raise ConfigurationError(
                f"the paths have different configurations, {configuration.path} and {other.path}: "
                "judge one at a time."
            )
    return configuration


def _containing_folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(path) or os.curdir


def _is_below(path: str, folder: str) -> bool:
    top = os.path.realpath(folder)
    return os.path.commonpath([top, os.path.realpath(path)]) == top


def allow_imports_from(folder: str) -> None:
    """Put a folder first on the import path, for the contract types that its configuration names."""
    sys.path.insert(0, os.path.abspath(folder))

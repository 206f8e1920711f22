"""The working tree that the options choose, and the contracts that judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from archguard.cli.options.configuration import load_configuration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.configuration import Configuration


class ChosenTree(NamedTuple):
    """A tree, and the contracts that judge it."""

    configuration: Configuration
    """The whole of it, even where not all of its contracts are judged."""
    folder: str
    """The one in which the root packages are looked for."""
    files: tuple[str, ...]
    """Those that the configuration was read from."""


def load_tree(config: tuple[str, ...], root: str | None, paths: Sequence[str] = ()) -> ChosenTree:
    """Return the tree that the values of --config, --root and PATH name.

    Raises:
        ConfigurationError: there is no configuration, or it is invalid.
    """
    configuration, folder = load_configuration(config, root, paths)
    return ChosenTree(configuration, folder, config or (configuration.path,))

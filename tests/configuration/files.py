"""Configuration files for tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from archguard.configuration import read_configuration
from archguard.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.configuration import Configuration

TOML = """
[tool.importlinter]
root_packages = ["shop", "tools"]

[[tool.importlinter.contracts]]
id = "one-cart"
name = "One cart"
type = "deprecated"
deprecated_modules = ["shop.old_cart"]
"""
INI = """
[importlinter]
root_packages =
    shop
    tools

[importlinter:contract:one-cart]
name = One cart
type = deprecated
deprecated_modules =
    shop.old_cart
"""


def read(folder: Path, text: str | bytes, name: str = "pyproject.toml") -> Configuration:
    """Write a configuration file and read it."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_configuration(str(path))


def refuses(folder: Path, text: str | bytes, message: str, name: str = "pyproject.toml") -> None:
    """Assert that a file is refused with one sentence that begins with its path.

    Args:
        folder: where to write it.
        text: what it says.
        message: a regular expression for all that follows the path.
        name: of the file.
    """
    with pytest.raises(ConfigurationError) as raised:
        read(folder, text, name)

    sentence = str(raised.value)
    path = re.escape(str(folder / name))
    assert re.fullmatch(f"{path}: {message}", sentence), sentence
    assert "\n" not in sentence
    assert len(sentence) < 600

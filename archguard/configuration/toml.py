"""Configuration in TOML: pyproject.toml, or any file that ends in `.toml`."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from archguard.configuration.model import Sections
from archguard.errors import ConfigurationError

_MAX_KEY_PARTS = 64  # tomllib takes quadratic time in their number
_KEY_PART = r"""(?:[\w-]++|"(?:[^"\\\n]|\\.)*"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![^\s\[{{,]){_KEY_PART}(?:[ \t]*+\.[ \t]*+{_KEY_PART}){{{_MAX_KEY_PARTS}}}")
_END = "(at end of document)"


def parse(path: str, text: str) -> Sections | None:
    """Parse TOML; return None without an importlinter table.

    Raises:
        ConfigurationError: the text is not TOML, or a table has the wrong type.
    """
    if long_key := _LONG_KEY.search(text):
        line = text.count("\n", 0, long_key.start()) + 1
        raise ConfigurationError(f"{path}: line {line}: a key has more than {_MAX_KEY_PARTS} parts.")
    tool = _table(path, _document(path, text), "tool")
    session = _table(path, tool, "importlinter")
    if not session:
        return None
    contracts = session.pop("contracts", [])
    if not isinstance(contracts, list) or not all(isinstance(table, dict) for table in contracts):
        raise ConfigurationError(
            f"{path}: contracts must be an array of tables: write [[tool.importlinter.contracts]]."
        )
    return Sections(session, contracts, _table(path, tool, "archguard"), "[tool.archguard]")


def _document(path: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
        message = str(error).replace(_END, f"(at the end: line {line}, column {column})")
        raise ConfigurationError(f"{path}: invalid TOML: {message}.") from error
    except RecursionError as error:
        raise ConfigurationError(f"{path}: the values are nested too deeply.") from error
    except ValueError as error:  # an integer with thousands of digits
        raise ConfigurationError(f"{path}: a value cannot be read: {error}.") from error


def _table(path: str, parent: dict[str, Any], name: str) -> dict[str, Any]:
    table = parent.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{path}: {name} must be a table.")
    return table

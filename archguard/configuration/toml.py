"""Configuration in TOML: pyproject.toml, or any file that ends in `.toml`."""

from __future__ import annotations

import tomllib
from typing import Any

from archguard.errors import ConfigurationError

_MAX_DOTS = 32  # in a key: tomllib's time grows with their square


def parse(path: str, text: str) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]] | None:
    """Session options, contracts and our own options; None without an importlinter table.

    Raises:
        ConfigurationError: it is not TOML, or its tables are of the wrong shape.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if line.partition("=")[0].partition("#")[0].count(".") > _MAX_DOTS:
            raise ConfigurationError(f"{path}, line {number}: more than {_MAX_DOTS} dots in a key.")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: it is not valid TOML: {error}.") from error
    except RecursionError as error:
        raise ConfigurationError(f"{path}: its values are nested too deeply.") from error
    tool = _table(path, document, "tool")
    session = _table(path, tool, "importlinter")
    if not session:
        return None
    contracts = session.pop("contracts", [])
    if not isinstance(contracts, list) or not all(isinstance(one, dict) for one in contracts):
        raise ConfigurationError(f"{path}: contracts is not an array of tables.")
    return session, contracts, _table(path, tool, "archguard")


def _table(path: str, parent: dict[str, Any], name: str) -> dict[str, Any]:
    table = parent.get(name, {})
    if not isinstance(table, dict):
        raise ConfigurationError(f"{path}: {name} is not a table.")
    return table

"""Configuration in INI files: setup.cfg, .importlinter."""

from __future__ import annotations

import configparser
from typing import Any

from archguard.errors import ConfigurationError

_SECTION = "importlinter"
_OWN_SECTION = "archguard"


def parse(path: str, text: str) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]] | None:
    """Session options, contracts and our own options; None without an importlinter section.

    Raises:
        ConfigurationError: it is not an INI file, or uses interpolation.
    """
    # Interpolation lets a few lines expand for hours; nobody's contracts need it.
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, source=path)
    except configparser.Error as error:
        message = " ".join(str(error).split())
        raise ConfigurationError(f"{path}: it is not a valid INI file: {message}.") from error
    if not parser.has_section(_SECTION):
        return None
    contracts = [
        {"id": name.rpartition(":")[2], **_options(path, parser, name)}
        for name in parser.sections()
        if name.startswith(f"{_SECTION}:")
    ]
    own = _options(path, parser, _OWN_SECTION) if parser.has_section(_OWN_SECTION) else {}
    return _options(path, parser, _SECTION), contracts, own


def _options(
    path: str, parser: configparser.RawConfigParser, section: str
) -> dict[str, str | list[str]]:
    options: dict[str, str | list[str]] = {}
    for key, value in parser.items(section):
        if "%(" in value:
            raise ConfigurationError(
                f"{path}: [{section}] {key}: interpolation, %(name)s, is not supported."
            )
        text = value.replace("%%", "%")
        options[key] = text if "\n" not in text else text.strip().split("\n")
    return options

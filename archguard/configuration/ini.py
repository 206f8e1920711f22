"""Configuration in INI files: setup.cfg, .importlinter."""

from __future__ import annotations

import configparser
import re
from typing import Any

from archguard.configuration.model import Sections
from archguard.errors import ConfigurationError

_SECTION = "importlinter"
_OWN_SECTION = "archguard"
_EXCEPTION = f"{_OWN_SECTION}:exception:"
# configparser takes quadratic time in the length of a gap, and time for each default in each section.
_LONG_GAP = re.compile(r"\S[^\S\n]{200,}+\S")
_MAX_INHERITED = 1_000_000


def parse(path: str, text: str) -> Sections | None:
    """Parse INI; return None without an importlinter section.

    Raises:
        ConfigurationError: the text is not INI, or uses interpolation.
    """
    parser = _parser(path, text)
    if not parser.has_section(_SECTION):
        return None
    return Sections(
        session=_options(path, parser, _SECTION),
        contracts=[
            {"id": name.rpartition(":")[2], **_options(path, parser, name)}
            for name in parser.sections()
            if name.startswith(f"{_SECTION}:")
        ],
        own=_own_options(path, parser),
        own_name=f"[{_OWN_SECTION}]",
    )


def _own_options(path: str, parser: configparser.RawConfigParser) -> dict[str, Any]:
    own: dict[str, Any] = (
        dict(_options(path, parser, _OWN_SECTION)) if parser.has_section(_OWN_SECTION) else {}
    )
    exceptions = [
        _options(path, parser, name) for name in parser.sections() if name.startswith(_EXCEPTION)
    ]
    return own | ({"exceptions": exceptions} if exceptions else {})


def _parser(path: str, text: str) -> configparser.RawConfigParser:
    if gap := _LONG_GAP.search(text):
        line = text.count("\n", 0, gap.start()) + 1
        raise ConfigurationError(f"{path}: line {line}: there are hundreds of spaces in a row.")
    # With interpolation a few lines could expand for hours.
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, source=path)
    except configparser.Error as error:
        message = " ".join(str(error).split())[:300]
        raise ConfigurationError(f"{path}: invalid INI file: {message}.") from error
    if len(parser.defaults()) * len(parser.sections()) > _MAX_INHERITED:
        raise ConfigurationError(f"{path}: too many sections inherit too many options of [DEFAULT].")
    return parser


def _options(
    path: str, parser: configparser.RawConfigParser, section: str
) -> dict[str, str | list[str]]:
    options: dict[str, str | list[str]] = {}
    for key, value in parser.items(section):
        if "%(" in value.replace("%%", ""):
            raise ConfigurationError(
                f"{path}: [{section}] {key}: interpolation, %(name)s, is not supported."
            )
        text = value.replace("%%", "%")
        options[key] = text if "\n" not in text else text.strip().split("\n")
    return options

"""Text from the analysed tree, made harmless: a file name forges no annotation, colour or link."""

from __future__ import annotations

import json
import re
from typing import Any

# `##[error]` (GitHub, Azure), `##vso[` and `##teamcity[` are commands wherever in a line they stand.
_COMMAND_IN_LINE = re.compile(r"##(?=\w*\[)")
# `::error::` is one at the start of a line only, but GitHub's runner trims the line first.
_COMMAND_AT_START = re.compile(r"((?:\s|\x1b\[[\d;]*m)*):(?=:)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def escape(text: str) -> str:
    """The text with every character that does not show itself written as an escape.

    Line ends, terminal control codes, bidirectional overrides and bytes that are no UTF-8 are such;
    so is what makes a line a command to a CI service.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(one if one.isprintable() else _escape(one) for one in text)
    return _COMMAND_IN_LINE.sub(r"#\\x23", text)


def log_line(line: str) -> str:
    """A line that is no command to the CI service whose log it is printed to."""
    started = _COMMAND_AT_START.match(line)
    return f"{started[1]}\\x3a{line[started.end() :]}" if started else line


def json_text(value: Any) -> str:
    """A JSON document in ASCII; every character of it shows, and no line of it is a command."""
    text = json.dumps(_sound(value), indent=1)
    return _COMMAND_IN_LINE.sub(r"#\\u0023", text.replace("\x7f", r"\u007f")) + "\n"


def json_line(value: Any) -> str:
    """The same on one line."""
    text = json.dumps(_sound(value), separators=(",", ":"))
    return _COMMAND_IN_LINE.sub(r"#\\u0023", text.replace("\x7f", r"\u007f")) + "\n"


def _sound(value: Any) -> Any:
    """The value without lone surrogates: strict readers of JSON refuse them."""
    if isinstance(value, str):
        return _SURROGATE.sub(lambda found: _escape(found[0]), value)
    if isinstance(value, dict):
        return {_sound(key): _sound(one) for key, one in value.items()}
    return [_sound(one) for one in value] if isinstance(value, list) else value


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

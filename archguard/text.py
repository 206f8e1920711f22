"""Text that people and programs read: escaped, counted, with suggestions for what was misspelt.

Text from the analysed tree is untrusted: escaped, a file name can forge no annotation, colour or link.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

# GitHub and Azure (`##[error]`, `##vso[`) and TeamCity (`##teamcity[`) read commands anywhere in a line.
_COMMAND_IN_LINE = re.compile(r"##(?=\w*\[)")
# GitHub reads `::error::` only at the start of a line, but trims the line first.
_COMMAND_AT_START = re.compile(r"((?:\s|\x1b\[[\d;]*m)*):(?=:)")
_MISSPELLING = 0.8
"""How similar two words are if one is a misspelling, by difflib: `compta` and `compat` are by 0.83."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def escape(text: str) -> str:
    """Return the text with every unprintable character written as an escape sequence.

    Line ends, terminal control codes, bidirectional overrides and bytes that are not UTF-8 are
    unprintable. Commands to CI services are broken up as well.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(char if char.isprintable() else _escape_character(char) for char in text)
    return _COMMAND_IN_LINE.sub(r"#\\x23", text)


def escape_log_line(line: str) -> str:
    """Escape the start of a line that a CI service would read as a command."""
    match = _COMMAND_AT_START.match(line)
    return f"{match[1]}\\x3a{line[match.end() :]}" if match else line


def format_json(value: Any) -> str:
    """Format a value as an indented JSON document, in printable ASCII without CI commands."""
    return _format_json(value, indent=1)


def format_json_line(value: Any) -> str:
    """Format a value as `format_json` does, on one line."""
    return _format_json(value, separators=(",", ":"))


def format_count(number: int, noun: str) -> str:
    """Return a number and its noun, whose plural must be regular: `1 file`, `8,063 files`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def format_choices(names: Sequence[str]) -> str:
    """Join names for a sentence that offers a choice: `day, week or month`."""
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def suggest(name: str, known: Collection[str], unlisted: Collection[str] = ()) -> str:
    """Return the end of a message about an unknown name: the most similar name, or all known ones.

    Args:
        name: the unknown name.
        known: the names to choose from.
        unlisted: names that are suggested if they are similar, and not listed.
    """
    import difflib  # noqa: PLC0415 (needed only for a mistake, and not fast to import)

    similar = difflib.get_close_matches(name, [*known, *unlisted], n=1)
    if similar:
        return f"; did you mean '{similar[0]}'?"
    return f"; choose {format_choices([*known])}." if known else "."


def resembles(word: str, words: Collection[str]) -> bool:
    """Return whether a word is likely a misspelling of one of some words."""
    import difflib  # noqa: PLC0415 (needed only for a mistake, and not fast to import)

    return bool(difflib.get_close_matches(word, words, n=1, cutoff=_MISSPELLING))


def _format_json(value: Any, **layout: Any) -> str:
    import json  # noqa: PLC0415 (most commands need none)

    text = json.dumps(_without_lone_surrogates(value), **layout)
    return _COMMAND_IN_LINE.sub(r"#\\u0023", text.replace("\x7f", r"\u007f")) + "\n"


def _without_lone_surrogates(value: Any) -> Any:
    """Escape lone surrogates, which strict readers of JSON refuse."""
    if isinstance(value, str):
        return _SURROGATE.sub(lambda match: _escape_character(match[0]), value)
    if isinstance(value, dict):
        return {
            _without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in value.items()
        }
    return [_without_lone_surrogates(item) for item in value] if isinstance(value, list) else value


def _escape_character(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is not UTF-8, decoded with `surrogateescape` (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

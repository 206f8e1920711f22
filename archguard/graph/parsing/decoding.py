"""Decode source files as Python does: PEP 263."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_ENCODING_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_BLANK_OR_COMMENT = re.compile(rb"[ \t\f]*(?:#|\Z)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_MAX_COOKIE_BYTES = 4096
# CPython reads what Emacs and others append (`utf-8-unix`) with these names only: see
# `get_normal_name` in its tokenizer.
_EXTENDED_NAMES = {
    "utf-8": "utf-8",
    "latin-1": "iso-8859-1",
    "iso-8859-1": "iso-8859-1",
    "iso-latin-1": "iso-8859-1",
}
_COMPARED_CHARACTERS = 12
"""How many characters of an encoding's name CPython compares with these."""


class DecodingError(Exception):
    """A file cannot be decoded, by Python neither; the message says why."""


class DecodedSource(NamedTuple):
    """A source text, and the same text encoded as UTF-8."""

    text: str
    utf8: bytes


def decode_source(content: bytes) -> DecodedSource:
    """Return the text of a source file.

    Raises:
        DecodingError: Python would not accept the file's encoding either.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DecodingError("it is UTF-16, which Python does not read")
    if b"\0" in content:
        raise DecodingError("it holds a NUL byte")
    cookie = _find_cookie(content)
    if cookie is None:
        return _decode_as(content.removeprefix(codecs.BOM_UTF8), "utf-8")
    if not content.startswith(codecs.BOM_UTF8):
        return _decode_as(content, cookie)
    if _find_codec(cookie) != "utf-8":
        raise DecodingError("its byte order mark says UTF-8, and its encoding cookie something else")
    return _decode_as(content, "utf-8-sig")


def find_encoding(content: bytes) -> str:
    """Return the name of the encoding of a source file that can be decoded."""
    return _find_cookie(content) or "utf-8"


def _find_cookie(content: bytes) -> str | None:
    """Return the encoding that a comment in one of the first two lines names.

    The second line counts only if the first holds no code.
    """
    if content.find(b"coding", 0, _find_second_line_end(content)) < 0:  # as in nearly every file
        return None
    # `tokenize.detect_encoding` refuses a first line that is not UTF-8, although Python reads it.
    beginning = content.removeprefix(codecs.BOM_UTF8)[:_MAX_COOKIE_BYTES]
    for line in _LINE_END.split(beginning, maxsplit=2)[:2]:
        if match := _ENCODING_COOKIE.match(line):
            return _normalize_encoding(match[1].decode("ascii"))
        if not _BLANK_OR_COMMENT.match(line):
            return None
    return None


def _normalize_encoding(encoding: str) -> str:
    """Return the encoding that Python takes the name in a cookie for."""
    compared = encoding[:_COMPARED_CHARACTERS].lower().replace("_", "-")
    for name, meaning in _EXTENDED_NAMES.items():
        if compared == name or compared.startswith(f"{name}-"):
            return meaning
    return encoding


def _find_second_line_end(content: bytes) -> int:
    end = content.find(b"\n", content.find(b"\n") + 1)
    return len(content) if end < 0 else end


def _find_codec(encoding: str) -> str:
    """Return Python's name for an encoding."""
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise DecodingError("its encoding cookie names no encoding") from error


def _decode_as(content: bytes, encoding: str) -> DecodedSource:
    codec = _find_codec(encoding)
    try:
        text = content.decode(codec)
        # Some encodings can express half of a surrogate pair, which UTF-8 and so the scanner cannot.
        utf8 = content if codec == "utf-8" else text.encode()
    except UnicodeError as error:
        raise DecodingError(f"it is not {encoding.upper()}") from error
    except LookupError as error:
        raise DecodingError("its encoding cookie names no text encoding") from error
    return DecodedSource(text, utf8)


def decode_leniently(content: bytes) -> str:
    """Return a text to search for names in, whatever the bytes are; never fails."""
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(bom):
            return content.decode(encoding, "replace")
    if content[:200].count(b"\0") > len(content[:200]) // 4:
        return content.replace(b"\0", b"").decode("utf-8", "replace")
    return content.decode("utf-8", "replace")

"""Source bytes to text, as Python decodes them: PEP 263."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_NO_CODE = re.compile(rb"[ \t\f]*(?:#|\r?\Z)")


class DecodingError(Exception):
    """Python would not decode this file either."""


class DecodedSource(NamedTuple):
    """A text, and the same in UTF-8."""

    text: str
    utf8: bytes


def decode_source(content: bytes) -> DecodedSource:
    """The text of a source file.

    Raises:
        DecodingError: it is in no encoding that Python would accept.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DecodingError("it is UTF-16, which Python does not read")
    if b"\0" in content:
        raise DecodingError("it holds a NUL byte")
    cookie = _cookie(content)
    if cookie is None:
        return _decode_as(content.removeprefix(codecs.BOM_UTF8), "utf-8")
    if not content.startswith(codecs.BOM_UTF8):
        return _decode_as(content, cookie)
    if _name(cookie) != "utf-8":
        raise DecodingError("its byte order mark says UTF-8, and its encoding cookie something else")
    return _decode_as(content, "utf-8-sig")


def _cookie(content: bytes) -> str | None:
    """The encoding that one of the first two lines names: the second counts if the first has no code."""
    if content.find(b"coding", 0, _two_lines(content)) < 0:  # as nearly everywhere
        return None
    # Not tokenize's: it refuses a first line that is not UTF-8, which Python itself reads.
    for line in content.removeprefix(codecs.BOM_UTF8)[:4096].split(b"\n", 2)[:2]:
        if found := _COOKIE.match(line):
            return found[1].decode("ascii")
        if not _NO_CODE.match(line):
            return None
    return None


def _two_lines(content: bytes) -> int:
    """Where the second line ends."""
    end = content.find(b"\n", content.find(b"\n") + 1)
    return len(content) if end < 0 else end


def _name(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError as error:
        raise DecodingError("its encoding cookie names no encoding") from error


def _decode_as(content: bytes, encoding: str) -> DecodedSource:
    name = _name(encoding)
    try:
        text = content.decode(name)
        # Some encodings can write half of a surrogate pair, and no scanner reads it.
        utf8 = content if name == "utf-8" else text.encode()
    except UnicodeError as error:
        raise DecodingError(f"it is not {encoding.upper()}") from error
    except LookupError as error:
        raise DecodingError("its encoding cookie names no text encoding") from error
    return DecodedSource(text, utf8)


def decode_leniently(content: bytes) -> str:
    """A text to search in, whatever the bytes are."""
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(bom):
            return content.decode(encoding, "replace")
    if content[:200].count(b"\0") > len(content[:200]) // 4:
        return content.replace(b"\0", b"").decode("utf-8", "replace")
    return content.decode("utf-8", "replace")

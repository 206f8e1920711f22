"""Source bytes to text, as Python decodes them: PEP 263."""

from __future__ import annotations

import codecs
import io
import re

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+", re.ASCII)


class DecodingError(Exception):
    """Python would not decode this file either."""


def decode(content: bytes) -> str:
    """The text of a source file.

    Raises:
        DecodingError: it is in no encoding that Python would accept.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DecodingError("it is UTF-16, which Python does not read")
    if b"\0" in content:
        raise DecodingError("it holds a NUL byte")
    first_lines = content[:2048].split(b"\n", 2)[:2]
    if not any(_COOKIE.match(line) for line in first_lines):
        return _decode_as(content.removeprefix(codecs.BOM_UTF8), "utf-8")
    import tokenize  # noqa: PLC0415 (it costs 5 ms, and few files carry a cookie)

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    except SyntaxError as error:
        raise DecodingError("its encoding cookie names no encoding") from error
    return _decode_as(content, encoding)


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        raise DecodingError(f"it is not {encoding.upper()}") from error
    except LookupError as error:
        raise DecodingError("its encoding cookie names no text encoding") from error


def decode_anyhow(content: bytes) -> str:
    """A text to search in, whatever the bytes are."""
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if content.startswith(bom):
            return content.decode(encoding, "replace")
    if content[:200].count(b"\0") > len(content[:200]) // 4:
        return content.replace(b"\0", b"").decode("utf-8", "replace")
    return content.decode("utf-8", "replace")

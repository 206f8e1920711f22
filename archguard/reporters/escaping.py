"""Text from the analysed tree, made harmless: a file name forges no annotation, colour or link."""

from __future__ import annotations


def visible(text: str) -> str:
    """The text with every character that does not show itself written as an escape.

    Line ends, terminal control codes, bidirectional overrides and bytes that are no UTF-8 are such.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one.isprintable() else _escape(one) for one in text)


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

"""Decode files as Python does."""

from __future__ import annotations

import ast
import codecs

import pytest

from archguard.graph.parsing.decoding import DecodingError, decode_leniently, decode_source

READABLE = [
    b"",
    b"x = 1\r\n",
    "x = 'é'\n".encode(),
    codecs.BOM_UTF8 + "x = 'é'\n".encode(),
    codecs.BOM_UTF8 + "# coding: utf-8\nx = 'é'\n".encode(),
    "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
    "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"),
    "# é before the cookie\n# coding: latin-1\nx = 'é'\n".encode("latin-1"),
    "\n# coding: latin-1\nx = 'é'\n".encode("latin-1"),
    "\f# coding: latin-1\nx = 'é'\n".encode("latin-1"),
    b"# coding: iso-8859-15\r\nx = '\xa4'\r\n",
    "# coding: shift_jis\nx = '日本'\n".encode("shift_jis"),
    "x = 1\n# coding: latin-1\ny = 'é'\n".encode(),
    "\n\n# coding: latin-1\ny = 'é'\n".encode(),
    b"# coding: utf-7\nx = '+AOk-'\n",
    *(
        f"# -*- coding: {name} -*-\nx = 'é'\n".encode(codec)
        for codec, names in {
            "utf-8": ("utf-8-unix", "UTF_8-dos", "utf-8-emacs", "utf-8-sig", "utf-8-"),
            "latin-1": (
                "latin-1-unix",
                "Latin_1-mac",
                "iso-latin-1",
                "ISO-8859-1-dos",
                "iso-latin-1-unix",
            ),
        }.items()
        for name in names
    ),
    codecs.BOM_UTF8 + "# coding: utf-8-unix\nx = 'é'\n".encode(),
    # Lines that end with a carriage return alone.
    b"# coding: latin-1\rx = '\xe9'\r",
    b"#!/usr/bin/python\r# coding: latin-1-unix\rx = '\xe9'\r",
    "# a\r\r# coding: latin-1\rx = 'é'\r".encode(),
    "# a\r\n\r\n# coding: latin-1\r\nx = 'é'\r\n".encode(),
]
UNREADABLE = [
    ("it is not UTF-8", "x = 'é'\n".encode("latin-1")),
    ("it is UTF-16, which Python does not read", "x = 1\n".encode("utf-16")),
    ("it holds a NUL byte", b"x = 1\0\n"),
    ("its encoding cookie names no encoding", b"# coding: nonsense\n"),
    ("its encoding cookie names no encoding", b"# coding: cp1252-dos\n"),
    ("its encoding cookie names no encoding", b"# coding: iso-8859-15-unix\n"),
    ("its encoding cookie names no text encoding", b"# coding: rot13\n"),
    (
        "its byte order mark says UTF-8, and its encoding cookie something else",
        codecs.BOM_UTF8 + b"# coding: latin-1\n",
    ),
    ("it is not ASCII", "# coding: ascii\nx = 'é'\n".encode()),
]


def _value(text: str | bytes) -> str:
    return ast.dump(ast.parse(text))


@pytest.mark.parametrize("content", READABLE)
def test_a_text_is_what_python_reads(content: bytes) -> None:
    decoded = decode_source(content)

    assert _value(decoded.text) == _value(content)
    assert decoded.utf8 == decoded.text.encode()


@pytest.mark.parametrize(("reason", "content"), UNREADABLE)
def test_what_python_refuses_is_refused_with_the_reason(reason: str, content: bytes) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        ast.parse(content)
    with pytest.raises(DecodingError) as caught:
        decode_source(content)
    assert str(caught.value) == reason


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(DecodingError):
        decode_source(rb"# coding: raw_unicode_escape" + b"\nx = '\\ud800'\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_names_can_be_searched_for_in_any_encoding(encoding: str) -> None:
    assert "import a.old" in decode_leniently("# é\nimport a.old\n".encode(encoding))


def test_what_follows_a_nul_is_searched_too() -> None:
    assert "import a.old" in decode_leniently(b"\0import a.old\xff")

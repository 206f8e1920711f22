"""Find the names of classes and functions at module scope by the text: parsing takes far longer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEFINITION = rb"(?:async[ \t]+def|class|def)[ \t]+([^\s(:\[\\]+)"
_AT_MARGIN = re.compile(rb"^" + _DEFINITION, re.MULTILINE)
_INDENTED = re.compile(rb"^[ \t]+" + _DEFINITION, re.MULTILINE)
_BLOCK = re.compile(
    rb"^(?:if|elif|else|try|except|finally|with|for|while|match)\b[^\n]*\n"
    rb"((?:[ \t#)\]}][^\n]*\n?|\n)*)",
    re.MULTILINE,
)
"""A compound statement at the margin, and the lines that may be inside it."""


def iterate_defined_names(content: bytes) -> Iterator[str]:
    """Yield the names of the classes and functions that a text may define at module scope.

    Others, such as methods of a class in an `if`, can be among them.
    """
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content
    names = _AT_MARGIN.findall(content)
    for block in _BLOCK.finditer(content):
        names += _INDENTED.findall(block[1])
    yield from (name.decode("utf-8", "replace") for name in names)

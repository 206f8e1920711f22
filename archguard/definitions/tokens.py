"""The tokens of a piece of source text, and how much of them two pieces share."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

SHINGLE_LENGTH = 12
"""Tokens that stand one after the other in both texts are shared."""
MIN_COPY_TOKENS = 60
"""A shorter text is no copy of another one, whatever they share."""

_LONG_STRING = r"""\'\'\'(?:\\.|.)*?\'\'\'|\"\"\"(?:\\.|.)*?\"\"\""""
_SHORT_STRING = r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\""""
_STRING = rf"[rRbBuUfFtT]{{0,3}}(?:{_LONG_STRING}|{_SHORT_STRING})"
_TOKEN = re.compile(
    rf"(?P<comment>\#[^\n]*)|(?P<string>{_STRING})|\d[\w.]*|\w+"
    r"|\*\*=?|//=?|>>=?|<<=?|\.\.\.|->|:=|[=!<>+\-*/%&|^@]=|[^\s\w\\]",
    re.DOTALL,
)


def list_tokens(text: str) -> list[str]:
    """Return the tokens of a text, without comments, line ends and indentation."""
    return [match[0] for match in _TOKEN.finditer(text) if match["comment"] is None]


def hash_shingles(tokens: Sequence[str]) -> frozenset[int]:
    """Return a hash of each run of `SHINGLE_LENGTH` tokens of a text; the same in every process."""
    return frozenset(
        zlib.crc32("\0".join(tokens[start : start + SHINGLE_LENGTH]).encode("utf-8", "replace"))
        for start in range(len(tokens) - SHINGLE_LENGTH + 1)
    )


def measure_containment(first: Set[int], second: Set[int]) -> float:
    """Return which part of the smaller set is in the other one, from 0 to 1; 0 if one is empty."""
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0

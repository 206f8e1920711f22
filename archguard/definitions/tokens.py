"""The tokens of a piece of source text, and how much of them two pieces share."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

_MASK = 0xFFFFFFFF
SHINGLE_LENGTH = 12
"""Tokens that stand one after the other in both texts are shared."""
MIN_COPY_TOKENS = 60
"""A shorter text is no copy of another one, whatever they share."""

_LONG_STRING = r"""\'\'\'(?:\\.|.)*?\'\'\'|\"\"\"(?:\\.|.)*?\"\"\""""
_SHORT_STRING = r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\""""
_STRING = rf"[rRbBuUfFtT]{{0,3}}(?:{_LONG_STRING}|{_SHORT_STRING})"
_TOKEN = re.compile(
    rf"\#[^\n]*|({_STRING}|\d[\w.]*|\w+"
    r"|\*\*=?|//=?|>>=?|<<=?|\.\.\.|->|:=|[=!<>+\-*/%&|^@]=|[^\s\w\\])",
    re.DOTALL,
)
"""Its group is empty for a comment."""


def list_tokens(text: str) -> list[str]:
    """Return the tokens of a text, without comments, line ends and indentation."""
    return [token for token in _TOKEN.findall(text) if token]


def hash_shingles(tokens: Sequence[str]) -> frozenset[int]:
    """Return a hash of each run of `SHINGLE_LENGTH` tokens of a text; the same in every process."""
    hashes = [zlib.crc32(token.encode("utf-8", "replace")) for token in tokens]
    runs = zip(*(hashes[start:] for start in range(SHINGLE_LENGTH)), strict=False)
    # Other than that of a string, the hash of numbers is the same in every process.
    return frozenset(hash(run) & _MASK for run in runs)


def measure_containment(first: Set[int], second: Set[int]) -> float:
    """Return which part of the smaller set is in the other one, from 0 to 1; 0 if one is empty."""
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0

"""Which names look like those of one job: the same, but for words such as `Legacy` or `V2`."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\dA-Z_]+|\d+")
_AGE = "legacy old new deprecated obsolete modern original compat compatibility temp tmp copy"
_GENERALITY = "base abstract unified generic common simple enhanced improved advanced optimized fixed"
_AFFIXES = frozenset(f"{_AGE} {_GENERALITY}".split())
_VERSION = re.compile(r"v?[0-9]+")


def split_words(name: str) -> tuple[str, ...]:
    """Return the words of an identifier in lower case: `HTTPClientV2` has http, client, v, 2.

    An identifier of underscores alone is its own word.
    """
    return tuple(word.lower() for word in _WORD.findall(name)) or (name,)


def find_stem(name: str) -> tuple[str, ...]:
    """Return the words of a name without those that only say how old or general it is.

    A name that has no other words is its own stem.
    """
    words = [*split_words(name)]
    while len(words) > 1 and words[0] in _AFFIXES:
        del words[0]
    while len(words) > 1 and (words[-1] in _AFFIXES or _VERSION.fullmatch(words[-1])):
        is_number = words[-1].isdecimal()
        del words[-1]
        if is_number and len(words) > 1 and words[-1] == "v":
            del words[-1]
    return tuple(words)


def matches_any(name: str, patterns: Sequence[str]) -> bool:
    """Return whether a name matches one of some patterns with `*` and `?`; case matters."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)

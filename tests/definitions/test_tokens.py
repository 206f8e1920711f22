"""Tokens of source text, and what two texts have in common."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.definitions.tokens import (
    SHINGLE_LENGTH,
    hash_shingles,
    list_tokens,
    measure_containment,
)

_IGNORED = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_SOURCES = (
    "x = a[1:2] ** -3 // 4 >> 5 != 6\n",
    'def f(a, *b, c: int = 0, **d) -> "str":\n    """Text, with # and quotes\'."""\n    return a @ b\n',
    "class A(B, metaclass=C):\n    x: int = 1_000  # a comment\n    y = r'\\d' b'z'\n",
    "if (n := len(s)) >= 10: pass\n",
    "x = 'it\\'s' + \"a # b\" + '''c\n# d\n'''\n",
    "x = 1.5e3 + 0xFF + 2j\nprint(..., sep='')\n",
)


def _hash(text: str) -> frozenset[int]:
    return hash_shingles(list_tokens(text))


@pytest.mark.parametrize("source", _SOURCES)
def test_the_tokens_are_those_that_python_reads(source: str) -> None:
    expected = [
        token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in _IGNORED
    ]

    assert list_tokens(source) == expected


def test_layout_and_comments_change_no_shingle() -> None:
    plain = "def f(a, b):\n    return a + b * (a - b) ** 2\n"
    spread = "def f(a,\n      b):  # adds\n    # and more\n    return a + b * (\n a - b) ** 2\n"

    assert _hash(plain) == _hash(plain.replace(" ", "  "))
    assert _hash(plain) == _hash(spread)


def test_a_short_text_has_no_shingle() -> None:
    assert _hash(" ".join("abcdefghijk")) == frozenset()
    assert len(_hash(" ".join("abcdefghijkl"))) == 1
    assert len("abcdefghijkl") == SHINGLE_LENGTH


@given(st.frozensets(st.integers()), st.frozensets(st.integers()))
def test_containment_is_a_share_and_symmetric(one: frozenset[int], other: frozenset[int]) -> None:
    share = measure_containment(one, other)

    assert 0 <= share <= 1
    assert share == measure_containment(other, one)
    if one and one <= other:
        assert share == 1


def test_what_a_longer_text_holds_is_contained() -> None:
    part = "total = price * count - discount + tax * (price - discount)\n"
    whole = f"import os\n\n{part}print(os.getcwd(), total)\n"

    assert measure_containment(_hash(part), _hash(whole)) == 1
    assert measure_containment(_hash(part), _hash("x = 1\n" * 20)) == 0

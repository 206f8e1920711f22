"""Whether a file's bytes alone tell that it imports no deprecated module."""

from __future__ import annotations

import pytest

from archguard.graph.parsing.silent_text import compile_words, is_silent

WORDS = compile_words(("shop.old", "shop.*.gone.*"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "import shop.cart\n",
        "from shop import older, an_old, gone_\n",
        "from . import cart  # \N{SNOWMAN}\n",
        "x = 2 * 3\nimport json\n",
        "not Python (\n",
    ],
)
def test_a_file_that_names_no_part_of_a_deprecated_module_says_nothing(text: str) -> None:
    assert is_silent(text.encode(), "shop.a", WORDS)


@pytest.mark.parametrize(
    ("text", "module"),
    [
        (b"import shop.old\n", "shop.a"),
        (b"from shop import (\n    cart, old)\n", "shop.a"),
        (b"from shop import *\n", "shop.a"),
        (b"from shop import \\\n  *\n", "shop.a"),
        (b"import shop.cart  # archguard: allow[one]: why\n", "shop.a"),
        (b"# coding: utf-7\nimport shop.+AG8-ld\n", "shop.a"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n", "shop.a"),
        ("from shop import \N{FULLWIDTH LATIN SMALL LETTER O}ld\n".encode(), "shop.a"),
        ("import shop.old\n".encode("utf-16"), "shop.a"),
        (b"x = '\xff'\n", "shop.a"),
        (b"from . import x\n", "shop.b.old"),
        (b"from .b.gone import x\n", "shop.a"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "shop.a"),
        (b"#" * 1_000_001, "shop.a"),
    ],
)
def test_nobody_can_tell_without_reading_the_file(text: bytes, module: str) -> None:
    assert not is_silent(text, module, WORDS)

"""The names of classes and functions that a text may define at module scope."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.definitions.name_search import iterate_defined_names
from tests.definitions.memory_symbols import read_text

_HEADS = (
    "if x:",
    "try:\n    import a\nexcept ImportError:",
    "with x(\n    y,\n):",
    "for x in y:",
    "else_ = 1\nif x:",
)
_DEFINITIONS = (
    "class A(B): ...",
    "class C:\n    def m(self):\n        class D: ...",
    "def f(): ...",
    "async def g(): ...",
    "@decorator\nclass E: ...",
    "# a comment\n\ndef h():\n    return 1",
)


def _indent(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))


_STATEMENTS = st.one_of(
    st.sampled_from(_DEFINITIONS),
    st.builds(
        lambda head, body: f"{head}\n{_indent(body)}",
        st.sampled_from(_HEADS),
        st.lists(st.sampled_from(_DEFINITIONS), min_size=1, max_size=3).map("\n\n".join),
    ),
)


@given(st.lists(_STATEMENTS, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_definition_at_module_scope_is_missed(statements: list[str], line_end: str) -> None:
    text = "\n".join(statements) + "\n"
    expected = {one.name for one in read_text(text).definitions if one.is_top_level}

    assert set(iterate_defined_names(text.replace("\n", line_end).encode())) >= expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class A:\n    def method(self): ...\n", ["A"]),
        ("def f():\n    def inner(): ...\nx = 1\n", ["f"]),
        ("if x:\n    y = 1\nclass A:\n    def method(self): ...\n", ["A"]),
        ("class\tA: ...\ndef  f(): ...\n", ["A", "f"]),
        ("classA = 1\ndefault = 2\n", []),
        ("class Naïve: ...\n", ["Naïve"]),
    ],
)
def test_methods_and_inner_functions_are_left_out(text: str, expected: list[str]) -> None:
    assert [*iterate_defined_names(dedent(text).encode())] == expected

from __future__ import annotations

import ast

import pytest

from archguard.definitions.older_syntax import TranslationError, translate
from tests.definitions.memory_symbols import read_text

NEWER = {
    "a quote of an f-string inside it": ('x = f"{d["a"]}"', "x"),
    "an f-string over several lines": ('x = f"""{\n  a  # comment\n}\n"""', "x"),
    "an f-string beside a string": ('x = ("a"\n  f"{"b"}")', "x"),
    "an f-string in brackets of its own": ('x = (\n    f"{d["a"]}"\n)', "x"),
    "type parameters of a function": ("def f[T: (int,\n str), *Ts, **P](a: T) -> T: pass", "f"),
    "type parameters of a class": ("class A[\n  T = int\n](B[T]):\n    x: T", "A"),
    "type parameters of a class without bases": ("class A[T]: pass", "A"),
    "a type alias": ("type A[\n T] = dict[\n str, T]", "A"),
    "errors without parentheses": ("try:\n    a()\nexcept A, B:\n    c()\nx = 1", "x"),
    "errors of a group without parentheses": ("try:\n    a()\nexcept* A, B:\n    c()\nx = 1", "x"),
    "a t-string": ('x = t"{a!r:>{b}}"', "x"),
    "a lazy import": ("lazy import a.b as x", "x"),
    "a lazy from-import": ("lazy from .a import (b,\n  c as x)", "x"),
}


@pytest.mark.parametrize(("text", "name"), NEWER.values(), ids=NEWER)
def test_newer_syntax_becomes_older_syntax_with_the_same_lines(text: str, name: str) -> None:
    source = f"first = 1\n{text}\nlast = 2\n"
    older = translate(source)

    assert older.count("\n") == source.count("\n")
    ast.parse(older, feature_version=(3, 11))
    symbols = read_text(older)
    assert {"first", "last", name} <= {binding.name for binding in symbols.bindings}
    assert next(one.line for one in symbols.bindings if one.name == "last") == source.count("\n")


@pytest.mark.parametrize(("text", "name"), NEWER.values(), ids=NEWER)
def test_newer_syntax_is_read_alike_by_every_python(text: str, name: str) -> None:
    source = f"first = 1\n{text}\nlast = 2\n"

    # The running Python reads `source` itself if it is new enough.
    assert read_text(source) == read_text(translate(source))


def test_what_no_python_accepts_is_refused() -> None:
    with pytest.raises(TranslationError):
        translate("print 'x'\n")

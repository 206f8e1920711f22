"""Patterns of excluded files are read as in .gitignore."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.exclusion import compile_patterns
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from tests.graph.conftest import Discover


@pytest.mark.parametrize(
    ("pattern", "excluded", "others"),
    [
        ("shop/templates", ["shop/templates/a.py"], ["x/shop/templates/a.py", "shop/templates2/a.py"]),
        ("*_pb2.py", ["a_pb2.py", "x/y/a_pb2.py"], ["a_pb2.pyi", "a_pb2.py.txt"]),
        ("vendored/", ["a/vendored/b.py"], ["vendored.py", "my_vendored/b.py"]),
        ("**/gen/*.py", ["gen/a.py", "x/gen/a.py"], ["gen/x/a.txt", "regen/a.py"]),
        ("a/**/b", ["a/b/c.py", "a/x/y/b"], ["b", "a/xb"]),
        ("a/**", ["a/x.py", "a/b/x.py"], ["ab/x.py"]),
        ("[a-c]?[!x].py", ["ab1.py"], ["abx.py", "a/1.py", "d11.py"]),
        ("./x/*/t", ["x/q/t/a.py"], ["x/t/a.py", "x/q/r/t/a.py"]),
        ("a.b", ["a.b"], ["axb"]),
        ("[z-a].py", ["[z-a].py"], ["z.py"]),
        ("[]].py", ["].py"], ["[.py"]),
        ("[.py", ["[.py"], [".py"]),
    ],
)
def test_a_pattern_excludes(pattern: str, excluded: list[str], others: list[str]) -> None:
    excludes = compile_patterns((pattern,)).fullmatch

    assert all(map(excludes, excluded))
    assert not any(map(excludes, others))


def test_one_of_several_patterns_suffices() -> None:
    assert compile_patterns(("a", "b/c")).fullmatch("b/c/d.py")
    assert not compile_patterns(()).fullmatch("b/c/d.py")


_NAMES = st.text("ab.-]", min_size=1, max_size=8).filter(lambda name: name != ".")


@given(st.text("ab.-]*?", min_size=1, max_size=8).filter(lambda text: text.strip("*.")), _NAMES)
def test_one_name_is_matched_as_the_standard_library_does(pattern: str, name: str) -> None:
    assert bool(compile_patterns((pattern,)).fullmatch(name)) == fnmatchcase(name, pattern)


def test_no_pattern_takes_long() -> None:
    names = "/".join(["a" * 20] * 60)
    patterns = ("*a" * 100 + "b", "**/*a*/**/*a*/**/*b")

    stopwatch = Stopwatch()

    assert not compile_patterns(patterns).fullmatch(f"{names}/{'a' * 200}")
    assert stopwatch.seconds() < 1


def test_excluded_files_are_left_out_and_named(find: Discover) -> None:
    files = {"p/a.py": "", "p/templates/b.py": "", "p/x_pb2.py": "", "q/c.py": ""}

    discovery = find(files, ["p"], (), ["p/templates", "*_pb2.py", "q"])

    assert set(discovery.modules) == {"p.a"}
    assert discovery.excluded == ("p/templates/b.py", "p/x_pb2.py")

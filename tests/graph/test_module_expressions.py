"""Module expressions against names that need not exist."""

from __future__ import annotations

import pytest

from archguard.graph.module_expressions import is_within, literal_parts, pattern


@pytest.mark.parametrize(
    ("name", "ancestor", "expected"),
    [
        ("a", "a", True),
        ("a.b", "a", True),
        ("a.b.c", "a.b", True),
        ("ab", "a", False),
        ("a", "a.b", False),
        ("b.a", "a", False),
    ],
)
def test_a_module_is_within_itself_and_its_ancestors(name: str, ancestor: str, expected: bool) -> None:
    assert is_within(name, ancestor) is expected


@pytest.mark.parametrize(
    ("expression", "name", "named"),
    [
        ("a.old", "a.old", "a.old"),
        ("a.old", "a.old.x.y", "a.old"),
        ("a.old", "a.older", None),
        ("a.old", "a", None),
        ("a.old", "b.a.old", None),
        ("a.*", "a.b.c", "a.b"),
        ("a.*", "a", None),
        ("a.*.old", "a.b.old.c", "a.b.old"),
        ("a.*.old", "a.b.c.old", None),
        ("a.**", "a.b.c", "a.b.c"),
        ("a.**", "a", None),
        ("a.**.old", "a.b.c.old", "a.b.c.old"),
        ("a.**.old", "a.old", None),
        ("a+b.old", "aab.old", None),
        ("a.old", "a.old\n", None),
    ],
)
def test_a_pattern_matches_what_an_expression_names_and_all_below(
    expression: str, name: str, named: str | None
) -> None:
    match = pattern((expression,)).match(name)

    assert (match[1] if match else None) == named


def test_several_expressions_are_one_pattern() -> None:
    both = pattern(("a.old", "b.*"))

    assert both.match("a.old")
    assert both.match("b.x")
    assert not both.match("a.new")


def test_no_expression_matches_nothing() -> None:
    assert not pattern(()).match("")
    assert not pattern(()).match("a")


def test_the_literal_parts_are_those_without_wildcards() -> None:
    assert literal_parts("a.*.b.**") == ["a", "b"]

"""Module expressions against names that need not exist."""

from __future__ import annotations

import pytest

from archguard.graph.module_expressions import (
    Deprecation,
    compile_expressions,
    is_within,
    list_literal_parts,
)


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
    match = compile_expressions((expression,)).match(name)

    assert (match[1] if match else None) == named


def test_several_expressions_are_one_pattern() -> None:
    both = compile_expressions(("a.old", "b.*"))

    assert both.match("a.old")
    assert both.match("b.x")
    assert not both.match("a.new")


def test_no_expression_matches_nothing() -> None:
    assert not compile_expressions(()).match("")
    assert not compile_expressions(()).match("a")


def test_the_literal_parts_are_those_without_wildcards() -> None:
    assert list_literal_parts("a.*.b.**") == ["a", "b"]


MODULES = ("a", "a.b", "a.pkg")


def _named(name: str, *expressions: str, is_from: bool = True) -> str | None:
    return Deprecation(expressions or ("a.old",)).resolve_import(name, MODULES, is_from=is_from)


@pytest.mark.parametrize(
    ("name", "is_from", "named"),
    [
        ("a.old", False, "a.old"),
        ("a.old.x.y", False, "a.old.x.y"),
        ("a.old", True, "a.old"),
        ("a.old.x", True, "a.old"),
        ("a.old.*", True, "a.old"),
        ("a.old.x.y", True, "a.old.x"),
        ("a.*", True, None),
        ("a.older", False, None),
        ("b.a.old", False, None),
    ],
)
def test_an_import_names_a_deprecated_module_in_full(
    name: str, is_from: bool, named: str | None
) -> None:
    assert _named(name, is_from=is_from) == named


@pytest.mark.parametrize(
    ("expression", "name", "named"),
    [
        # A name without wildcards is a module; a name that only a wildcard covers need not be.
        ("a.Klass", "a.Klass", "a.Klass"),
        ("a.*", "a.Klass", None),
        ("a.pkg.**", "a.pkg.Klass", None),
        ("a.pkg.*", "a.pkg.gone.Klass", "a.pkg.gone"),
        # If the package is missing as well, a missing module is more likely.
        ("a.gone.*", "a.gone.x", "a.gone.x"),
        ("a.gone.**", "a.gone.x.y", "a.gone.x"),
        ("a.*.old", "a.gone.old", "a.gone.old"),
        ("a.*.old", "a.gone.old.x.y", "a.gone.old.x"),
        ("a.gone.*", "a.gone.*", None),
        # An external package: what it defines is unknown.
        ("lib.*", "lib.x", "lib.x"),
        ("lib", "lib.x", "lib"),
    ],
)
def test_wildcards_stand_for_modules_not_for_what_modules_define(
    expression: str, name: str, named: str | None
) -> None:
    assert _named(name, expression) == named


def test_one_contract_s_modules_do_not_hide_another_s() -> None:
    assert _named("lib.x", "lib", "lib.x") == "lib.x"
    assert _named("lib.Y", "lib", "lib.x") == "lib"


def test_the_names_of_an_unread_text_are_those_of_every_expression() -> None:
    names = Deprecation(["p.old", "p.old.x"]).find_imported([("p.old.x", False)], MODULES)

    assert names == ("p.old", "p.old.x")

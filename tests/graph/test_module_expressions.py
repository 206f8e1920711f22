"""Module expressions against names that need not exist."""

from __future__ import annotations

import pytest

from archguard.graph.bound_names import BoundNames, ModuleBindings
from archguard.graph.discovery import Module
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


MODULES = {
    name: Module(name, f"{name}.py", is_package=False) for name in ("a", "a.b", "a.pkg", "a.pkg.sub")
}
BOUND = {"a.pkg": ModuleBindings({"Klass": (None,)}), "a.b": ModuleBindings({}, is_open=True)}


def _resolve(name: str, *expressions: str, is_from: bool = True) -> tuple[str | None, bool]:
    bound_names = BoundNames(
        MODULES, frozenset(), lambda module: BOUND.get(module.name, ModuleBindings({}))
    )
    return Deprecation(expressions or ("a.old",)).resolve_import(name, bound_names, is_from=is_from)


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
    assert _resolve(name, is_from=is_from) == (named, True)


@pytest.mark.parametrize(
    ("expression", "name", "named"),
    [
        # What a module that exists binds is no submodule, and what it does not bind was one.
        ("a.pkg.Klass", "a.pkg.Klass", None),
        ("a.pkg.*", "a.pkg.Klass", None),
        ("a.pkg.**", "a.pkg.Klass", None),
        ("a.pkg.*", "a.pkg.gone", "a.pkg.gone"),
        ("a.pkg.**", "a.pkg.gone", "a.pkg.gone"),
        ("a.pkg.gone", "a.pkg.gone", "a.pkg.gone"),
        ("a.pkg", "a.pkg.Klass", "a.pkg"),
        ("a.pkg.*", "a.pkg.sub", "a.pkg.sub"),
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
def test_a_from_import_names_a_module_or_what_a_module_binds(
    expression: str, name: str, named: str | None
) -> None:
    assert _resolve(name, expression) == (named, True)


def test_a_name_of_a_module_that_answers_to_any_name_is_undecided() -> None:
    assert _resolve("a.b.x", "a.b.x") == ("a.b.x", False)
    assert _resolve("a.b.x", "a.b") == ("a.b", True)


def test_an_expression_of_the_same_contract_names_the_module_of_a_missing_package() -> None:
    assert _resolve("lib.x", "lib", "lib.x") == ("lib.x", True)
    assert _resolve("lib.Y", "lib", "lib.x") == ("lib", True)


@pytest.mark.parametrize(
    ("expressions", "name", "identity"),
    [
        (("a.old",), "a.old.x.y", "a.old"),
        (("a.*",), "a.old.x", "a.old"),
        (("a.**",), "a.old.x", "a.old.x"),
        (("a.old", "a.old.x"), "a.old.x.y", "a.old.x"),
        (("a.old", "a.old.x"), "a.old.y", "a.old"),
        (("a.old", "a.*.x"), "a.old.x.y", "a.old.x"),
        (("a.old",), "a.new", None),
    ],
)
def test_the_longest_of_overlapping_expressions_names_the_module(
    expressions: tuple[str, ...], name: str, identity: str | None
) -> None:
    assert Deprecation(expressions).identify(name) == identity


@pytest.mark.parametrize(
    ("expression", "name", "may_concern"),
    [
        ("a.old", "a.old.x", True),
        ("a.old", "a.*", True),
        ("a.old", "a.b.*", False),
        ("a.*", "a.*", True),
        ("a.*.old", "a.b.*", True),
        ("a.**", "a.b.c.*", True),
        ("a.old", "a.new", False),
    ],
)
def test_a_star_concerns_the_contract_that_deprecates_a_submodule(
    expression: str, name: str, may_concern: bool
) -> None:
    assert Deprecation([expression]).may_concern(name, is_from=True) is may_concern


def test_the_names_of_an_unread_text_are_those_of_every_expression() -> None:
    bound_names = BoundNames(MODULES, frozenset(), lambda _: None)

    names = Deprecation(["p.old", "p.old.x"]).find_imported([("p.old.x", False)], bound_names)

    assert names == ("p.old", "p.old.x")

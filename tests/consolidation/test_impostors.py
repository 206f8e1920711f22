"""Names that lead to another definition than their namesakes."""

from __future__ import annotations

from archguard.consolidation.audit_report import Impostor
from archguard.consolidation.impostors import find_impostors

_SYMBOLS = [("a:Cart", "a:Cart"), ("x:Cart", "a:Cart"), ("b:Cart", "b:Basket"), ("c:Cart", "c:Cart")]


def test_the_definition_of_this_name_with_most_importers_is_expected() -> None:
    assert find_impostors(_SYMBOLS, {"a:Cart": 2, "b:Basket": 99, "c:Cart": 1}, frozenset()) == [
        Impostor("Cart", "b:Basket", ("b:Cart",), "a:Cart"),
        Impostor("Cart", "c:Cart", ("c:Cart",), "a:Cart"),
    ]


def test_a_canonical_definition_is_expected_whatever_its_name_and_importers() -> None:
    impostors = find_impostors(_SYMBOLS, {"a:Cart": 9}, frozenset({"b:Basket"}))

    assert {one.expected for one in impostors} == {"b:Basket"}
    assert impostors[0].symbols == ("a:Cart", "x:Cart")


def test_names_that_agree_are_no_impostors() -> None:
    assert find_impostors([("a:Cart", "a:Cart"), ("b:Cart", "a:Cart")], {}, frozenset()) == []

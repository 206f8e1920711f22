"""Members that belong together, and the one that should stay."""

from __future__ import annotations

import pytest

from archguard.consolidation.families import group_by_name, group_related, make_group
from archguard.consolidation.family_member import FamilyMember
from archguard.definitions.class_facts import ClassFacts

_NO_FACTS = ClassFacts((), ())


def _class(symbol: str, **fields: object) -> FamilyMember:
    return FamilyMember(symbol, symbol.rpartition(":")[2], facts=_NO_FACTS, **fields)  # type: ignore[arg-type]


def _ids(groups: list[list[FamilyMember]]) -> list[list[str]]:
    return [[member.id for member in group] for group in groups]


def test_names_that_differ_in_words_of_age_are_one_group() -> None:
    members = [_class("a:Cart"), _class("b:LegacyCart"), _class("c:Basket")]

    assert _ids(group_by_name(members)) == [["a:Cart", "b:LegacyCart"], ["c:Basket"]]


def test_a_function_is_no_class_of_the_same_name() -> None:
    function = FamilyMember("b:cart", "cart")

    assert len(group_by_name([_class("a:Cart"), function])) == 2


def _copy(symbol: str, share: int, **fields: object) -> FamilyMember:
    """Return a class of which some percent of the shingles are those of all others."""
    own = range(1_000 * ord(symbol[0]), 1_000 * ord(symbol[0]) + 100 - share)
    shingles = frozenset([*range(share), *own])
    return _class(symbol, tokens=120, shingles=shingles, **fields)


def test_of_one_word_that_many_bear_only_copies_are_a_group() -> None:
    members = [_copy("a:Service", 60), _copy("b:Service", 60), _class("c:Service")]

    assert _ids(group_by_name(members)) == [["a:Service", "b:Service"]]
    assert _ids(group_by_name(members[1:])) == [["b:Service", "c:Service"]]


@pytest.mark.parametrize("share", [60, 95])
def test_of_variants_that_are_made_on_purpose_only_nearly_equal_ones_are_a_group(share: int) -> None:
    bases = ("x:Base",)
    members = [
        _copy("a:CartView", share, bases=bases),
        _copy("b:CartView", share, bases=bases),
        _class("c:CartView", bases=bases),
    ]

    assert _ids(group_by_name(members)) == ([["a:CartView", "b:CartView"]] if share > 90 else [])


@pytest.mark.parametrize("share", [60, 95])
def test_of_names_that_a_framework_asks_for_only_nearly_equal_ones_are_a_group(share: int) -> None:
    members = [_copy("a:Command", share), _copy("b:Command", share)]

    assert _ids(group_by_name(members)) == ([["a:Command", "b:Command"]] if share > 90 else [])


def test_two_classes_with_base_classes_of_their_own_are_a_group() -> None:
    members = [_class("a:CartView", bases=("x:Base",)), _class("b:CartView", bases=("y:Base",))]

    assert _ids(group_by_name(members)) == [["a:CartView", "b:CartView"]]


def test_what_inherits_holds_or_returns_is_related() -> None:
    members = [
        _class("a:Cart"),
        _class("b:Basket", bases=("a:Cart",)),
        _class("c:Wrapper", held={"inner": "b:Basket"}),
        _class("d:Maker", returned=frozenset({"c:Wrapper"})),
        _class("e:Other", bases=("x:Unknown",), held={"guess": ""}),
    ]

    assert _ids(group_related(members)) == [["a:Cart", "b:Basket", "c:Wrapper", "d:Maker"], ["e:Other"]]


def test_the_canonical_one_is_first_and_then_those_with_most_importers() -> None:
    members = [_class("a:A"), _class("b:B"), _class("c:C")]

    group = make_group(members, {"a:A": 1, "b:B": 9}, frozenset({"c:C"}), frozenset())

    assert [member.id for member in group.members] == ["c:C", "b:B", "a:A"]
    assert (group.name, sorted(group.canonical), group.is_proposed) == ("C", ["c:C"], False)


def test_proposed_is_the_one_with_most_importers_whose_path_does_not_say_that_it_is_old() -> None:
    members = [_class("shop.legacy:Cart"), _class("shop.cart:Cart"), _class("shop.x:ICart")]
    importers = {"shop.legacy:Cart": 9, "shop.cart:Cart": 2, "shop.x:ICart": 50}
    candidates = frozenset({"shop.legacy:Cart", "shop.cart:Cart"})

    group = make_group(members, importers, frozenset(), candidates)

    assert (sorted(group.canonical), group.is_proposed) == (["shop.cart:Cart"], True)


def test_an_old_one_is_proposed_if_there_is_no_other() -> None:
    members = [_class("shop.legacy:Cart"), _class("shop.old:Cart")]
    candidates = frozenset({"shop.legacy:Cart", "shop.old:Cart"})

    assert make_group(members, {}, frozenset(), candidates).canonical == {"shop.legacy:Cart"}


def test_nothing_is_proposed_where_nothing_can_stay() -> None:
    assert make_group([_class("a:AError")], {}, frozenset(), frozenset()).canonical == frozenset()

"""The role of a definition, one rule after the other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from archguard.consolidation.family_member import FamilyMember
from archguard.consolidation.role import Role
from archguard.consolidation.roles import decide_roles
from archguard.definitions.class_facts import ClassFacts, MethodFacts

_CANONICAL = FamilyMember(
    "shop.cart:Cart", "Cart", bases=("shop.base:Container",), tokens=100, shingles=frozenset(range(50))
)


def _method(
    name: str,
    *,
    is_stub: bool = False,
    used: tuple[str, ...] = (),
    called: tuple[str, ...] = (),
) -> MethodFacts:
    return MethodFacts(name, is_stub, used, called, ())


def _facts(*methods: MethodFacts) -> ClassFacts:
    return ClassFacts(methods, ())


def _decide(*others: FamilyMember, **fields: Any) -> tuple[Role, tuple[str, ...]]:
    member = FamilyMember("shop.old:OldCart", "OldCart", **fields)
    decision = decide_roles([_CANONICAL, member, *others], {_CANONICAL.id})[member.id]
    return decision.role, decision.facts


def test_the_canonical_one_is_canonical_whatever_else_it_is() -> None:
    member = FamilyMember("shop.cart:Cart", "Cart", is_test=True, is_fallback=True)

    assert decide_roles([member], {member.id})[member.id].role is Role.CANONICAL


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"is_test": True, "is_fallback": True}, Role.TEST),
        ({"is_fallback": True, "bases": ("Exception",)}, Role.FALLBACK),
        ({"bases": ("shop.errors:ShopError", "Exception")}, Role.EXCEPTION),
        ({"bases": ("requests.HTTPError",)}, Role.EXCEPTION),
        ({"is_interface": True, "bases": (_CANONICAL.id,)}, Role.INTERFACE),
        ({"bases": (_CANONICAL.id,)}, Role.SUBCLASS),
        ({"held": {"cart": _CANONICAL.id}}, Role.WRAPPER),
        ({"bases": ("shop.base:Container",)}, Role.VARIANT),
        ({"returned": {_CANONICAL.id}}, Role.FACTORY),
        ({"bases": ("object",)}, Role.UNRELATED),
    ],
)
def test_the_first_rule_that_fits_decides(fields: dict[str, Any], role: Role) -> None:
    assert _decide(**fields)[0] is role


def test_half_of_the_methods_make_an_adapter_and_fewer_a_wrapper() -> None:
    total, add, other = _method("total", used=("cart",)), _method("add", called=("total",)), _method("x")
    held = {"cart": _CANONICAL.id}

    assert _decide(facts=_facts(total, other), held=held)[0] is Role.ADAPTER
    assert _decide(facts=_facts(total, add, other), held=held)[0] is Role.WRAPPER


def test_methods_that_python_calls_do_not_count() -> None:
    start = _method("__init__")
    facts = _facts(start, _method("total", used=("cart",)), _method("x"))

    assert _decide(facts=facts, held={"cart": _CANONICAL.id})[0] is Role.ADAPTER


def test_calls_of_inherited_methods_that_call_the_attribute_count() -> None:
    inherited = {"total_adapted": _method("total_adapted", used=("cart",))}
    facts = _facts(_method("total", called=("total_adapted",)))
    held = {"cart": ""}

    role, reasons = _decide(facts=facts, held=held, inherited=inherited)

    assert role is Role.ADAPTER
    assert reasons[0] == "methods that call cart: 1 of 1; it has no type, but the name of a member"


def test_a_subclass_of_an_interface_is_a_variant_if_the_canonical_one_is_too() -> None:
    interface = FamilyMember("shop.base:Container", "Container", is_interface=True)

    assert _decide(interface, bases=(interface.id, "typing.Protocol"))[0] is Role.VARIANT


@pytest.mark.parametrize(
    ("tokens", "shared", "role"),
    [(60, 30, Role.CLONE), (60, 29, Role.UNRELATED), (59, 50, Role.UNRELATED)],
)
def test_a_clone_has_three_fifths_in_common_and_sixty_tokens(
    tokens: int, shared: int, role: Role
) -> None:
    shingles = frozenset(range(shared)) | frozenset(range(1000, 1050 - shared))

    assert _decide(tokens=tokens, shingles=shingles)[0] is role


def test_the_same_shape_is_a_clone() -> None:
    other = FamilyMember("shop.copy:Copy", "Copy", shape="abc", tokens=60)

    assert _decide(other, shape="abc", tokens=60) == (
        Role.CLONE,
        ("the same code as shop.copy:Copy, but for names",),
    )


def test_a_name_in_common_is_the_last_reason() -> None:
    other = FamilyMember("shop.other:OldCart", "OldCart")
    test = FamilyMember("tests.other:OldCart", "OldCart", is_test=True)

    assert _decide(other)[0] is Role.SAME_NAME
    assert _decide(test)[0] is Role.UNRELATED


def test_other_facts_stand_behind_those_of_the_role() -> None:
    role, facts = _decide(bases=(_CANONICAL.id,), held={"cart": _CANONICAL.id})

    assert role is Role.SUBCLASS
    assert facts == ("inherits from shop.cart:Cart", "cart holds shop.cart:Cart")


def test_methods_in_common_with_the_canonical_one_are_counted() -> None:
    canonical = FamilyMember("a:A", "A", facts=_facts(_method("total"), _method("add")))
    member = FamilyMember("b:B", "B", facts=_facts(_method("total"), _method("x"), _method("_y")))

    decision = decide_roles([canonical, member], {"a:A"})["b:B"]

    assert decision.facts == ("public methods that a:A has, too: 1 of 2",)


def test_what_is_held_of_another_family_makes_no_wrapper() -> None:
    assert _decide(held={"other": "shop.x:X"}, returned={"shop.x:X"})[0] is Role.UNRELATED


def test_a_copy_is_one_whatever_rule_comes_first() -> None:
    copy = FamilyMember("shop.copy:Copy", "Copy", shape="abc", tokens=60)
    member = replace(copy, id="shop.sub:Sub", bases=(copy.id,))

    decision = decide_roles([copy, member], set())[member.id]

    assert (decision.role, decision.is_copy) == (Role.SUBCLASS, True)
    assert not decide_roles([replace(copy, tokens=59), member], set())[member.id].is_copy

"""The contract that an audit proposes."""

from __future__ import annotations

import pytest

from archguard.configuration import parse_configuration
from archguard.configuration.contract_file import add_contract
from archguard.configuration.template import NewCanonical, NewSymbolDeprecation, Session
from archguard.consolidation.audit_report import (
    AuditCounts,
    AuditCoverage,
    AuditReport,
    DefinitionReport,
    Family,
)
from archguard.consolidation.proposed_contract import propose_contract
from archguard.consolidation.role import Role
from archguard.errors import ConfigurationError


def _define(one: str, role: Role = Role.CLONE, *, is_class: bool = True) -> DefinitionReport:
    name = one.partition("#")[0].rpartition(":")[2].rpartition(".")[2]
    return DefinitionReport(one, name, "a.py", 1, is_class, False, False, role, (), 0, 0, 0, {})


_DEFINITIONS = (
    _define("shop.cart:make_cart", is_class=False),
    _define("shop.old:make_cart", is_class=False),
    _define("shop.cart:Cart"),
    _define("shop.legacy:OldCart"),
    _define("shop.types:ICart", Role.INTERFACE),
    _define("shop.order:Order"),
    _define("shop.sale:Order"),
    _define("shop.cart:total", is_class=False),
    _define("shop.old:total", Role.SAME_NAME, is_class=False),
)
_FAMILIES = (
    Family("make_cart", ("shop.cart:make_cart",), True, ("shop.cart:make_cart", "shop.old:make_cart")),
    Family(
        "Cart", ("shop.cart:Cart",), True, ("shop.cart:Cart", "shop.legacy:OldCart", "shop.types:ICart")
    ),
    Family("Order", ("shop.order:Order",), True, ("shop.order:Order", "shop.sale:Order")),
)
_ALIKE = Family("total", ("shop.cart:total",), True, ("shop.cart:total", "shop.old:total"))


def _report(
    *matches: str,
    families: tuple[Family, ...] = _FAMILIES,
    definitions: tuple[DefinitionReport, ...] = _DEFINITIONS,
) -> AuditReport:
    counts, coverage = AuditCounts(0, 0, 0, 0, 0, 0), AuditCoverage(0, 0, ())
    return AuditReport(matches, families, definitions, (), (), (), (), counts, coverage)


def test_without_a_pattern_it_is_about_the_names_of_the_largest_family_of_classes() -> None:
    assert propose_contract(_report(), None) == NewCanonical(
        id="one-cart",
        name="Cart has one home",
        canonical=("shop.cart:Cart",),
        matches=("Cart", "ICart", "OldCart"),
        allowed=("shop.types:ICart",),
    )


def test_one_of_functions_names_the_copies_that_may_not_be_imported() -> None:
    families = tuple(family for family in _FAMILIES if family.name == "make_cart")
    expected = NewSymbolDeprecation(
        id="one-make-cart",
        name="make_cart has one home",
        deprecated_symbols=("shop.old:make_cart",),
        replacement="shop.cart",
    )

    assert propose_contract(_report(), "make_cart") == expected
    assert propose_contract(_report(families=families), None) == expected


def test_another_family_can_be_named() -> None:
    contract = propose_contract(_report("*r*"), "Order")

    assert isinstance(contract, NewCanonical)
    assert (contract.canonical, contract.matches) == (("shop.order:Order",), ("Order",))


def test_with_a_pattern_each_family_that_matches_keeps_its_canonical_class() -> None:
    contract = propose_contract(_report("*Cart", "Order"), None)

    assert isinstance(contract, NewCanonical)
    assert contract.canonical == ("shop.cart:Cart", "shop.order:Order")
    assert contract.matches == ("*Cart", "Order")


@pytest.mark.parametrize(
    ("report", "name", "sentence"),
    [
        (_report(), "Carts", "--family Carts: the audit has no such family; did you mean 'Cart'?"),
        (_report(families=()), None, "no family of definitions was found"),
        (_report("X", families=()), None, "no class can be named as the canonical one"),
        (_report(families=(_ALIKE,)), None, "no family that was found has a canonical definition and"),
        (
            _report(
                families=(Family("Cart", ("shop.cart:Cart#2",), True, ("shop.cart:Cart#2",)),),
                definitions=(_define("shop.cart:Cart#2"),),
            ),
            None,
            "no class can be named as the canonical one",
        ),
    ],
)
def test_what_no_contract_can_say_is_an_error(
    report: AuditReport, name: str | None, sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        propose_contract(report, name)

    assert sentence in str(caught.value)


@pytest.mark.parametrize("path", ["pyproject.toml", ".importlinter"])
def test_a_configuration_file_can_hold_it(path: str) -> None:
    before = b"# ours\n[tool.other]\nx = 1 # one\n" if path.endswith(".toml") else b"# ours\n"
    contract = propose_contract(_report(), None)

    extended = add_contract(
        path, before, contract, session=Session(("shop",)), type_entry="canonical: a.B"
    )

    assert extended.content.startswith(before)
    configuration = parse_configuration(path, extended.content)
    assert configuration is not None
    (written,) = configuration.contracts
    assert (written.id, written.type) == ("one-cart", "canonical")
    assert list(written.strings("canonical")) == ["shop.cart:Cart"]
    assert list(written.strings("matches")) == ["Cart", "ICart", "OldCart"]
    assert list(written.strings("allowed")) == ["shop.types:ICart"]

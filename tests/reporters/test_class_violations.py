"""A violation that is a class is told as one: nobody imports it."""

from __future__ import annotations

import json

import pytest

from archguard.checking.report import Action, FixedViolation, ReferenceReport, Weakening
from archguard.graph.model import ImportKind
from archguard.reporters import render
from archguard.reporters.actions import list_actions
from archguard.reporters.layout import Style
from archguard.reporters.next_step import describe_next_step
from archguard.reporters.sentences import describe
from tests.reporters.reports import (
    BASE,
    make_contract,
    make_occurrence,
    make_report,
    make_violation,
    render_lines,
)

_OLD, _CART = "shop.old:OldCart", "shop.cart:Cart"
_STATEMENT = make_occurrence("shop/old.py", 3, ImportKind.DEFINITION, "class OldCart:")
_CLASS = make_violation("shop.old", _OLD, _STATEMENT, contract="one-cart", replacement=_CART)._replace(
    definition=_OLD, role="duplicate"
)
_ALIAS = _CLASS._replace(imported="shop.old:XCart", role="alias")
_CONTRACT = make_contract(1, id_="one-cart", name="One cart", type_="canonical")._replace(
    canonical_missing=False
)
_REPORT = make_report(_CLASS, contracts=[_CONTRACT])


def test_the_text_names_the_class_and_its_role() -> None:
    assert render_lines(_REPORT)[2:7] == [
        "BROKEN One cart [one-cart]",
        "  1 violation",
        "",
        "  shop.old:OldCart  duplicate",
        "    shop/old.py:3  class OldCart:",
    ]


def test_a_sentence_says_what_to_use() -> None:
    assert describe(_CLASS) == "shop.old:OldCart is not the canonical class. Use shop.cart:Cart."
    assert describe(_ALIAS._replace(replacement=None)) == (
        "shop.old:XCart is another name of shop.old:OldCart."
    )


def test_the_action_is_the_canonical_class_if_there_is_one() -> None:
    assert list_actions(_CLASS) == (
        Action("replace", "Use shop.cart:Cart instead of shop.old:OldCart.", _OLD, _CART),
    )
    (refusal,) = list_actions(_CLASS._replace(replacement=None))
    assert (refusal.kind, refusal.text) == (
        "refusal",
        "The contract has several canonical classes; it does not say which replaces shop.old:OldCart.",
    )


def test_the_next_step_is_to_use_the_canonical_class() -> None:
    assert describe_next_step(_REPORT) == (
        "Next: in shop/old.py:3, use shop.cart:Cart instead of shop.old:OldCart."
    )


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_a_class_that_is_gone_or_not_counted_is_not_imported(format_: str) -> None:
    report = make_report(_CLASS, contracts=[_CONTRACT._replace(new=0)], base=BASE)._replace(
        fixed=(FixedViolation("one-cart", "shop.x", "shop.x:XCart"),),
        weakened=(Weakening("one-cart", "shop.y", "shop.y:YCart", "exception-added"),),
    )
    text = render(report, format_, Style()).replace("`", "")

    assert "shop.x:XCart is gone" in text
    assert "shop.y:YCart exists" in text
    assert "import" not in text.partition("Read ")[0]


def test_aliases_are_listed_unless_they_count() -> None:
    alias = ReferenceReport("one-cart", "shop.old:XCart", "shop/old.py", 9, "alias", "XCart = OldCart")
    listed = make_report(_CLASS, contracts=[_CONTRACT], references=[alias])
    counted = _ALIAS._replace(occurrences=(_STATEMENT._replace(kind=ImportKind.ALIAS),))

    lines = render_lines(listed)
    start = lines.index("note: one-cart: 1 other name of the family; not counted.")
    assert lines[start + 1] == "  shop/old.py:9  XCart = OldCart  (alias)"
    assert "not counted" not in "\n".join(render_lines(listed._replace(violations=(counted,))))


def test_sarif_s_help_says_use_and_not_import() -> None:
    (rule,) = json.loads(render(_REPORT, "sarif", Style()))["runs"][0]["tool"]["driver"]["rules"]

    assert rule["help"]["text"] == "Use shop.cart:Cart instead."

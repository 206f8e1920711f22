"""The facts of chosen definitions of a module."""

from __future__ import annotations

import pytest

from archguard.definitions.fact_protocol import pack_facts, unpack_facts
from archguard.definitions.fact_reader import read_facts
from archguard.definitions.syntax_tree import ParseError

_SOURCE = '''\
class Cart(Base):
    """Holds items."""

    def __init__(self, engine: "Engine"):
        self.engine = engine

    def run(self) -> "Result":
        return self.engine.run()


def make():
    from shop.cart import Engine

    class Local:
        def run(self):
            return Engine()

    return Cart(Engine())
'''


_SPANS = ((1, 8), (11, 18), (14, 16))


def test_only_the_definitions_on_the_lines_are_described() -> None:
    cart, make = read_facts(_SOURCE, "shop.carts", [_SPANS[0], _SPANS[1]], is_package=False)

    assert (cart.line, cart.returned) == (1, ("Result", "self.engine.run"))
    assert [method.name for method in cart.facts.methods] == ["__init__", "run"]
    assert (make.line, make.returned) == (11, ("Cart",))
    assert make.facts.methods == ()


def test_a_class_in_a_function_knows_what_the_function_imports() -> None:
    (local,) = read_facts(_SOURCE, "shop.carts", [_SPANS[2]], is_package=False)

    assert local.returned == ("shop.cart:Engine",)


def test_a_statement_that_is_parsed_by_itself_has_the_facts_that_it_has_in_its_text() -> None:
    indented = "if True:\n" + "".join(f"    {line}\n" for line in _SOURCE.splitlines())

    alone = read_facts(_SOURCE, "shop.carts", _SPANS[:2], is_package=False)
    inside = read_facts(
        indented, "shop.carts", [(line + 1, end + 1) for line, end in _SPANS[:2]], is_package=False
    )

    assert alone == [facts._replace(line=facts.line - 1) for facts in inside]


def test_facts_are_the_same_after_a_child_process_has_sent_them() -> None:
    for facts in read_facts(_SOURCE, "shop.carts", _SPANS, is_package=False):
        assert unpack_facts(pack_facts(facts)) == facts


def test_a_text_that_cannot_be_parsed_is_an_error() -> None:
    with pytest.raises(ParseError):
        read_facts("class Cart(:\n", "shop", [(1, 1)], is_package=False)

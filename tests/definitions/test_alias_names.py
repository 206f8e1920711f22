"""Under which names unread files could offer what is defined elsewhere."""

from __future__ import annotations

import pytest

from archguard.definitions.alias_names import may_be_offered_unread
from tests.definitions.memory_symbols import MemoryTree

FILES = {
    "p/cart.py": "class Cart: ...",
    "p/basket.py": "from p.cart import Cart as Basket",
    "p/bag.py": "import p.basket\nBag = p.basket.Basket",
    "p/other.py": "class Other: ...",
}


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("from p.cart import Cart as Shop", "Shop", True),
        ("from p.basket import Basket as Shop", "Shop", True),
        ("from p.bag import Bag as Shop", "Shop", True),
        ("from p.bag import *", "Bag", True),
        ("from p.other import Other as Shop", "Shop", False),
        ("from p.bag import *", "Shop", False),
    ],
)
def test_a_name_in_an_unread_file_may_lead_to_what_its_text_may_name(
    text: str, wanted: str, expected: bool
) -> None:
    tree = MemoryTree({**FILES, "p/shop.py": text}, {"p.shop"})

    assert may_be_offered_unread(("Cart",), wanted, tree) is expected


def test_the_text_of_an_unread_file_that_nobody_knows_may_name_anything() -> None:
    files = {**FILES, "p/shop.py": "from p.other import Other as Shop"}

    assert may_be_offered_unread(("Cart",), "Shop", MemoryTree(files, unknown={"p.shop"}))
    assert not may_be_offered_unread(("Cart",), "Shop", MemoryTree(files, {"p.shop"}))


def test_names_that_give_each_other_names_come_to_an_end() -> None:
    files = {
        "p/a.py": "from p.b import Two as One",
        "p/b.py": "from p.a import One as Two",
        "p/c.py": "",
    }

    assert not may_be_offered_unread(("One",), "Three", MemoryTree(files, {"p.c"}))

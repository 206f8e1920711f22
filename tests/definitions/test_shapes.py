"""The shape of code: the same for a copy with other names, and for nothing else."""

from __future__ import annotations

import ast

import pytest

from archguard.definitions.shapes import hash_shape

_CLASS = '''
class Cart:
    """Holds items."""

    def total(self, items):
        """Add them."""
        return sum(item.price for item in items if item.price > 0)
'''


def _hash(source: str) -> str:
    return hash_shape(ast.parse(source).body[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Cart", "Basket"),
        ("item", "thing"),
        ("total", "amount"),
        ('"""Holds items."""', '"""Another text."""'),
        ('        """Add them."""\n', ""),
        ("items", "lines"),
        ("\n    def", "\n    # a comment\n    def"),
    ],
)
def test_other_names_comments_and_docstrings_change_nothing(old: str, new: str) -> None:
    assert _hash(_CLASS.replace(old, new)) == _hash(_CLASS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("> 0", "> 1"),
        ("> 0", ">= 0"),
        ("item.price > 0", "item.total > 0"),
        ("self, items", "self, items, *more"),
        ("def total", "async def total"),
    ],
)
def test_another_structure_is_another_shape(old: str, new: str) -> None:
    assert _hash(_CLASS.replace(old, new)) != _hash(_CLASS)


def test_names_must_be_exchanged_one_for_one() -> None:
    assert _hash("def f(a, b): return a + b") == _hash("def g(x, y): return x + y")
    assert _hash("def f(a, b): return a + b") != _hash("def g(x, y): return x + x")
    assert _hash("def f(a, b): return a + b") != _hash("def g(x, y): return y + x")


def test_a_tree_that_is_deeper_than_the_recursion_limit_has_a_shape() -> None:
    deep: ast.expr = ast.Constant(1)
    for _ in range(20_000):
        deep = ast.UnaryOp(ast.USub(), deep)

    assert hash_shape(deep) != hash_shape(ast.UnaryOp(ast.USub(), deep))

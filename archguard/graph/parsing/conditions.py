"""Decide what a condition about TYPE_CHECKING is when the program runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

TYPE_CHECKING_NAME = "TYPE_CHECKING"
_MAX_LENGTH = 2000  # of a condition that is looked at; a limit, so that hostile input costs no time


def decide_condition(condition: str, names: Collection[str]) -> bool | None:
    """Return the value of a condition at run time, where TYPE_CHECKING is false.

    Args:
        condition: an expression without strings.
        names: the names that stand for TYPE_CHECKING, besides attributes of that name.

    Returns:
        None if it depends on more than TYPE_CHECKING, or does not ask for it at all.
    """
    if len(condition) > _MAX_LENGTH or not any(name in condition for name in names):
        return None
    try:
        # Only operators and names matter, which every version of Python reads alike.
        expression = ast.parse(f"({condition})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return decide_expression(expression, names)


def decide_expression(expression: ast.expr, names: Collection[str]) -> bool | None:
    """Return what `decide_condition` does, for a condition that was parsed."""
    if isinstance(expression, ast.Name):
        return False if expression.id in names else None
    if isinstance(expression, ast.Attribute):
        return False if expression.attr == TYPE_CHECKING_NAME else None
    if isinstance(expression, ast.UnaryOp) and isinstance(expression.op, ast.Not):
        value = decide_expression(expression.operand, names)
        return None if value is None else not value
    if isinstance(expression, ast.BoolOp):
        decisive = isinstance(expression.op, ast.Or)  # one such value decides, whatever the others are
        values = {decide_expression(operand, names) for operand in expression.values}
        if decisive in values:
            return decisive
        return None if None in values else not decisive
    return None

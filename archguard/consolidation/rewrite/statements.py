"""Find the import statements of a file, and the names that it exports, without visiting expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst
from libcst.helpers import get_full_name_for_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class Statements:
    """The statements of a file that import something, in the order of its text."""

    def __init__(self, module: libcst.Module) -> None:
        """Find them."""
        self.imports: list[libcst.Import] = []
        self.from_imports: list[libcst.ImportFrom] = []
        self.alone: set[libcst.CSTNode] = set()
        """Those that share their line with no other statement."""
        self.exported: list[str] = []
        """The strings of `__all__`."""
        for statement in _walk(module):
            if isinstance(statement, libcst.SimpleStatementLine | libcst.SimpleStatementSuite):
                self._read_line(statement)

    def _read_line(self, line: libcst.SimpleStatementLine | libcst.SimpleStatementSuite) -> None:
        for statement in line.body:
            if isinstance(statement, libcst.Import):
                self.imports.append(statement)
            elif isinstance(statement, libcst.ImportFrom):
                self.from_imports.append(statement)
            elif isinstance(statement, libcst.Assign):
                if any(_is_all(target.target) for target in statement.targets):
                    self.exported += _list_strings([statement.value])
            elif isinstance(statement, libcst.AugAssign) and _is_all(statement.target):
                self.exported += _list_strings([statement.value])
        if isinstance(line, libcst.SimpleStatementLine) and len(line.body) == 1:
            self.alone.add(line.body[0])


def _walk(root: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
    """Yield every statement of a file, and the blocks and clauses that hold them."""
    waiting: list[libcst.CSTNode] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, libcst.SimpleStatementLine | libcst.SimpleStatementSuite):
            continue
        inner: list[libcst.CSTNode] = []
        for name in _BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, libcst.CSTNode):
                inner.append(block)
            elif block:
                inner += block
        waiting += reversed(inner)


def _is_all(node: libcst.CSTNode) -> bool:
    return get_full_name_for_node(node) == "__all__"


def _list_strings(nodes: Iterable[libcst.CSTNode]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, libcst.SimpleString) and isinstance(node.evaluated_value, str):
            yield node.evaluated_value
        elif isinstance(node, libcst.List | libcst.Tuple):
            yield from _list_strings(element.value for element in node.elements)

"""Walk through the syntax of one statement and collect what it uses."""

from __future__ import annotations

import ast
import re
import textwrap
from typing import TYPE_CHECKING

from archguard.definitions.bound_targets import find_from_imports, find_imports
from archguard.definitions.model import BindingKind
from archguard.definitions.module_uses import Handed, SymbolUses
from archguard.definitions.written_text import read_dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NAME = re.compile(r"\.*[A-Za-z_][\w.:-]*")
_DOTTED = re.compile(r"(?<![\w.:])[A-Za-z_]\w*+(?:[.:]\w++)++")
_MAX_NAME_LENGTH = 200
_MAX_CODE_LENGTH = 100_000
_CODE = re.compile(r"(?:^|[\n;])[ \t]*+(?:import|from)[ \t]++[A-Za-z_.]")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class UseWalk:
    """Collects the uses of some nodes."""

    def __init__(self, module: str, *, is_package: bool) -> None:
        """Collect nothing yet.

        Args:
            module: the name of the module that they stand in.
            is_package: whether relative imports start at the module itself.
        """
        self._module = module
        self._is_package = is_package
        self.names: set[str] = set()
        """The names read, with the attributes read of them."""
        self.members: set[str] = set()
        """The names of the attributes read of anything, and of the functions defined."""
        self.loaded: set[str] = set()
        """The modules imported."""
        self._strings: set[str] = set()
        self._parameters: set[str] = set()
        self._bodies: list[tuple[int, int]] = []
        self._handed: set[tuple[str, str]] = set()
        """Receiver, as written, and what a call or assignment gives it."""
        self._assigned: set[tuple[str, str]] = set()
        """The same of names that are assigned, which matter if they are global."""
        self._globals: set[str] = set()
        self._local: dict[str, set[str]] = {}
        """Name -> what imports inside of the nodes bind it to."""
        self._code: list[str] = []

    def make_symbol(self, name: str, line: int) -> SymbolUses:
        """Return the uses, as those of a symbol."""
        self._visit_code()
        return SymbolUses(
            name=name,
            line=line,
            names=tuple(sorted(self.names)),
            imports=tuple(sorted(self._list_imports())),
            loaded=tuple(sorted(self.loaded)),
            strings=tuple(sorted(self._strings)),
            parameters=tuple(sorted(self._parameters)),
            bodies=_select_outermost(self._bodies),
        )

    def list_handed(self) -> list[Handed]:
        """Return what is given to names that may outlive the call of a function, sorted."""
        given: dict[str, set[str]] = {}
        kept = {(name, value) for name, value in self._assigned if name in self._globals}
        for receiver, value in self._handed | kept:
            for target in self._find_written(receiver):
                given.setdefault(target, set()).update(self._find_written(value))
        return [
            Handed(receiver, tuple(sorted(names)), is_on_import=False)
            for receiver, names in sorted(given.items())
        ]

    def visit(self, nodes: Iterable[ast.AST]) -> None:
        """Collect the uses of nodes, at any depth."""
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if isinstance(node, (ast.Name, ast.Attribute)):
                self._add_name(node, stack)
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    self._add_string(node.value)
            elif isinstance(node, ast.Import):
                for target in find_imports(node):
                    base, _, item = target.target.partition(":")
                    self.loaded.add(f"{base}.{item}" if item else base)
                    self._local.setdefault(target.name, set()).add(f"{base}:")
            elif isinstance(node, ast.ImportFrom):
                self._add_from_import(node)
            else:
                if isinstance(node, (ast.Call, ast.Assign, ast.Global)):
                    self._add_handed(node)
                self._push_children(node, stack)

    def visit_calls(self, nodes: Iterable[ast.AST]) -> None:
        """Collect the uses of the calls in nodes, but not of the bodies of functions."""
        stack = list(nodes)
        while stack:
            node = stack.pop()
            if isinstance(node, ast.Call):
                self.visit([node])
            elif isinstance(node, _DEFINITIONS):
                stack += [*node.decorator_list, *node.args.defaults]
            elif not isinstance(node, ast.Lambda):
                stack += ast.iter_child_nodes(node)

    def _push_children(self, node: ast.AST, stack: list[ast.AST]) -> None:
        if isinstance(node, _DEFINITIONS):
            self.members.add(node.name)
            self._bodies.append((node.body[0].lineno, node.end_lineno or node.lineno))
            arguments = node.args
            everything = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            self._parameters |= {argument.arg for argument in everything}
            stack += [*node.decorator_list, *arguments.defaults, *node.body]
            stack += [default for default in arguments.kw_defaults if default is not None]
            if node.decorator_list:
                annotations = [argument.annotation for argument in everything]
                stack += [one for one in [*annotations, node.returns] if one is not None]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring
        else:
            stack += ast.iter_child_nodes(node)

    def _add_name(self, node: ast.Name | ast.Attribute, stack: list[ast.AST]) -> None:
        if isinstance(node, ast.Attribute):
            self.members.add(node.attr)
        elif isinstance(node.ctx, ast.Store):
            return
        written = read_dotted_name(node)
        if written is not None:
            self.names.add(written)
        elif isinstance(node, ast.Attribute):
            stack.append(node.value)

    def _add_handed(self, node: ast.Call | ast.Assign | ast.Global) -> None:
        if isinstance(node, ast.Global):
            self._globals.update(node.names)
        elif isinstance(node, ast.Call):
            receiver = read_dotted_name(node.func) if isinstance(node.func, ast.Attribute) else None
            if receiver is not None and (node.args or node.keywords):
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
                self._handed.update((receiver, given) for given in list_given(values))
        else:
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self._assigned.update((target.id, given) for given in list_given([node.value]))
                elif isinstance(target, (ast.Attribute, ast.Subscript)):
                    receiver = read_dotted_name(target.value)
                    if receiver is not None:
                        self._handed.update((receiver, given) for given in list_given([node.value]))

    def _find_written(self, name: str) -> list[str]:
        """Return a name as the module's scope knows it, or as what it was imported from."""
        first, dot, rest = name.partition(".")
        targets = self._local.get(first)
        if targets is None:
            return [name]
        return [_append(target, dot, rest) for target in sorted(targets)]

    def _add_from_import(self, node: ast.ImportFrom) -> None:
        for target in find_from_imports(node, self._module, is_package=self._is_package):
            if target.kind is BindingKind.FROM_IMPORT and target.target:
                self.loaded.add(target.target.replace(":", "."))
                self._local.setdefault(target.name, set()).add(target.target)

    def _add_string(self, text: str) -> None:
        if len(text) <= _MAX_NAME_LENGTH and _NAME.fullmatch(text):
            self._strings.add(text)
        elif len(text) <= _MAX_CODE_LENGTH:
            self._strings.update(_DOTTED.findall(text))
            if "import" in text and _CODE.search(text):
                self._code.append(text)

    def _list_imports(self) -> set[str]:
        """Return what is used of the imports inside of the nodes."""
        imports: set[str] = set()
        for name in self.names:
            first, dot, rest = name.partition(".")
            imports.update(_append(target, dot, rest) for target in self._local.get(first, ()))
        return imports

    def _visit_code(self) -> None:
        """Collect the uses of strings that are Python code with imports: a test may run it."""
        while self._code:
            try:
                tree = ast.parse(textwrap.dedent(self._code.pop()))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            self.visit(tree.body)


def list_given(values: Iterable[ast.expr]) -> Iterator[str]:
    """Yield the names that values are, or that they are made of: by calls, or in a list or table."""
    stack = list(values)
    while stack:
        value = stack.pop()
        if (name := read_dotted_name(value)) is not None:
            yield name
        elif isinstance(value, ast.Call):
            stack += [value.func, *value.args, *(keyword.value for keyword in value.keywords)]
        elif isinstance(value, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Starred)):
            stack += (child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr))


def _append(target: str, dot: str, rest: str) -> str:
    separator = dot if not target.endswith(":") else ""
    return f"{target}{separator}{rest}" if dot else target


def _select_outermost(bodies: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of lines that lie in no other one, sorted."""
    outermost: list[tuple[int, int]] = []
    for first, last in sorted(bodies):
        if not outermost or first > outermost[-1][1]:
            outermost.append((first, last))
    return tuple(outermost)

"""Import kinds: in written cases, and compared with CPython's parser on real files."""

from __future__ import annotations

import ast
import itertools
import textwrap
from typing import TYPE_CHECKING

import pytest

from archguard.graph.model import ImportKind
from archguard.graph.parsing.decoding import decode_source
from archguard.graph.parsing.import_kinds import find_import_kinds
from tests.graph.stdlib import GROUPS, parsed_files

if TYPE_CHECKING:
    from collections.abc import Callable

TOP, FUNCTION, TYPING = ImportKind.TOP_LEVEL, ImportKind.FUNCTION, ImportKind.TYPE_CHECKING
GUARDED, LAZY = ImportKind.GUARDED, ImportKind.LAZY

CASES = {
    "plain": ("import x", TOP),
    "in a condition": ("if a:\n  import x", TOP),
    "in a loop": ("for a in b:\n  import x\nelse:\n  pass", TOP),
    "in a with": ("with a:\n  import x", TOP),
    "in a class": ("class A:\n  import x", TOP),
    "in a match": ("match a:\n  case 1:\n    import x", TOP),
    "in a one-line match case": ("match a:\n  case {'b': 1}: import x", TOP),
    "after a function": ("def f():\n  pass\nimport x", TOP),
    "after a one-line function": ("def f(): pass\nimport x", TOP),
    "after a lambda": ("f = lambda: 1\nimport x", TOP),
    "after a semicolon": ("a = 1; import x", TOP),
    "after a backslash": ("a = 1; \\\nimport y\nimport x", TOP),
    "behind a backslash": ("from y \\\n  import z\nimport x", TOP),
    "after a string that ends at column 0": ("def f():\n  '''\ntext\n'''\nimport x", TOP),
    "in a function": ("def f():\n  import x", FUNCTION),
    "in a one-line function": ("def f(): import x", FUNCTION),
    "in an async function": ("async def f():\n  import x", FUNCTION),
    "in a widely spaced async function": ("async   def f():\n  import x", FUNCTION),
    "in a decorated function": ("@a(\n  b)\ndef f():\n  import x", FUNCTION),
    "in a method": ("class A:\n  def f(self):\n    import x", FUNCTION),
    "in a class in a function": ("def f():\n  class A:\n    import x", FUNCTION),
    "deep in a function": ("def f():\n  if a:\n    while b:\n      import x", FUNCTION),
    "in a function of many lines": ("def f(\n  a,\n  b={1: 2},\n):\n  import x", FUNCTION),
    "in a generic function": ("def f[T: int](a: T) -> dict[str, T]:\n  import x", FUNCTION),
    "after a docstring at column 0": ("def f():\n  '''a\nb'''\n  import x", FUNCTION),
    "after text at column 0 in brackets": ("def f():\n  a = (\n1,\n'''\n''')\n  import x", FUNCTION),
    "behind a string that ends at column 0": (
        "class A:\n    def f(self):\n        a = '''\n'''; import x",
        FUNCTION,
    ),
    "after a comment at column 0": ("def f():\n  a\n# text: if\n  import x", FUNCTION),
    "after a backslash at column 0": ("def f():\n  a = \\\n1\n  import x", FUNCTION),
    "after a quoted header": ("def f():\n  a = 'if TYPE_CHECKING:'\n  import x", FUNCTION),
    "with tabs": ("def f():\n\tif a:\n\t\tb\n\timport x", FUNCTION),
    "with tabs and blanks": ("def f():\n        if a:\n\t\tb\n\timport x", FUNCTION),
    "after a form feed": ("def f():\n  a\n\f\n  import x", FUNCTION),
    "after an indented form feed": ("\fdef f():\n \f  a\n\f   import x", FUNCTION),
    "after a nested quote in an f-string": ("def f():\n  a = f'{b['c']}'\n  import x", FUNCTION),
    "after an f-string of many lines": ("def f():\n  a = f'''{\nb\n}'''\n  import x", FUNCTION),
    "for type checkers": ("if TYPE_CHECKING:\n  import x", TYPING),
    "for type checkers, in full": ("if typing.TYPE_CHECKING:\n  import x", TYPING),
    "for type checkers, renamed": ("if t.TYPE_CHECKING :\n  import x", TYPING),
    "for type checkers, in brackets": ("if (\n  TYPE_CHECKING\n):\n  import x", TYPING),
    "for type checkers, behind a backslash": ("if \\\n  TYPE_CHECKING \\\n  :\n  import x", TYPING),
    "for type checkers, in one line": ("if TYPE_CHECKING: import x", TYPING),
    "for type checkers, at the margin behind a backslash": ("if TYPE_CHECKING: \\\nimport x", TYPING),
    "for type checkers, second": ("if a:\n  b\nelif TYPE_CHECKING:\n  import x", TYPING),
    "for type checkers, with a comment": ("if TYPE_CHECKING:  # no: else\n  import x", TYPING),
    "for type checkers, in a class": ("class A:\n  if TYPE_CHECKING:\n    import x", TYPING),
    "for type checkers, in a function": ("def f():\n  if TYPE_CHECKING:\n    import x", TYPING),
    "a function for type checkers": ("if TYPE_CHECKING:\n  def f():\n    import x", TYPING),
    "a condition for type checkers": ("if TYPE_CHECKING:\n  if a:\n    import x", TYPING),
    "guarded, for type checkers": (
        "if TYPE_CHECKING:\n  try:\n    import x\n  except ImportError:\n    a",
        TYPING,
    ),
    "otherwise than for type checkers": ("if TYPE_CHECKING:\n  a\nelse:\n  import x", TOP),
    "otherwise, in one line": ("if TYPE_CHECKING: a\nelse: import x", TOP),
    "after it": ("if TYPE_CHECKING:\n  a\nimport x", TOP),
    "if not for type checkers": ("if not TYPE_CHECKING:\n  import x", TOP),
    "for type checkers and others": ("if TYPE_CHECKING or a:\n  import x", TOP),
    "for type checkers, sometimes": ("if TYPE_CHECKING and a:\n  import x", TYPING),
    "for type checkers, sometimes, said last": (
        "if a(b, c) and 'd' < e and TYPE_CHECKING: import x",
        TYPING,
    ),
    "for type checkers, sometimes, in lines": (
        "if (\n a[1:2]\n and t.TYPE_CHECKING\n):\n  import x",
        TYPING,
    ),
    "for type checkers, in one of two ways": (
        "if TYPE_CHECKING and (a or b) or (c and TYPE_CHECKING):\n  import x",
        TYPING,
    ),
    "for type checkers, in one way of two": ("if TYPE_CHECKING and a or b:\n  import x", TOP),
    "not for neither": ("if not (TYPE_CHECKING or a):\n  import x", TOP),
    "for type checkers, by a double negation": ("if not not TYPE_CHECKING:\n  import x", TYPING),
    "for type checkers, by a comparison": ("if TYPE_CHECKING is True:\n  import x", TOP),
    "for type checkers, by another name": (
        "from typing import TYPE_CHECKING as T\nif T and a:\n  import x",
        TYPING,
    ),
    "in a loop for type checkers": ("while TYPE_CHECKING:\n  import x", TYPING),
    "after a loop for type checkers": ("while TYPE_CHECKING:\n  a\nelse:\n  import x", TOP),
    "otherwise than at run time": ("if not TYPE_CHECKING:\n  a\nelse:\n  import x", TYPING),
    "otherwise than at run time, in one line": ("if not TYPE_CHECKING: a\nelse: import x", TYPING),
    "otherwise than at run time or ever": ("if not TYPE_CHECKING or a:\n  a\nelse:\n  import x", TYPING),
    "otherwise than sometimes at run time": ("if not TYPE_CHECKING and a:\n  a\nelse:\n  import x", TOP),
    "otherwise than sometimes for type checkers": (
        "if not (TYPE_CHECKING and a):\n  a\nelse:\n  import x",
        TYPING,
    ),
    "after the first branch at run time": (
        "if not TYPE_CHECKING:\n  a\nelif b:\n  import x\nelse:\n  c",
        TYPING,
    ),
    "in the last branch after run time": (
        "if a:\n  b\nelif not TYPE_CHECKING:\n  a\nelif b:\n  c\nelse:\n  import x",
        TYPING,
    ),
    "in a branch before run time": (
        "if a:\n  import x\nelif not TYPE_CHECKING:\n  a\nelse:\n  c",
        TOP,
    ),
    "in another condition after run time": (
        "if not TYPE_CHECKING:\n  a\nif b:\n  c\nelse:\n  import x",
        TOP,
    ),
    "in the else of a loop after run time": (
        "if not TYPE_CHECKING:\n  a\nfor b in c:\n  d\nelse:\n  import x",
        TOP,
    ),
    "deeper, otherwise than at run time": (
        "def f():\n  if not TYPE_CHECKING:\n    if a:\n      b\n    else: c\n  else:\n    import x",
        TYPING,
    ),
    "another name": ("if NOT_TYPE_CHECKING:\n  import x", TOP),
    "guarded": ("try:\n  import x\nexcept ImportError:\n  a", GUARDED),
    "guarded, in one line": ("try: import x\nexcept ImportError: a", GUARDED),
    "guarded, by its other name": ("try:\n  import x\nexcept ModuleNotFoundError as e:\n  a", GUARDED),
    "guarded, in full": ("try:\n  import x\nexcept builtins.ImportError:\n  a", GUARDED),
    "guarded, among others": ("try:\n  import x\nexcept (A, ImportError):\n  a", GUARDED),
    "guarded, among others below": ("try:\n  import x\nexcept (\nA,\nImportError,\n):\n  a", GUARDED),
    "guarded, as Python 2 has it": ("try:\n  import x\nexcept ImportError, e:\n  a", GUARDED),
    "guarded, in a group": ("try:\n  import x\nexcept* ImportError:\n  a", GUARDED),
    "guarded by the second handler": (
        "try:\n  import x\nexcept A:\n  a\nexcept ImportError:\n  b",
        GUARDED,
    ),
    "guarded, deeper": ("try:\n  if a:\n    import x\nexcept ImportError:\n  b", GUARDED),
    "guarded by an outer try": (
        "try:\n  try:\n    import x\n  except A:\n    a\nexcept ImportError:\n  b",
        GUARDED,
    ),
    "guarded in a function": ("def f():\n  try:\n    import x\n  except ImportError:\n    a", GUARDED),
    "guarded against everything": ("try:\n  import x\nexcept:\n  a", GUARDED),
    "guarded against everything, spaced": ("try:\n  import x\nexcept  :\n  a", GUARDED),
    "guarded against any exception": ("try:\n  import x\nexcept Exception as e:\n  a", GUARDED),
    "guarded against more": ("try:\n  import x\nexcept (OSError, BaseException):\n  a", GUARDED),
    "guarded, in a group of groups": ("try:\n  import x\nexcept* (A, Exception):\n  a", GUARDED),
    "guarded, as Python 3.14 has it": ("try:\n  import x\nexcept A, ImportError:\n  a", GUARDED),
    "guarded without room": ("try:\n  import x\nexcept(ImportError):\n  a", GUARDED),
    "guarded against another library's": ("try:\n  import x\nexcept lib.Exception:\n  a", TOP),
    "guarded against a longer name": ("try:\n  import x\nexcept ExceptionGroup:\n  a", TOP),
    "suppressed": ("with suppress(ImportError):\n  import x", GUARDED),
    "suppressed, in full": ("with contextlib.suppress(A, ModuleNotFoundError):\n  import x", GUARDED),
    "suppressed, with any exception": ("with suppress(Exception):\n  import x", GUARDED),
    "suppressed, in one line": ("with suppress(ImportError): import x", GUARDED),
    "suppressed, among others": ("with a as b, suppress(ImportError):\n  import x", GUARDED),
    "suppressed, in lines": (
        "with (\n  a(),\n  suppress(\n    ImportError,\n  ),\n):\n  import x",
        GUARDED,
    ),
    "suppressed, by another name": (
        "from contextlib import suppress as ignore\nwith ignore(ImportError):\n  import x",
        GUARDED,
    ),
    "suppressed, deeper": ("with suppress(ImportError):\n  if a:\n    import x", GUARDED),
    "suppressed in a function": ("def f():\n  with suppress(ImportError):\n    import x", GUARDED),
    "suppressed around a function": ("with suppress(ImportError):\n  def f():\n    import x", FUNCTION),
    "after what is suppressed": ("with suppress(ImportError):\n  a\nimport x", TOP),
    "suppressed, but not that": ("with suppress(OSError):\n  import x", TOP),
    "expected": ("with raises(ImportError):\n  import x", TOP),
    "behind what only names the error": ("with suppress(A): a(ImportError)\nimport x", TOP),
    "the fallback": ("try:\n  a\nexcept ImportError:\n  import x", GUARDED),
    "the one-line fallback": ("try: a\nexcept ImportError: import x", GUARDED),
    "another handler": ("try:\n  a\nexcept ImportError:\n  b\nexcept A:\n  import x", TOP),
    "the else of a try": ("try:\n  a\nexcept ImportError:\n  b\nelse:\n  import x", TOP),
    "the finally of a try": ("try:\n  a\nexcept ImportError:\n  b\nfinally:\n  import x", TOP),
    "after a try": ("try:\n  a\nexcept ImportError:\n  b\nimport x", TOP),
    "guarded against other things": ("try:\n  import x\nexcept OSError:\n  a", TOP),
    "an error of another name": ("try:\n  import x\nexcept MyImportError:\n  a", TOP),
    "an error in the handler only": ("try:\n  import x\nexcept A:\n  raise ImportError", TOP),
    "a function in a try": ("try:\n  def f():\n    import x\nexcept ImportError:\n  a", FUNCTION),
    "a try in a function after one": (
        "try:\n  a\nexcept ImportError:\n  b\ndef f():\n  try:\n    import x\n  finally:\n    c",
        FUNCTION,
    ),
    "lazy": ("lazy import x", LAZY),
    "lazy, from": ("lazy from a import x", LAZY),
    "lazy, guarded": ("try:\n  lazy import x\nexcept ImportError:\n  a", LAZY),
    "listed as lazy": ("__lazy_modules__ = ['x']\nimport x", LAZY),
    "listed as lazy, below": ("__lazy_modules__ = [\n 'y',\n 'x.y',\n]\nimport x.y as z", LAZY),
    "listed as lazy, among others": ("__lazy_modules__: set[str] = {'x'}\nimport x, y", LAZY),
    "listed as lazy, later": ("__lazy_modules__ += ('a.b',)\nfrom a.b import y; import x", LAZY),
    "listed as lazy, relative": ("__lazy_modules__ = ['a.b']\nfrom .b import x; import x", LAZY),
    "listed as lazy, in a condition": ("__lazy_modules__ = ['x']\nif a:\n  import x", LAZY),
    "listed as lazy, in a function": ("__lazy_modules__ = ['x']\ndef f():\n  import x", FUNCTION),
    "listed as lazy, in a class": ("__lazy_modules__ = ['x']\nclass A:\n  import x", TOP),
    "listed as lazy, guarded": (
        "__lazy_modules__ = ['x']\ntry:\n  import x\nexcept ImportError:\n  a",
        GUARDED,
    ),
    "listed as lazy, afterwards": ("import x\n__lazy_modules__ = ['x']", TOP),
    "listed as lazy, its package": ("__lazy_modules__ = ['x']\nimport x.y", TOP),
    "listed as lazy, another one": ("__lazy_modules__ = ['y']\n'x'\nimport x", TOP),
    "compared with what is lazy": ("a = __lazy_modules__ == ['x']\nimport x", TOP),
    "after something called lazy": ("lazy = 1\nimport x", TOP),
}


@pytest.mark.parametrize(("source", "kind"), CASES.values(), ids=CASES.keys())
def test_the_kind_tells_what_stands_around_an_import(source: str, kind: ImportKind) -> None:
    line = next(number for number, text in enumerate(source.split("\n"), start=1) if "import x" in text)

    assert find_import_kinds(source + "\n", [line]) == {line: kind}
    assert find_import_kinds((source + "\n").replace("\n", "\r\n"), [line]) == {line: kind}


def test_the_last_line_needs_no_end() -> None:
    assert find_import_kinds("def f():\n  import x", [2]) == {2: FUNCTION}
    assert find_import_kinds("import (\n", [1]) == {1: TOP}


def test_only_the_lines_asked_for_are_told() -> None:
    source = textwrap.dedent(
        """
        import a
        def f():
            import b
        import c
        """
    )

    assert find_import_kinds(source, [4, 5, 99]) == {4: FUNCTION, 5: TOP}


class _Visitor:
    """Decides the kinds from CPython's syntax tree."""

    def __init__(self) -> None:
        self.found: dict[int, ImportKind] = {}

    def visit(self, node: ast.AST, kind: ImportKind, *, guarded: bool = False) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            shown = GUARDED if guarded and kind is not TYPING else kind
            self.found.setdefault(node.lineno, shown)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._visit_all(node, TYPING if kind is TYPING else FUNCTION, guarded=False)
        elif isinstance(node, ast.If):
            for block, value in ((node.body, True), (node.orelse, False)):
                block_kind = TYPING if _never_runs(node.test, value) else kind
                for inner in block:
                    self.visit(inner, block_kind, guarded=guarded)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._visit_all(node, kind, guarded=guarded or _suppresses(node))
        elif isinstance(node, (ast.Try, ast.TryStar)):
            self._visit_try(node, kind, guarded=guarded)
        else:
            self._visit_all(node, kind, guarded=guarded)

    def _visit_all(self, node: ast.AST, kind: ImportKind, *, guarded: bool) -> None:
        for inner in ast.iter_child_nodes(node):
            self.visit(inner, kind, guarded=guarded)

    def _visit_try(self, node: ast.Try | ast.TryStar, kind: ImportKind, *, guarded: bool) -> None:
        catching = [_catches(handler) for handler in node.handlers]
        for inner in node.body:
            self.visit(inner, kind, guarded=guarded or any(catching))
        for handler, catches in zip(node.handlers, catching, strict=True):
            for inner in handler.body:
                self.visit(inner, kind, guarded=guarded or catches)
        for inner in (*node.orelse, *node.finalbody):
            self.visit(inner, kind, guarded=guarded)


def _never_runs(test: ast.expr, expected: bool) -> bool:
    """Return whether no values of other names give a condition this value."""
    names: set[str] = set()
    function = _make_function(test, names)
    if "" not in names or len(names) > 8:
        return False
    assignments = [
        dict(zip(sorted(names), (False, *values), strict=True))
        for values in itertools.product((False, True), repeat=len(names) - 1)
    ]
    return not any(function(values) == expected for values in assignments)


def _make_function(test: ast.expr, names: set[str]) -> Callable[[dict[str, bool]], bool]:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        operand = _make_function(test.operand, names)
        return lambda values: not operand(values)
    if isinstance(test, ast.BoolOp):
        decide = all if isinstance(test.op, ast.And) else any
        operands = [_make_function(value, names) for value in test.values]
        return lambda values: decide(operand(values) for operand in operands)
    last = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    name = "" if last == "TYPE_CHECKING" else ast.dump(test)
    names.add(name)
    return lambda values: values[name]


def _catches(handler: ast.ExceptHandler) -> bool:
    kind = handler.type
    return kind is None or _is_caught(kind.elts if isinstance(kind, ast.Tuple) else [kind])


def _is_caught(caught: list[ast.expr]) -> bool:
    names = {ast.unparse(error).removeprefix("builtins.") for error in caught}
    return not names.isdisjoint({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def _suppresses(node: ast.With | ast.AsyncWith) -> bool:
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    return any(ast.unparse(call.func).endswith("suppress") and _is_caught(call.args) for call in calls)


@pytest.mark.parametrize("group", GROUPS)
def test_the_kinds_in_the_standard_library_are_those_that_its_parser_sees(group: int) -> None:
    for path, tree in parsed_files(group):
        visitor = _Visitor()
        visitor.visit(tree, TOP)

        text = decode_source(path.read_bytes()).text
        assert find_import_kinds(text, visitor.found.keys()) == visitor.found, path


def test_the_standard_library_has_enough_of_each_kind_to_prove_something() -> None:
    trees = itertools.chain.from_iterable(map(parsed_files, GROUPS))
    sample = [tree for _, tree in itertools.islice(trees, 81)]  # a distribution may leave half of it out
    visitor = _Visitor()
    counts = dict.fromkeys((TOP, FUNCTION, GUARDED), 0)
    for tree in sample:
        visitor.found = {}
        visitor.visit(tree, TOP)
        for kind in visitor.found.values():
            counts[kind] = counts.get(kind, 0) + 1

    assert len(sample) == 81
    assert min(counts.values()) > 3

"""Import kinds: in written cases, and compared with CPython's parser on real files."""

from __future__ import annotations

import ast
import itertools
import textwrap

import pytest

from archguard.graph.parsing.decoding import decode_source
from archguard.graph.parsing.import_kinds import ImportKind, find_import_kinds
from tests.graph.stdlib import GROUPS, parsed_files

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
            for inner in node.body:
                self.visit(inner, TYPING if _is_type_checking(node.test) else kind, guarded=guarded)
            for inner in node.orelse:
                self.visit(inner, kind, guarded=guarded)
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


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _catches(handler: ast.ExceptHandler) -> bool:
    kind = handler.type
    caught = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    names = {getattr(one, "attr", getattr(one, "id", None)) for one in caught}
    return not names.isdisjoint({"ImportError", "ModuleNotFoundError"})


@pytest.mark.parametrize("group", GROUPS)
def test_the_kinds_in_the_standard_library_are_those_that_its_parser_sees(group: int) -> None:
    for path, tree in parsed_files(group):
        visitor = _Visitor()
        visitor.visit(tree, TOP)

        text = decode_source(path.read_bytes()).text
        assert find_import_kinds(text, visitor.found.keys()) == visitor.found, path


def test_the_standard_library_has_enough_of_each_kind_to_prove_something() -> None:
    visitor = _Visitor()
    counts = dict.fromkeys((TOP, FUNCTION, GUARDED), 0)
    files = 0
    for _, tree in itertools.chain.from_iterable(map(parsed_files, GROUPS)):
        files += 1
        visitor.found = {}
        visitor.visit(tree, TOP)
        for kind in visitor.found.values():
            counts[kind] = counts.get(kind, 0) + 1

    assert files > 80  # a distribution may leave half of it out
    assert min(counts.values()) > 3

from __future__ import annotations

import pytest

from archguard.definitions.model import Binding, BindingKind, Branch
from archguard.definitions.syntax_tree import ParseError
from tests.definitions.memory_symbols import read_text


def _bindings(text: str, *, is_package: bool = False) -> list[tuple[str, str, str]]:
    symbols = read_text(text, is_package=is_package)
    return [(one.name, one.kind.value, one.target) for one in symbols.bindings]


@pytest.mark.parametrize(
    ("text", "bindings"),
    [
        ("class A: pass", [("A", "class", "p.m:A")]),
        ("async def f(): pass", [("f", "function", "p.m:f")]),
        ("X = 1", [("X", "value", "")]),
        ("X: int = 1\nY: int", [("X", "value", "")]),
        ("X = Y = a.B", [("X", "alias", "a.B"), ("Y", "alias", "a.B")]),
        ("X, (Y, Z) = A, (b.C, 1)", [("X", "alias", "A"), ("Y", "alias", "b.C"), ("Z", "value", "")]),
        ("X, *Y = A, B", [("X", "value", ""), ("Y", "value", "")]),
        ("import a.b, c.d as e", [("a", "import", "a:b"), ("e", "import", "c.d")]),
        ("from a import b as c, d", [("c", "from-import", "a:b"), ("d", "from-import", "a:d")]),
        ("from .n import b", [("b", "from-import", "p.n:b")]),
        ("from . import b", [("b", "from-import", "p:b")]),
        ("from ... import b", [("b", "from-import", "")]),
        ("from .n import *", [("*", "star", "p.n")]),
        ("for x, y in z: w = 1", [("x", "value", ""), ("y", "value", ""), ("w", "value", "")]),
        ("with a as b: c = 1", [("b", "value", ""), ("c", "value", "")]),
        ("match a:\n    case [b, *c]: pass\n    case {'d': 1, **e}: pass",
         [("b", "value", ""), ("c", "value", ""), ("e", "value", "")]),
        ("print(y := 1)", [("y", "value", "")]),
        ("if x:\n    print(y := 1)", [("y", "value", "")]),
        ("X = 1\ndel X", [("X", "value", ""), ("X", "deleted", "")]),
        ("def f():\n    global X\n    X = 1", [("X", "value", ""), ("f", "function", "p.m:f")]),
        ("def f():\n    x = 1\n    class A: pass\n    import b", [("f", "function", "p.m:f")]),
        ("x.y = 1\nx[0] = 2", []),
        ("type X[T] = list[T]", [("X", "value", "")]),
    ],
)  # fmt: skip
def test_a_statement_binds_names(text: str, bindings: list[tuple[str, str, str]]) -> None:
    assert _bindings(text) == bindings


def test_a_relative_import_begins_at_a_package_itself() -> None:
    assert _bindings("from .n import b", is_package=True) == [("b", "from-import", "p.m.n:b")]


def test_a_caught_error_is_bound_in_its_handler_only() -> None:
    text = "try:\n    pass\nexcept ImportError as e:\n    x = e\n"

    assert [(one.name, one.kind) for one in read_text(text).bindings] == [
        ("e", BindingKind.VALUE),
        ("x", BindingKind.ALIAS),
        ("e", BindingKind.DELETED),
    ]


@pytest.mark.parametrize(
    ("condition", "is_type_checking"),
    [
        ("TYPE_CHECKING", True),
        ("typing.TYPE_CHECKING", True),
        ("TC", True),
        ("not TYPE_CHECKING", False),
        ("DEBUG", False),
    ],
)
def test_what_stands_under_type_checking_is_marked(condition: str, is_type_checking: bool) -> None:
    text = f"from typing import TYPE_CHECKING as TC\nif {condition}:\n    X = 1\nelse:\n    Y = 1\n"
    flags = {one.name: one.is_type_checking for one in read_text(text).bindings}

    assert flags["X"] is is_type_checking
    assert flags["Y"] is (condition == "not TYPE_CHECKING")


def test_a_binding_says_in_which_part_of_which_try_it_stands() -> None:
    text = """
        try:
            A = 1
        except KeyError:
            B = 1
        except (ImportError, ValueError):
            C = 1
        except Exception:
            D = 1
        else:
            E = 1
        finally:
            F = 1
        with contextlib.suppress(ImportError):
            G = 1
        with open(x):
            H = 1
    """
    branches = {one.name: one.branches for one in read_text(text).bindings}

    assert branches == {
        "A": ((1, Branch.TRY),),
        "B": ((1, Branch.UNUSED),),
        "C": ((1, Branch.EXCEPT),),
        "D": ((1, Branch.UNUSED),),
        "E": ((1, Branch.ELSE),),
        "F": ((1, Branch.FINALLY),),
        "G": ((2, Branch.TRY),),
        "H": (),
    }


def test_classes_are_found_at_any_depth_with_their_ids() -> None:
    text = """
        class A:
            class B: pass
            def f(self):
                if x:
                    class C: pass
        def g():
            def h():
                class D: pass
        try:
            class A: pass
        except ImportError:
            class A: pass
    """
    definitions = read_text(text).definitions

    assert [(one.statement, one.is_fallback) for one in definitions] == [
        ("p.m:A", False),
        ("p.m:A.B", False),
        ("p.m:A.f.<locals>.C", False),
        ("p.m:g", False),
        ("p.m:g.<locals>.h.<locals>.D", False),
        ("p.m:A#2", False),
        ("p.m:A#3", True),
    ]


def test_a_class_is_described_as_it_is_written() -> None:
    text = """
        @decorate(
            "a",  f"{b}"
        )
        @c.d
        class A(Base[int], e.F,
                metaclass=Meta):
            @property
            def g(self):
                "doc"
            if x:
                async def h(self) -> int: return 1
            def i(self):
                raise NotImplementedError("later")
    """
    (definition,) = read_text(text).definitions

    assert definition.decorators == ("decorate( \"a\", '' )", "c.d")
    assert definition.bases == ("Base[int]", "e.F")
    assert definition.keywords == ("metaclass=Meta",)
    assert (definition.start_line, definition.line, definition.end_line) == (2, 6, 14)
    assert [(m.name, m.line, m.end_line, m.decorators, m.has_body) for m in definition.methods] == [
        ("g", 9, 10, ("property",), False),
        ("h", 12, 12, (), True),
        ("i", 13, 14, (), False),
    ]


def test_a_function_at_module_scope_has_its_return_annotation() -> None:
    (definition,) = read_text("def f(a) -> 'list[A]': pass").definitions

    assert not definition.is_class
    assert definition.returns == "'list[A]'"


@pytest.mark.parametrize(
    ("text", "exported", "is_computed", "is_open"),
    [
        ("", None, False, False),
        ("__all__ = ['a']\n__all__ += ('b',)", ("a", "b"), False, False),
        ("__all__ = names()", (), True, False),
        ("if x:\n    __all__ = ['a']", ("a",), False, False),
        ("def __getattr__(name): ...", None, False, True),
        ("globals().update(x)", None, False, True),
        ("for x in y:\n    setattr(z, x, 1)", None, False, True),
        ("sys.modules[__name__] = x", None, False, True),
        ("def f(): globals()", None, False, False),
        ("executor = execute(x)", None, False, False),
    ],
)
def test_a_module_says_what_it_exports_and_whether_its_text_tells_all_names(
    text: str, exported: tuple[str, ...] | None, is_computed: bool, is_open: bool
) -> None:
    symbols = read_text(text)

    assert (symbols.exported, symbols.exports_computed) == (exported, is_computed)
    assert symbols.is_open is is_open


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_alike_for_every_line_end(line_end: str) -> None:
    text = line_end.join(["'''a", "b'''", "\x0cclass A:", "    pass", "X = 1", ""])
    symbols = read_text(text)

    assert symbols.definitions[0].line == 3
    assert Binding("X", BindingKind.VALUE, 5) in symbols.bindings


@pytest.mark.parametrize("text", ["def f(:", "print 'x'", "class A:\n", "f'{'"])
def test_a_text_that_no_python_accepts_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ParseError) as raised:
        read_text(text)

    assert raised.value.reason == "a syntax error"
    assert raised.value.line is not None


def test_a_text_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(ParseError) as raised:
        read_text("x = " + "(" * 150 + "1" + ")" * 150 + "\ny = " + "-" * 50_000 + "1")

    assert "nested too deeply" in raised.value.reason or raised.value.reason == "a syntax error"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("class A: pass\n" * 20_001, "it holds more than 20,000 classes and functions"),
        ("async def f(): pass\n" * 20_001, "it holds more than 20,000 classes and functions"),
        (
            f"__all__ = {[f'n{number}' for number in range(100_001)]}\n",
            "its `__all__` holds more than 100,000 names",
        ),
    ],
)
def test_a_generated_file_is_given_up(text: str, reason: str) -> None:
    with pytest.raises(ParseError) as raised:
        read_text(text)
    assert raised.value.reason == reason


def test_the_words_of_definitions_in_other_text_do_not_count() -> None:
    assert read_text("WORDS = '''" + "class def \n" * 20_000 + "'''\n").bindings

"""Deprecated modules named in a text: in strings, and in files that cannot be parsed."""

from __future__ import annotations

import pytest

from archguard.graph.bound_names import BoundNames, ModuleBindings
from archguard.graph.discovery import Module
from archguard.graph.module_expressions import Deprecation
from archguard.graph.parsing.decoding import decode_source
from archguard.graph.parsing.references import ReferenceFinder

EXPRESSIONS = ("a.old",)
MODULES = {name: Module(name, f"{name}.py", is_package=False) for name in ("a", "a.b", "a.pkg")}


def _references(text: str, *expressions: str) -> list[tuple[str, int]]:
    return ReferenceFinder(expressions or EXPRESSIONS).find_references(decode_source(text.encode()))


def _names(text: str, *expressions: str) -> tuple[str, ...]:
    expressions = expressions or EXPRESSIONS
    found = ReferenceFinder(expressions).find_names(text, "a.b", is_package=False)
    return Deprecation(expressions).find_imported(
        found, BoundNames(MODULES, frozenset(), lambda _: ModuleBindings({"Klass": (None,)}))
    )


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ('importlib.import_module("a.old")', [("a.old", 1)]),
        ("\n__import__('a.old.x')", [("a.old.x", 2)]),
        ("@patch('a.old.X.method')\ndef f(): pass", [("a.old.X.method", 1)]),
        ("entry = {'cmd': 'a.old:main'}", [("a.old", 1)]),
        ("x = r'a.old'", [("a.old", 1)]),
        ("x = '''a.old'''", [("a.old", 1)]),
        ("x = 'a.older', 'a.old'", [("a.old", 1)]),
        ("x = 'a.old.älter'", [("a.old.älter", 1)]),
        ("x = ('a.'\n 'old')", [("a.old", 1)]),
        ("x = ('a'  # here\n '.old'\n  f'.x')", [("a.old.x", 1)]),
        ("x = 'a.old' \\\n '.x'", [("a.old.x", 1)]),
        ("x = 'a.ol' 'd'", [("a.old", 1)]),
        ("x = 'x.' 'a.old'", []),
        ("x = 'a.old' 'er'", []),
        ("x = 'a.'\n'old'", []),
        ("x = 'a.\\\nold'", [("a.old", 1)]),
        (r"x = 'a\x2eold'", [("a.old", 1)]),
        (r"x = r'a\x2eold'", []),
        ("'''Use a.new, not a.old.'''", []),
        ("'''\na.old\n'''", []),
        ("# 'a.old'", []),
        ("x = f'a.old'", [("a.old", 1)]),
        ("x = f'a.{b}' 'old'", []),
        ("x = f'a.old.{b}'", []),
        ("x = f'{import_module('a.old')}'", [("a.old", 1)]),
        ("x = f\"{f('a.old')} {b}\"", [("a.old", 1)]),
        ("__lazy_modules__ = ['a.old']\nx = 'a.old'", [("a.old", 2)]),
        ("__lazy_modules__: set = frozenset({\n'a.old'\n})", []),
        ("x = b'a.old'", []),
        ("x = 'a.older'", []),
        ("x = 'a/old.py'", []),
        ("x = 'b.a.old'", []),
        ("x = ' a.old'", []),
    ],
)
def test_a_literal_that_is_a_deprecated_module_s_name_is_a_reference(
    text: str, references: list[tuple[str, int]]
) -> None:
    assert _references(text + "\n") == references


_JOINTS = [
    '" "',
    '""',
    '" "" "',
    "\"  # a comment\n  '",
    '"  # one\r\n  # and another\r\n\r\n  "',
    '" \\\n  f"',
    "\\\n",
    "\\\r\n",
    '" u"',
    '"u"',
]
_NEIGHBOURS: list[tuple[str, ...]] = [
    ("shop.legacy",),
    ("shop.*.legacy", "shop.legacy"),
    ("shop.legacy", "shop_old"),
    ("shop.legacy", "ship.old", "x"),
    ("shop.legacy", "shop.cart.old.**"),
]


@pytest.mark.parametrize("expressions", _NEIGHBOURS)
@pytest.mark.parametrize("joint", _JOINTS)
def test_a_name_is_found_wherever_it_is_split(joint: str, expressions: tuple[str, ...]) -> None:
    name = "shop.legacy"
    for place in range(1, len(name)):
        end = "'" if joint.endswith("'") else '"'
        text = f'x = ("{name[:place]}{joint}{name[place:]}{end})\n'
        assert _references(text, *expressions) == [(name, 1)], text


@pytest.mark.parametrize("gap", [f"  # {'a long comment ' * 100}\n", " " * 2000])
def test_a_split_package_is_found_however_far_its_parts_are_from_each_other(gap: str) -> None:
    assert _references(f"x = ('sho'{gap}'p.legacy')", "shop.legacy") == [("shop.legacy", 1)]


@pytest.mark.parametrize(
    ("text", "is_split"),
    [
        ("x = 'sho' 'p'; 'legacy'", True),
        ("x = 'sho', 'p'; 'legacy'", False),
        ("x = 'p'  # legacy", False),
    ],
)
def test_a_string_that_nothing_stands_before_is_no_part_of_another(text: str, is_split: bool) -> None:
    finder = ReferenceFinder(["shop.legacy"])

    assert finder._has_split_top(text.encode()) == is_split


def test_the_beginnings_of_a_split_name_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReferenceFinder, "_has_split_top", lambda *_: False)

    assert _references("x = 'sh' 'op.legacy'", "shop.legacy") == []
    assert _references("x = 'shop.leg' 'acy'", "shop.legacy", "shop_old") == [("shop.legacy", 1)]


@pytest.mark.parametrize("name", ["'.old'", "'.ol' 'd'"])
def test_a_file_that_names_the_package_in_a_string_is_searched_for_calls(name: str) -> None:
    text = f"from compat import import_module\nimport_module({name}, 'a')"

    assert _references(text) == [("a.old", 2)]


def test_a_reference_below_a_wildcard_is_found() -> None:
    assert _references("x = 'a.pkg.gone:main'", "a.pkg.*") == [("a.pkg.gone", 1)]


def test_a_name_that_holds_another_deprecated_one_is_found_by_its_own_beginning() -> None:
    assert _references("x = 'x.a.old'", "a.old", "x.a.old") == [("x.a.old", 1)]


def test_a_reference_to_what_begins_with_a_wildcard_is_found() -> None:
    assert _references("x = 'any.old'", "*.old") == [("any.old", 1)]


def test_a_very_long_name_is_a_reference_like_any_other() -> None:
    name = "a.old." + "x" * 5000

    assert _references(f"x = '{name}'") == [(name, 1)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import a.old; print 'x'", ("a.old",)),
        ("from a import new, old\nprint 'x'", ("a.old",)),
        ("from . import (new,\n old\nprint 'x'", ("a.old",)),
        ("from a import (  # (\n  old,\n)\nprint 'x'", ("a.old",)),
        ("'never closed\nfrom . import old", ("a.old",)),
        ("'''never closed\nfrom . import old", ("a.old",)),
        ("'''says a.old.x'''", ("a.old",)),
        ("# a.old:main", ("a.old",)),
        ("import a.new", ()),
        ("import a.older", ()),
    ],
)
def test_a_text_that_cannot_be_read_names_whatever_it_might_import(
    text: str, names: tuple[str, ...]
) -> None:
    assert _names(text) == names


def test_the_names_of_an_unread_text_are_those_that_the_contract_gives() -> None:
    text = "import a.old.x, a.pkg.gone.y"

    assert _names(text, "a.old", "a.pkg.*") == ("a.old", "a.pkg.gone")


def test_an_unread_text_that_imports_a_class_names_no_module() -> None:
    assert _names("from a.pkg import Klass", "a.pkg.*") == ()


def test_nothing_deprecated_names_nothing() -> None:
    search = ReferenceFinder(())

    assert search.find_references(decode_source(b"import a")) == []
    assert search.find_names("import a", "a", is_package=False) == []


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "import (",
            "import ",
            "from ",
            "from import ",
            "a.old.",
            "'a.old' ",
            "'a.old",
            "\\'",
            "'''\\",
        ),
        *("f'{", "f'{'", "f'{x:", "f'''{\"", "'a' ", "'a'\n", "f'\\N{", "import_module('.old', "),
        *("__lazy_modules__ = [", "#", "import_module(x)\n", "as import_module as "),
    ],
)
def test_no_text_takes_long(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    search = ReferenceFinder(("a.old", "p.**.x.**.y"))

    search.find_references(decode_source(text.encode() + b"old"))
    search.find_names(text, "a.b", is_package=False)

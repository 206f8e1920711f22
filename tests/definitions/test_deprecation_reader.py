"""What a module's text declares deprecated."""

from __future__ import annotations

import pytest

from archguard.definitions.deprecation_reader import read_deprecations
from archguard.definitions.syntax_tree import ParseError

_WARN = "warnings.warn('It is deprecated', DeprecationWarning)"

_DIRECTIVE = "    .. deprecated:: 2.0\n        Use B.\n"


def _read(source: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.name, one.declaration) for one in read_deprecations(source)]


@pytest.mark.parametrize(
    ("source", "declared"),
    [
        ("@deprecated('use B')\nclass A: pass\n", ("class", "A", "decorator")),
        ("@warnings.deprecated('use b')\ndef a(): pass\n", ("function", "a", "decorator")),
        ("@typing_extensions.deprecated('x')\nasync def a(): pass\n", ("function", "a", "decorator")),
        (
            "try:\n    pass\nexcept E:\n    @deprecated\n    def a(): pass\n",
            ("function", "a", "decorator"),
        ),
        (f"import warnings\n{_WARN}\n", ("module", "", "warning at import")),
        (f"def a():\n    '''Do.'''\n    {_WARN}\n    return 1\n", ("function", "a", "warning at call")),
        (f"class A:\n    def __init__(self):\n        {_WARN}\n", ("class", "A", "warning at call")),
        (f"class A:\n    def __new__(cls):\n        {_WARN}\n", ("class", "A", "warning at call")),
        ("warn('x', category=w.OurDeprecationWarning)\n", ("module", "", "warning at import")),
        ("warnings.warn(RemovedInDjango60Warning('x'))\n", ("module", "", "warning at import")),
        ("'''Deprecated: use shop.cart.'''\n", ("module", "", "docstring")),
        ("'''Carts (deprecated).'''\n", ("module", "", "docstring")),
        ("'''This module is deprecated.'''\n", ("module", "", "docstring")),
        ("class A:\n    '''A has been deprecated.'''\n", ("class", "A", "docstring")),
        (f"class A:\n    '''Hold.\n\n{_DIRECTIVE}    '''\n", ("class", "A", "docstring")),
    ],
)
def test_what_is_declared_deprecated(source: str, declared: tuple[str, str, str]) -> None:
    assert _read(source) == [declared]


@pytest.mark.parametrize(
    "source",
    [
        "'''Helpers for deprecated settings.'''\n",
        "'''Tell whether a setting is deprecated.'''\n",
        "'''Carts.\n\n    It replaces what is deprecated.\n'''\n",
        f"if sys.version_info < (3, 8):\n    {_WARN}\n",
        f"def a(old=None):\n    if old:\n        {_WARN}\n",
        f"def a(old=None):\n    if not old:\n        return 1\n    {_WARN}\n",
        f"def warn_of_old():\n    {_WARN}\n",
        f"def __getattr__(name):\n    {_WARN}\n",
        "def a(name):\n    warnings.warn(f'{name} is deprecated', DeprecationWarning)\n",
        "def a():\n    warnings.warn('It is deprecated', UserWarning)\n",
        "class A:\n    @deprecated('x')\n    def run(self): pass\n",
        f"class A:\n    '''Run.\n\n    Args:\n        x: a number.\n\n    {_DIRECTIVE}    '''\n",
    ],
)
def test_what_is_about_something_else_is_none(source: str) -> None:
    assert _read(source) == []


def test_the_text_is_what_is_said_in_full() -> None:
    source = (
        "warnings.warn('a ' 'is old, '\n    f'use {x} ' + 'instead', DeprecationWarning)\n"
        "@deprecated('use b')\ndef a(): pass\n"
    )

    assert [one.text for one in read_deprecations(source)] == ["a is old, use … instead", "use b"]


def test_the_line_is_that_of_the_statement() -> None:
    (one,) = read_deprecations("\n@deprecated('x')\nclass A: pass\n")

    assert one.line == 3


def test_a_text_that_cannot_be_parsed_is_an_error() -> None:
    with pytest.raises(ParseError):
        read_deprecations("class A(:\n")

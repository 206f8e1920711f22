"""What a module binds at its top level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.graph.parsing.module_bindings import find_bindings

if TYPE_CHECKING:
    from archguard.graph.bound_names import ModuleBindings


def _find(source: str, module: str = "shop", *, is_package: bool = True) -> ModuleBindings:
    bindings = find_bindings(source, module, is_package=is_package)
    assert bindings is not None
    return bindings


@pytest.mark.parametrize(
    "source",
    [
        "engine = 1",
        "engine: int = 1",
        "a = engine = 1",
        "(a, [engine, *b]) = f()",
        "engine += 1",
        "def engine(): pass",
        "async def engine(): pass",
        "class engine: pass",
        "for engine in (): pass",
        "with f() as engine: pass",
        "if x:\n    engine = 1",
        "if x: pass\nelse:\n    engine = 1",
        "try:\n    import x\nexcept ImportError:\n    engine = None",
        "try:\n    pass\nfinally:\n    engine = None",
        "while (engine := f()): pass",
        "print([engine := 1])",
        "def f():\n    global engine\n    engine = 1",
        "class A:\n    def f(self):\n        global engine",
        "match x:\n    case [engine]: pass",
        "match x:\n    case {**engine}: pass",
        "match x:\n    case [*engine]: pass",
        "engine = 1\ndel engine\nengine = 2",
        "engine = 1\nif x:\n    del engine",
        "engine = 1\ndel engine.part, engines[0]",
        "def f():\n    global engine\n    engine = 1\nengine = 1\ndel engine",
    ],
)
def test_a_name_is_bound_by(source: str) -> None:
    assert None in _find(source).names["engine"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "engine",
        "print(engine)",
        "def f():\n    engine = 1",
        "class A:\n    engine = 1",
        "f = lambda engine: engine",
        "x.engine = 1",
        "engine = 1\ndel engine",
        "for engine, other in (): pass\ndel other, engine",
        "x['engine'] = 1",
        "'engine = 1'",
        "engine: int",
    ],
)
def test_a_name_is_not_bound_by(source: str) -> None:
    bindings = _find(source)

    assert "engine" not in bindings.names or source == "engine: int"
    assert not bindings.is_open


@pytest.mark.parametrize(
    ("source", "name", "origin"),
    [
        ("from .core import engine", "engine", "shop.core.engine"),
        ("from . import engine", "engine", "shop.engine"),
        ("from shop.core import motor as engine", "engine", "shop.core.motor"),
        ("import shop.engine as engine", "engine", "shop.engine"),
        ("import json.decoder", "json", "json"),
        ("if x:\n    from .core import engine", "engine", "shop.core.engine"),
    ],
)
def test_an_import_says_where_a_name_comes_from(source: str, name: str, origin: str) -> None:
    assert _find(source).names == {name: (origin,)}


def test_relative_imports_of_a_module_start_at_its_package() -> None:
    bindings = _find("from .core import engine", "shop.order", is_package=False)

    assert bindings.names == {"engine": ("shop.core.engine",)}


def test_every_origin_of_a_name_is_listed_once() -> None:
    bindings = _find("from .a import x\ntry:\n    from .b import x\nexcept E:\n    x = None\nx = 1")

    assert bindings.names == {"x": ("shop.a.x", "shop.b.x", None)}


def test_stars_are_listed() -> None:
    assert _find("from .core import *\nfrom json import *").stars == ("shop.core", "json")


@pytest.mark.parametrize(
    ("source", "exported", "computed"),
    [
        ("", None, False),
        ("__all__ = ['a', 'b']", ("a", "b"), False),
        ("__all__ = ('a',)", ("a",), False),
        ("__all__: list[str] = ['a']", ("a",), False),
        ("__all__ = ['a']\n__all__ += ['b']", ("a", "b"), False),
        ("__all__ = ['a']\n__all__.extend(['b'])", ("a", "b"), False),
        ("__all__ = ['a']\n__all__.append('b')", ("a", "b"), False),
        ("if x:\n    __all__ = ['a']", ("a",), False),
        ("__all__ = ['a', b]", ("a",), True),
        ("__all__ = core.__all__ + ['a']", (), True),
        ("__all__ = ['a']\n__all__ += core.__all__", ("a",), True),
        ("__getattr__, __dir__, __all__ = lazy.attach(__name__)", (), True),
    ],
)
def test_the_literal_names_of_all_are_its_exports(
    source: str, exported: tuple[str, ...] | None, computed: bool
) -> None:
    bindings = _find(source)

    assert (bindings.exported, bindings.exports_computed) == (exported, computed)


@pytest.mark.parametrize(
    "source",
    [
        "def __getattr__(name): pass",
        "from .lazy import __getattr__",
        "__getattr__, __dir__, __all__ = lazy.attach(__name__)",
        "globals()['engine'] = 1",
        "globals().update(x)",
        "exec(text)",
        "setattr(sys.modules[__name__], name, 1)",
    ],
)
def test_a_module_may_have_names_that_its_text_does_not_show(source: str) -> None:
    assert _find(source).is_open


@pytest.mark.parametrize("source", ["print 'python 2'", "x = \0", "(" * 5000, "-" * 200_000 + "1"])
def test_what_cannot_be_parsed_binds_nobody_knows_what(source: str) -> None:
    assert find_bindings(source, "shop", is_package=True) is None

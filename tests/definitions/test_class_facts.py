"""What a class does with others, read from its source."""

from __future__ import annotations

import ast

import pytest

from archguard.definitions.class_facts import (
    AttributeFacts,
    ClassFacts,
    MethodFacts,
    describe_class,
    list_annotated,
    list_returned,
)
from archguard.definitions.scope import Scope, read_body

_SCOPE = Scope("shop.engines.fast", is_package=False)


def _describe(source: str) -> ClassFacts:
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.ClassDef)
    return describe_class(node, _SCOPE)


def _method(body: str, parameters: str = "self") -> MethodFacts:
    (method,) = _describe(f"class A:\n  def run({parameters}):\n    {body}\n").methods
    return method


def _types(body: str, parameters: str = "self") -> dict[str, tuple[str, ...]]:
    facts = _describe(f"class A:\n  def __init__({parameters}):\n    {body}\n")
    return {attribute.name: attribute.types for attribute in facts.attributes}


@pytest.mark.parametrize(
    ("body", "used", "called"),
    [
        ("return self.engine.run(1)", ("engine",), ()),
        ("return await_(self.engine.state)", ("engine",), ()),
        ("return getattr(self.engine, name)", ("engine",), ()),
        ("return self.other(1)", (), ("other",)),
        ("return [self.engine.run(x) for x in y]", ("engine",), ()),
        ("return self.engine", (), ()),  # it is passed on, not used
        ("return engine.run(1)", (), ()),
    ],
)
def test_a_method_uses_attributes_and_calls_methods(
    body: str, used: tuple[str, ...], called: tuple[str, ...]
) -> None:
    method = _method(body)

    assert (method.used, method.called) == (used, called)


def test_a_static_method_has_no_object() -> None:
    facts = _describe("class A:\n  @staticmethod\n  def run(x):\n    return x.engine.run()\n")

    assert facts.methods[0].used == ()


@pytest.mark.parametrize(
    ("body", "types"),
    [
        ("self.x = Engine(1)", ("Engine",)),
        ("self.x: Engine = make()", ("Engine",)),
        ("self.x = engines.Engine()", ("engines.Engine",)),
        ("self.x = engine", ("Engine",)),
        ("self.x = engine or Other()", ("Engine", "Other")),
        ("self.x = Other() if y else engine", ("Engine", "Other")),
        ("self.x = whatever", ()),
        ("self.x = None", ()),
        ("from shop.engines import Engine as E; self.x = E()", ("shop.engines:Engine",)),
        ("from ..old import Engine; self.x = Engine()", ("shop.old:Engine",)),
        ("from . import slow; self.x = slow.Engine()", ("shop.engines:slow.Engine",)),
        ("import shop.old as o; self.x = o.Engine()", ("shop.old.Engine",)),
    ],
)
def test_an_attribute_has_the_types_that_are_assigned(body: str, types: tuple[str, ...]) -> None:
    assert _types(body, "self, engine: 'Engine'") == {"x": types}


def test_an_annotation_in_the_class_is_a_type_too() -> None:
    facts = _describe("class A:\n  x: Optional['Engine'] = None\n")

    assert facts.attributes == (AttributeFacts("x", ("Engine",)),)


@pytest.mark.parametrize(
    ("annotation", "names"),
    [
        ("list[Engine]", ("list",)),
        ("Dict[str, Engine]", ("Dict",)),
        ("Optional[Engine]", ("Engine",)),
        ("typing.Union[Engine, None]", ("Engine",)),
        ("Engine | None", ("Engine",)),
        ("AsyncIterator['Engine']", ("Engine",)),
        ("Generic[Engine]", ("Generic",)),
    ],
)
def test_what_a_container_holds_is_none_of_its_types(annotation: str, names: tuple[str, ...]) -> None:
    assert list_annotated(ast.parse(annotation, mode="eval").body, _SCOPE) == names


def test_any_says_nothing() -> None:
    assert _types("self.x = engine", "self, engine: Any") == {"x": ()}


@pytest.mark.parametrize(
    ("function", "names"),
    [
        ("def f() -> Engine: ...", ("Engine",)),
        ("def f() -> 'Optional[Engine]': ...", ("Engine",)),
        ("def f(): return Engine()", ("Engine",)),
        ("async def f(): return await Engine.create(1)", ("Engine.create",)),
        ("def f():\n  e = Engine()\n  e.start()\n  return e", ("Engine",)),
        ("def f():\n  e = Engine()\n  yield e", ("Engine",)),
        ("def f():\n  e = Engine()\n  return 1", ()),
        ("def f():\n  def g(): return Engine()\n  return 1", ()),
        ("def f():\n  from shop.old import Engine\n  return Engine()", ("shop.old:Engine",)),
    ],
)
def test_a_function_returns_what_it_makes(function: str, names: tuple[str, ...]) -> None:
    node = ast.parse(function).body[0]
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)

    assert list_returned(read_body(node, _SCOPE)) == names


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("pass", True),
        ("...", True),
        ("'a docstring'", True),
        ("raise NotImplementedError", True),
        ("raise NotImplementedError('later')", True),
        ("return None", False),
        ("raise ValueError", False),
    ],
)
def test_a_stub_does_nothing(body: str, expected: bool) -> None:
    assert _method(body).is_stub is expected


def test_a_string_that_is_no_annotation_has_no_names() -> None:
    assert list_annotated(ast.parse("'not an annotation'", mode="eval").body, _SCOPE) == ()
    assert list_annotated(ast.parse("'a.B | None'", mode="eval").body, _SCOPE) == ("a.B",)

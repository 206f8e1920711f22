"""Uses of a deprecated module as an attribute of a package that is imported."""

from __future__ import annotations

import pytest

from archguard.graph.parsing.attribute_uses import AttributeFinder
from archguard.graph.parsing.grimp_scanner import GrimpScanner, ModuleSource


def _find(text: str, *expressions: str, module: str = "a.b") -> list[tuple[str, int]]:
    source = ModuleSource(module, is_package=False, source=text, utf8=text.encode())
    imports = GrimpScanner(["a", "x"]).scan([source])[module]
    return AttributeFinder(expressions or ("a.old",)).find_uses(source, imports)


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("import a\na.old.Cart", [("a.old.Cart", 2)]),
        ("import a\nx = f(a.old)", [("a.old", 2)]),
        ("import a as s\ns.old.Cart", [("a.old.Cart", 2)]),
        ("import a.pkg\na.old.Cart()", [("a.old.Cart", 2)]),
        ("import x, a as s, y\ndef f():\n    return s.old.x.Y", [("a.old.x.Y", 3)]),
        ("from x import y; import a\r\n\r\na.old", [("a.old", 3)]),
        ("import a\n(a\n  .old\n  .Cart)", [("a.old.Cart", 2)]),
        ("import \\\n  a\na.old; a.old.x", [("a.old", 3), ("a.old.x", 3)]),
        ("if x:\n    import a\na.old", [("a.old", 3)]),
        ("import a\nx.a.old", []),
        ("import a\na.older", []),
        ("import a\nb.old", []),
        ("import a\n# a.old\n'a.old'\nf'a.old'", []),
        ("'''\nimport a\n'''\nfrom a import b\na.old", []),
        ("import a\nimport a.old\na.old.Cart", []),
        ("import a\nfrom a import old\na.old.Cart", []),
        ("import a\nfrom a.old import Cart\na.old.Cart", []),
        ("import a as s\na.old", []),
        ("from a import new\nnew.old", []),
    ],
)
def test_an_attribute_that_is_a_deprecated_module_is_a_use(
    text: str, uses: list[tuple[str, int]]
) -> None:
    assert _find(text + "\n") == uses


@pytest.mark.parametrize(
    "text",
    [
        "import a.pkg as p\np.old.Cart\n",
        "from a import pkg\npkg.old.Cart\n",
        "from a import (\n  x,  # no\n  pkg as p,\n)\np.old.Cart\n",
        "from . import pkg\npkg.old.Cart\n",
        "import a.pkg\na.pkg.old.Cart\n",
        "import a\na.pkg.old.Cart\n",
    ],
)
def test_a_module_of_any_depth_is_found_through_each_package_that_holds_it(text: str) -> None:
    (use,) = _find(text, "a.pkg.old")

    assert use[0] == "a.pkg.old.Cart"


def test_below_a_wildcard_any_attribute_may_be_a_module() -> None:
    assert _find("import a\na.x.old.Y\n", "a.*.old") == [("a.x.old.Y", 2)]
    assert _find("import a\na.pkg.b\n", "a.pkg.**") == [("a.pkg.b", 2)]
    assert _find("import a\na.old.b\n", "*.old") == []


def test_a_module_is_not_hidden_by_the_import_of_one_inside_it() -> None:
    text = "import a\nimport a.old.x\na.old.y\n"

    assert _find(text, "a.old") == []
    assert _find(text, "a.old", "a.old.y") == [("a.old.y", 3)]


@pytest.mark.parametrize(
    "unit", ["a.old ", "import a;", "import (a\n", "from a import ", "a.old.x;", "a ."]
)
def test_no_text_takes_long(unit: str) -> None:
    text = "import a\n" + unit * (200_000 // len(unit))
    source = ModuleSource("a.b", is_package=False, source=text, utf8=text.encode())

    AttributeFinder(("a.old",)).find_uses(source, [("a", 1, False, False)])

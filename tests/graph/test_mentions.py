"""What a text says of deprecated modules: imports of what is missing, names in what cannot be read."""

from __future__ import annotations

import pytest

from archguard.graph.mentions import Mentions, Search

MODULES = ("a", "a.b", "a.pkg")


def _search(*expressions: str) -> Search:
    return Search(expressions or ("a.old",), MODULES)


def _mentions(text: str, *expressions: str, module: str = "a.b", is_package: bool = False) -> Mentions:
    return _search(*expressions).mentions(text.encode(), text, module, is_package=is_package)


def _names(mentions: Mentions) -> set[str]:
    return set(mentions.named)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("import a.old", {"a.old"}),
        ("import a.old.x.y", {"a.old.x.y"}),
        ("import a.old as o, a.new, a.old.z", {"a.old", "a.old.z"}),
        ("import a . old . x", {"a.old.x"}),
        ("import a.\\\n  old", {"a.old"}),
        ("from a import old", {"a.old"}),
        ("from a import new, old as o", {"a.old"}),
        ("from a import *", set()),
        ("from a.old import x", {"a.old"}),
        ("from a.old import *", {"a.old"}),
        ("from a.old.x import y, z", {"a.old.x"}),
        ("from a . old import x", {"a.old"}),
        ("from a.old import(x)", {"a.old"}),
        ("from a import (\n  new,\n  old,\n)", {"a.old"}),
        ("from a import (  # noqa (x)\n  old,  # )\n)", {"a.old"}),
        ("from a \\\n  import \\\n  old", {"a.old"}),
        ("from a.\\\n  old import x", {"a.old"}),
        ("from\ta\fimport\told", {"a.old"}),
        ("from . import old", {"a.old"}),
        ("from .old import x", {"a.old"}),
        ("from .old.x import y", {"a.old.x"}),
        ("from . import(old)", {"a.old"}),
        ("from.import old", {"a.old"}),
        ("from .. import old", set()),
        ("from ....... import old", set()),
        ("x = 1; from a import old; y", {"a.old"}),
        ("if x: import a.old", {"a.old"}),
        ("def f():\n  try:\n    import a.old\n  finally:\n    x", {"a.old"}),
        ("lazy import a.old", {"a.old"}),
        ("lazy from a import old", {"a.old"}),
        ("import a.older, a.new.old, b.a.old", set()),
        ("from a.older import old", set()),
        ("from fromage.old import x", set()),
        ("from a.from_old import old", set()),
        ("import fromage; from a import old", {"a.old"}),
        ("yield from a; import old", set()),
        ("'''import a.old'''", set()),
        ("# import a.old", set()),
        ("x = 'from a import old'", set()),
        ("x = f'{y}import a.old'", set()),
        ("a.old", set()),
    ],
)
def test_an_import_of_a_deprecated_module_is_named_in_full(text: str, named: set[str]) -> None:
    assert _names(_mentions(text + "\n")) == named
    assert _names(_mentions((text + "\n").replace("\n", "\r\n"))) == named


@pytest.mark.parametrize(
    ("module", "is_package", "text", "named"),
    [
        ("a", True, "from . import old", {"a.old"}),
        ("a", True, "from .old import x", {"a.old"}),
        ("a.b.c", False, "from .. import old", {"a.old"}),
        ("a.b.c", True, "from ... import old", {"a.old"}),
        ("a.b.c", False, "from ..old.x import y", {"a.old.x"}),
        ("a", False, "from . import old", set()),
    ],
)
def test_dots_are_counted_from_the_importer(
    module: str, is_package: bool, text: str, named: set[str]
) -> None:
    assert _names(_mentions(text, module=module, is_package=is_package)) == named


@pytest.mark.parametrize(
    ("expression", "text", "named"),
    [
        # A name that an expression gives is a module; one that only a wildcard covers need not be.
        ("a.Klass", "from a import Klass", {"a.Klass"}),
        ("a.*", "from a import Klass", set()),
        ("a.pkg.**", "from a.pkg import Klass", set()),
        ("a.pkg.*", "from a.pkg.gone import Klass", {"a.pkg.gone"}),
        ("a.pkg.*", "import a.pkg.gone", {"a.pkg.gone"}),
        # Where the package is missing as well, a missing module is the likelier.
        ("a.gone.*", "from a.gone import x", {"a.gone.x"}),
        ("a.gone.**", "from a.gone.x import y", {"a.gone.x"}),
        ("a.*.old", "from a.gone import old", {"a.gone.old"}),
        ("a.*.old", "from a.gone.old.x import y", {"a.gone.old.x"}),
        ("a.gone.*", "from a.gone import *", set()),
        # Somebody else's package: nobody here knows what it defines.
        ("lib.*", "from lib import x", {"lib.x"}),
        ("lib", "from lib import x", {"lib"}),
    ],
)
def test_wildcards_stand_for_modules_not_for_what_modules_define(
    expression: str, text: str, named: set[str]
) -> None:
    assert _names(_mentions(text, expression)) == named


def test_one_contract_s_modules_do_not_hide_another_s() -> None:
    assert _names(_mentions("from lib import x, Y\n", "lib", "lib.x")) == {"lib", "lib.x"}
    assert _names(_mentions("from lib import x, Y\n", "lib", "lib.*")) == {"lib.x", "lib.Y"}


def test_a_relative_import_below_a_wildcard_says_nothing_of_the_package_s_name() -> None:
    found = _mentions("from .gone import x\n", "a.pkg.**", module="a.pkg", is_package=True)

    assert _names(found) == {"a.pkg.gone"}


def test_names_in_no_ascii_are_found() -> None:
    assert _names(_mentions("from a import älter\n", "a.älter")) == {"a.älter"}


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ('importlib.import_module("a.old")', [("a.old", 1)]),
        ("\n__import__('a.old.x')", [("a.old.x", 2)]),
        ("@patch('a.old.X.method')\ndef f(): pass", [("a.old.X.method", 1)]),
        ("entry = {'cmd': 'a.old:main'}", [("a.old", 1)]),
        ("x = r'a.old'", [("a.old", 1)]),
        ("x = '''a.old'''", [("a.old", 1)]),
        ("x = ('a.'\n 'old')", []),
        ("'''Use a.new, not a.old.'''", []),
        ("'''\na.old\n'''", []),
        ("# 'a.old'", []),
        ("x = f'a.old'", []),
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
    assert list(_mentions(text + "\n").references) == references


def test_a_reference_below_a_wildcard_is_found() -> None:
    assert _mentions("x = 'a.pkg.gone:main'", "a.pkg.*").references == (("a.pkg.gone", 1),)


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
    assert _search().names_in(text, "a.b", is_package=False) == names


def test_the_names_of_an_unread_text_are_those_that_the_contract_gives() -> None:
    text = "import a.old.x, a.pkg.gone.y"

    assert _search("a.old", "a.pkg.*").names_in(text, "a.b", is_package=False) == ("a.old", "a.pkg.gone")


def test_nothing_deprecated_names_nothing() -> None:
    search = Search(())

    assert search.mentions(b"import a", "import a", "a", is_package=False) == Mentions()
    assert search.names_in("import a", "a", is_package=False) == ()


@pytest.mark.parametrize(
    "unit",
    [
        "import (",
        "import ",
        "from ",
        "xfrom import ",
        "fromage.import ",
        "from import ",
        "a.old.",
        "import \\\n",
        "'a.old' ",
        "\\'",
        '\\"""\n',
        "'''\\",
        "'x\\\n",
    ],
)
def test_no_text_takes_long(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    search = _search("a.old", "p.**.x.**.y")

    search.mentions(text.encode() + b"old", text, "a.b", is_package=False)
    search.names_in(text, "a.b", is_package=False)

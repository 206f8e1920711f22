"""Files whose imports are rewritten, byte for byte, and files that are left alone."""

from __future__ import annotations

from typing import Any

import pytest

from archguard.consolidation.rewrite.refusal import RefusalCode
from tests.consolidation.rewrite.rewriting import rewrite

_REWRITTEN: dict[str, tuple[str, str]] = {
    "a name": ("from p.old import total\n", "from p.new import total\n"),
    "a name that differs keeps its local name": (
        "from p.old import OldCart\nOldCart()\n",
        "from p.new import Cart as OldCart\nOldCart()\n",
    ),
    "an alias stays": (
        "from p.old import OldCart as C, total as t",
        "from p.new import Cart as C, total as t",
    ),
    "an alias that is the new name goes": (
        "from p.old import OldCart as Cart",
        "from p.new import Cart",
    ),
    "a re-export is followed to its home": ("from p.old import moved", "from p.home import moved"),
    "an explicit re-export stays one": (
        "from p.old import total as total",
        "from p.new import total as total",
    ),
    "several homes": (
        "from p.old import make, total, moved\nx = 1\n",
        "from p.factory import make\nfrom p.new import total\nfrom p.home import moved\nx = 1\n",
    ),
    "several homes in a list of lines": (
        "from p.old import (\n    total,\n    make,  # makes\n    # what moved\n    moved,\n)\n",
        (
            "from p.new import (\n    total,\n)\nfrom p.factory import make  # makes\n"
            "from p.home import moved  # what moved\n"
        ),
    ),
    "several names with comments for one further home": (
        "from p.old import (\n    total,\n    make,  # one\n    make as again,  # two\n)\n",
        (
            "from p.new import (\n    total,\n)\nfrom p.factory import (\n    make,  # one\n"
            "    make as again,  # two\n)\n"
        ),
    ),
    "the last name of a line moves": (
        "from p.old import total, make  # both\n",
        "from p.new import total  # both\nfrom p.factory import make\n",
    ),
    "the first name in parentheses moves": (
        "from p.old import (total, make, OldCart)\n",
        "from p.new import (total, Cart as OldCart)\nfrom p.factory import make\n",
    ),
    "a backslash": (
        "from p.old import total, \\\n    make\n",
        "from p.new import total\nfrom p.factory import make\n",
    ),
    "no line end": (
        "from p.old import total, make",
        "from p.new import total\nfrom p.factory import make",
    ),
    "semicolons": (
        "import os; from p.old import total, make; os\n",
        "import os; from p.new import total; from p.factory import make; os\n",
    ),
    "a line of a compound statement": (
        "if True: from p.old import total, make\n",
        "if True: from p.new import total; from p.factory import make\n",
    ),
    "indentation": (
        "def f():\n\tfrom p.old import total, make\n\treturn total\n",
        "def f():\n\tfrom p.new import total\n\tfrom p.factory import make\n\treturn total\n",
    ),
    "carriage returns": (
        "from p.old import total, make\r\nx = 1\r\n",
        "from p.new import total\r\nfrom p.factory import make\r\nx = 1\r\n",
    ),
    "a relative import": ("from .old import total", "from .new import total"),
    "a relative import without a space": ("from.old import total", "from.new import total"),
    "a module": ("from p import old\nold.OldCart()\n", "from p import new as old\nold.Cart()\n"),
    "a module of the same package": (
        "from . import old\nold.total(1)\n",
        "from . import new as old\nold.total(1)\n",
    ),
    "a module beside what stays": (
        "from p import old, other\nold.total(other)\n",
        "from p import new as old, other\nold.total(other)\n",
    ),
    "a module under its new name": (
        "from p import old as new\nnew.total\n",
        "from p import new\nnew.total\n",
    ),
    "a dotted module": (
        "import p.old\np.old.OldCart(p.old.total(1))\n",
        "import p.new\np.new.Cart(p.new.total(1))\n",
    ),
    "a dotted module with an alias": (
        "import p.old as o, os\no.OldCart(o.total(1))\n",
        "import p.new as o, os\no.Cart(o.total(1))\n",
    ),
    "a dotted module with names of several homes": (
        "import p.old\np.old.total(p.old.make())\n",
        "import p.new\nimport p.factory\np.new.total(p.factory.make())\n",
    ),
    "a dotted module twice": (
        "import p.old, p.old\np.old.total\n",
        "import p.new, p.new\np.new.total\n",
    ),
    "what shadows the package is something else": (
        "import p.old\ndef f(p): return p.old\np.old.total\n",
        "import p.new\ndef f(p): return p.old\np.new.total\n",
    ),
    "a name that looks alike": (
        "import p.old_helpers\nfrom p.old import total\np.old_helpers.z\n",
        "import p.old_helpers\nfrom p.new import total\np.old_helpers.z\n",
    ),
    "an annotation that is a string": (
        "import p.old\ndef f(x: 'list[p.old.OldCart]'): ...\n",
        "import p.new\ndef f(x: 'list[p.new.Cart]'): ...\n",
    ),
    "under TYPE_CHECKING": (
        "if TYPE_CHECKING:\n    from p.old import OldCart\n",
        "if TYPE_CHECKING:\n    from p.new import Cart as OldCart\n",
    ),
    "a guarded import": (
        "try:\n    from p.old import total\nexcept ImportError:\n    total = None\n",
        "try:\n    from p.new import total\nexcept ImportError:\n    total = None\n",
    ),
    "a name in __all__": (
        "from p.old import OldCart\n__all__ = ['OldCart']\n",
        "from p.new import Cart as OldCart\n__all__ = ['OldCart']\n",
    ),
    "comments": (
        (
            "from p.old import (  # noqa: F401\n    # why\n    OldCart,  # it\n    total,    # keep\n"
            "    # last\n)  # end\n"
        ),
        (
            "from p.new import (  # noqa: F401\n    # why\n    Cart as OldCart,  # it\n"
            "    total,    # keep\n    # last\n)  # end\n"
        ),
    ),
    "newer syntax": (
        'from p.old import total\ntype X = int\nprint(f"{total({"a": 1}["a"])}")\n',
        'from p.new import total\ntype X = int\nprint(f"{total({"a": 1}["a"])}")\n',
    ),
    "letters that take several bytes": (
        "é = 'ü'; from p.old import OldCart\nimport p.old; ö = p.old.OldCart\n",
        "é = 'ü'; from p.new import Cart as OldCart\nimport p.new; ö = p.new.Cart\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), _REWRITTEN.values(), ids=_REWRITTEN.keys())
def test_a_file_is_rewritten(before: str, after: str) -> None:
    assert rewrite(before) == (after.encode(), [])


_REFUSED: dict[str, tuple[str, RefusalCode, int]] = {
    "a missing name": ("\nfrom p.old import total, alone", RefusalCode.MISSING_SYMBOL, 2),
    "a missing attribute": ("import p.old\n\np.old.alone()", RefusalCode.MISSING_SYMBOL, 3),
    "a star": ("from p.old import *", RefusalCode.STAR_IMPORT, 1),
    "a module that is handed on": ("import p.old\nf(p.old)", RefusalCode.MODULE_ESCAPES, 2),
    "a module under a name that is handed on": (
        "from p import old\n[old]",
        RefusalCode.MODULE_ESCAPES,
        2,
    ),
    "a module in __all__": ("from p import old\n__all__ = ('old',)", RefusalCode.MODULE_ESCAPES, 1),
    "assignment into the module": ("import p.old\np.old.total = 1", RefusalCode.MODULE_ASSIGNED, 2),
    "deletion from the module": ("import p.old as o\ndel o.total", RefusalCode.MODULE_ASSIGNED, 2),
    "a string": ("from p.old import total\npatch('p.old.total')", RefusalCode.STRING_REFERENCE, 2),
    "a name that is bound elsewhere, too": (
        "from p import old\nold.OldCart\nold = 1",
        RefusalCode.NAME_TAKEN,
        2,
    ),
    "a name that the new import needs": (
        "def f(factory):\n    import p.old as o\n    p = 1\n    return o.make",
        RefusalCode.NAME_TAKEN,
        4,
    ),
    "an import that is no statement": ("f()", RefusalCode.DYNAMIC_USE, 1),
    "a syntax error": ("from p.old import total\n(", RefusalCode.UNREAD_FILE, 1),
}


@pytest.mark.parametrize(("text", "code", "line"), _REFUSED.values(), ids=_REFUSED.keys())
def test_a_file_is_left_alone(text: str, code: RefusalCode, line: int) -> None:
    assert rewrite(text) == (text.encode(), [(code, line)])


@pytest.mark.parametrize(
    ("before", "after", "options"),
    [
        (
            "patch('p.old.total')\nfrom p.old import total",
            "patch('p.new.total')\nfrom p.new import total",
            {},
        ),
        ('patch("p.old.OldCart.run"), "p.old"', 'patch("p.new.Cart.run"), "p.new"', {"names": ()}),
        ("f('p.old:make')", "f('p.factory:make')", {}),
        ("f('p.old_helpers.z', 'p.old is gone')", "f('p.old_helpers.z', 'p.old is gone')", {}),
    ],
)
def test_strings_are_rewritten_where_that_is_asked_for(
    before: str, after: str, options: dict[str, Any]
) -> None:
    before += "\nfrom p.old import total" if "import" not in before else ""
    after += "\nfrom p.new import total" if "import" not in after else ""

    assert rewrite(before, strings=True) == (after.encode(), [])


def test_with_partial_the_names_move_that_can() -> None:
    before = "from p.old import total, alone\n"
    after = b"from p.old import alone\nfrom p.new import total\n"
    refusals = [(RefusalCode.MISSING_SYMBOL, 1)]

    assert rewrite(before, partial=True) == (after, refusals)
    assert rewrite(before) == (before.encode(), refusals)


@pytest.mark.parametrize(
    ("module", "before", "after"),
    [
        ("p.deep.inner", "from ..old import total", "from ..new import total"),
        ("p.deep.inner", "from .. import old\nold.total", "from .. import new as old\nold.total"),
        ("p.deep.inner", "from ..old import moved", "from ..home import moved"),
    ],
)
def test_a_relative_import_stays_relative(module: str, before: str, after: str) -> None:
    assert rewrite(before, module=module) == (after.encode(), [])


def test_a_relative_import_needs_no_more_dots_than_before() -> None:
    replacement = {"p.oldp.sub": "p.new"}
    before = "from .sub import f"

    outcome = rewrite(
        before,
        module="p.oldp.user",
        names=["p.oldp.sub"],
        replacement={**replacement, "p.oldp.sub:f": "p.new:total"},
        deprecated=["p.oldp.sub"],
    )

    assert outcome == (b"from p.new import total as f", [])


def test_a_replacement_may_be_a_top_level_module() -> None:
    before = "from p import old\nold.total(1)\n"

    outcome = rewrite(before, replacement={"p.old": "queue", "p.old:total": "queue:total"})

    assert outcome == (b"import queue as old\nold.total(1)\n", [])


def test_what_a_wildcard_matches_is_carried() -> None:
    before = "from p.oldp.sub import f\nfrom p.oldp import sub\nsub.f()\n"
    after = b"from p.newp.sub import f\nfrom p.newp import sub\nsub.f()\n"

    assert rewrite(before, names=["p.oldp.sub"]) == (after, [])


def test_a_module_that_does_not_exist_is_replaced() -> None:
    outcome = rewrite("from p.gone import total\nfrom p import gone", names=["p.gone"])

    assert outcome == (b"from p.new import total\nfrom p import new as gone", [])


def test_a_ready_module_is_rewritten_beside_a_blocked_one() -> None:
    before = "from p.old import total\nfrom p.gone import nothing\n"
    after = b"from p.new import total\nfrom p.gone import nothing\n"

    outcome = rewrite(before, names=["p.gone", "p.old"])

    assert outcome == (after, [(RefusalCode.MISSING_SYMBOL, 2)])


def test_only_lines_that_count_are_rewritten() -> None:
    before = "from p.old import total\nfrom p.old import make\n"
    after = b"from p.new import total\nfrom p.old import make\n"

    assert rewrite(before, lines=frozenset({1})) == (after, [])


def test_a_module_that_another_file_reads_from_here_is_left_alone() -> None:
    text = "from p import old\nold.total\n"

    assert rewrite(text, read_elsewhere=["old"]).refusals == [(RefusalCode.MODULE_ESCAPES, 1)]
    assert rewrite(text, read_elsewhere=["other"]).refusals == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbffrom p.old import total\n", b"\xef\xbb\xbffrom p.new import total\n"),
        (
            b"# coding: latin-1\nx = '\xe9'; from p.old import OldCart\n",
            b"# coding: latin-1\nx = '\xe9'; from p.new import Cart as OldCart\n",
        ),
    ],
)
def test_the_encoding_of_a_file_stays(before: bytes, after: bytes) -> None:
    assert rewrite(before) == (after, [])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import_module('p.old').OldCart()", "import_module('p.new').Cart()"),
        (
            "m = importlib.import_module('p.old')\nm.OldCart(m.total(1))",
            "m = importlib.import_module('p.new')\nm.Cart(m.total(1))",
        ),
        ("import_module('p.old')", "import_module('p.new')"),
        ("f(import_module('p.gone'))", "f(import_module('p.new'))"),
    ],
)
def test_what_is_read_from_a_module_that_a_call_imports_is_rewritten(before: str, after: str) -> None:
    names = ["p.gone", "p.old"] if "gone" in before else ["p.old"]
    imports = "".join(f"from {name} import total\n" for name in names)

    outcome = rewrite(imports + before, names=names, strings=True)

    assert outcome == (("from p.new import total\n" * len(names) + after).encode(), [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("f(import_module('p.old'))", RefusalCode.MODULE_ESCAPES),
        ("m = import_module('p.old')\nf(m)", RefusalCode.MODULE_ESCAPES),
        ("m = import_module('p.old')\nm = 1", RefusalCode.MODULE_ESCAPES),
        ("import_module('p.old').alone()", RefusalCode.MISSING_SYMBOL),
        ("import_module('p.old').make()", RefusalCode.MISSING_SYMBOL),
    ],
)
def test_a_module_that_a_call_imports_must_have_what_is_read(text: str, code: RefusalCode) -> None:
    before = f"from p.old import total\n{text}"

    assert rewrite(before, strings=True) == (before.encode(), [(code, 2)])

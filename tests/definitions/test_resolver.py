from __future__ import annotations

import itertools

import pytest

from archguard.definitions.model import Outcome
from tests.definitions.memory_symbols import MemoryTree

DEFINITION, MODULE, OUTSIDE = Outcome.DEFINITION, Outcome.MODULE, Outcome.OUTSIDE
MISSING, UNDECIDED = Outcome.MISSING, Outcome.UNDECIDED


@pytest.mark.parametrize(
    ("files", "outcome", "target"),
    [
        # What the module makes itself; the last binding counts.
        ({"p/m.py": "class X: pass"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "def X(): pass"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "X = f()"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "class X: pass\nclass X: pass"}, DEFINITION, "p.m:X#2"),
        ({"p/m.py": "if a:\n    class X: pass\nelse:\n    X = 1"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "class X: pass\ndel X"}, MISSING, ""),
        ({"p/m.py": "X: int"}, MISSING, ""),
        ({"p/m.py": ""}, MISSING, ""),
        ({}, MISSING, ""),
        ({"p/m.py": "def f():\n    global X\n    X = 1"}, DEFINITION, "p.m:X"),
        # Re-exports, renamed, relative, over several modules.
        ({"p/m.py": "from p.a import X", "p/a.py": "class X: pass"}, DEFINITION, "p.a:X"),
        ({"p/m.py": "from .a import Y as X", "p/a.py": "class Y: pass"}, DEFINITION, "p.a:Y"),
        ({"p/m.py": "from .a import X", "p/a.py": "from .b import X", "p/b.py": "X = 1"},
         DEFINITION, "p.b:X"),
        ({"p/m.py": "from .gone import X"}, MISSING, ""),
        ({"p/m.py": "from .a import X", "p/a.py": ""}, MISSING, ""),
        ({"p/m.py": "from other import X"}, OUTSIDE, "other:X"),
        # Modules.
        ({"p/m.py": "from . import a as X", "p/a.py": ""}, MODULE, "p.a"),
        ({"p/m/__init__.py": "", "p/m/X.py": ""}, MODULE, "p.m.X"),
        ({"p/m/__init__.py": "from p.m import X", "p/m/X.py": ""}, MODULE, "p.m.X"),
        ({"p/m/__init__.py": "from .X import X", "p/m/X.py": "class X: pass"},
         DEFINITION, "p.m.X:X"),
        ({"p/m/X.py": ""}, MODULE, "p.m.X"),
        ({"p/m.py": "import p.a as X", "p/a.py": ""}, MODULE, "p.a"),
        ({"p/m.py": "import gone as X"}, OUTSIDE, "gone"),
        # Aliases.
        ({"p/m.py": "class Y: pass\nX = Y"}, DEFINITION, "p.m:Y"),
        ({"p/m.py": "import p.a\nX = p.a.Y", "p/a.py": "class Y: pass"}, DEFINITION, "p.a:Y"),
        ({"p/m.py": "from . import a\nX = a.Y", "p/a.py": "class Y: pass"}, DEFINITION, "p.a:Y"),
        ({"p/m.py": "from .a import X\nY = X\nclass X(Y): pass\n", "p/a.py": "X = 1"},
         DEFINITION, "p.m:X"),
        ({"p/m.py": "from .a import X\nX = X", "p/a.py": "class X: pass"}, DEFINITION, "p.a:X"),
        ({"p/m.py": "class Y:\n    class Z: pass\nX = Y.Z"}, DEFINITION, "p.m:Y.Z"),
        ({"p/m.py": "class Y: pass\nX = Y.z"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "X = __name__"}, DEFINITION, "p.m:__name__"),
        ({"p/m.py": "X = dict"}, OUTSIDE, "builtins:dict"),
        ({"p/m.py": "import other\nX = other.a.B"}, OUTSIDE, "other:a.B"),
        ({"p/m.py": "import p.a\nX = p.a.Y", "p/a.py": ""}, MISSING, ""),
        # Stars.
        ({"p/m.py": "from .a import *", "p/a.py": "class X: pass"}, DEFINITION, "p.a:X"),
        ({"p/m.py": "from .a import *\nX = 1", "p/a.py": "class X: pass"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "X = 1\nfrom .a import *", "p/a.py": "class X: pass"}, DEFINITION, "p.a:X"),
        ({"p/m.py": "X = 1\nfrom .a import *", "p/a.py": "class Y: pass"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "from .a import *", "p/a.py": "X = 1\n__all__ = ['Y']"}, MISSING, ""),
        ({"p/m.py": "from .a import *", "p/a.py": "X = 1\n__all__ = f()"}, UNDECIDED, ""),
        ({"p/m.py": "from .a import *", "p/a.py": "X = 1\n__all__ = ['X', *f()]"}, DEFINITION, "p.a:X"),
        ({"p/m.py": "from .a import *", "p/a/__init__.py": "", "p/a/X.py": ""}, MISSING, ""),
        ({"p/m.py": "from .a import *", "p/a/__init__.py": "__all__ = ['X']", "p/a/X.py": ""},
         MODULE, "p.a.X"),
        ({"p/m.py": "from other import *"}, UNDECIDED, ""),
        ({"p/m.py": "from other import *\nclass X: pass"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "class X: pass\nfrom other import *"}, DEFINITION, "p.m:X"),
        ({"p/m.py": "from .a import *", "p/a.py": "from .m import *\nX = 1"}, DEFINITION, "p.a:X"),
        ({"p/m.py": "from .a import *\nfrom .b import *", "p/a.py": "from .c import *",
          "p/b.py": "from .c import *", "p/c.py": "Y = 1"}, MISSING, ""),
        # Circles.
        ({"p/m.py": "from .a import X", "p/a.py": "from .m import X"}, UNDECIDED, ""),
        ({"p/m.py": "from .a import *", "p/a.py": "from .m import *"}, MISSING, ""),
        ({"p/m.py": "from p.m import X"}, MISSING, ""),
        # What nobody can know.
        ({"p/m.py": "def __getattr__(name): ..."}, UNDECIDED, ""),
        ({"p/m.py": "X = 1\ndef __getattr__(name): ..."}, DEFINITION, "p.m:X"),
        ({"p/m.py": "from .a import X", "p/a.py": "globals().update(b)"}, UNDECIDED, ""),
    ],
)  # fmt: skip
def test_a_name_leads_to(files: dict[str, str], outcome: Outcome, target: str) -> None:
    resolution = MemoryTree(files).resolver.resolve("p.m", "X")

    assert (resolution.outcome, resolution.target) == (outcome, target)
    assert bool(resolution.reason) is (outcome in {MISSING, UNDECIDED})


A = {"p/a.py": "class X: pass"}


@pytest.mark.parametrize(
    ("files", "target"),
    [
        ({"p/m.py": "try:\n    from .a import X\nexcept ImportError:\n    class X: pass", **A}, "p.a:X"),
        ({"p/m.py": "try:\n    from .a import X\nexcept ImportError:\n    class X: pass"}, "p.m:X"),
        ({"p/m.py": "try:\n    from .a import Y\nexcept ImportError:\n    class X: pass", **A}, "p.m:X"),
        ({"p/m.py": "class X: pass\ntry:\n    from .a import X\nexcept KeyError:\n    X = 1"}, "p.m:X"),
        ({"p/m.py": "try:\n    X = 1\n    from .gone import Y\nexcept ImportError:\n    pass"}, "p.m:X"),
        ({"p/m.py": "X = 1\ntry:\n    import p.gone\n"
          "    from .a import X\nexcept Exception:\n    pass", **A},
         "p.m:X"),
        ({"p/m.py": "X = 1\ntry:\n    from .gone import Y\n"
          "except:\n    pass\nelse:\n    from .a import X", **A},
         "p.m:X"),
        ({"p/m.py": "try:\n    from .gone import X\nexcept ImportError:\n    X = 1\nfinally:\n"
          "    from .a import X", **A}, "p.a:X"),
        ({"p/m.py": "X = 1\nwith suppress(ImportError):\n    from .gone import X"}, "p.m:X"),
        ({"p/m.py": "X = 1\nwith suppress(ImportError):\n    from .a import X", **A}, "p.a:X"),
        # A `try` in a `try`: the inner handler catches the error.
        ({"p/m.py": "try:\n    try:\n        from .gone import Y\n"
          "    except ImportError:\n        pass\n"
          "    from .a import X\nexcept ImportError:\n    X = 1", **A}, "p.a:X"),
        ({"p/m.py": "try:\n    from .gone import X\nexcept ImportError:\n    try:\n"
          "        from .a import X\n"
          "    except ImportError:\n        X = None", **A}, "p.a:X"),
        # A third-party package is taken to be installed.
        ({"p/m.py": "try:\n    import other\n"
          "except ImportError:\n    from .a import X\nelse:\n    X = 1", **A},
         "p.m:X"),
    ],
)  # fmt: skip
def test_a_binding_in_an_except_counts_only_if_the_try_fails(files: dict[str, str], target: str) -> None:
    resolution = MemoryTree(files).resolver.resolve("p.m", "X")

    assert resolution.definition == target


@pytest.mark.parametrize(
    ("text", "target", "needs_type_checking"),
    [
        ("if TYPE_CHECKING:\n    from .a import X", "p.a:X", True),
        ("if TYPE_CHECKING:\n    from .a import X\nelse:\n    X = None", "p.m:X", False),
        ("X = 1\nif TYPE_CHECKING:\n    from .a import X", "p.m:X", False),
    ],
)
def test_what_only_type_checkers_see_is_followed_if_there_is_nothing_else(
    text: str, target: str, needs_type_checking: bool
) -> None:
    resolution = MemoryTree({"p/m.py": text, **A}).resolver.resolve("p.m", "X")

    assert (resolution.definition, resolution.needs_type_checking) == (target, needs_type_checking)


def test_the_hops_are_the_bindings_passed() -> None:
    tree = MemoryTree(
        {
            "p/m.py": "\nfrom .star import *\n",
            "p/star.py": "from p import alias\nX = alias.Y\n",
            "p/alias.py": "from .a import X as Y\n",
            **A,
        }
    )

    hops = tree.resolver.resolve("p.m", "X").hops

    assert [(hop.symbol, hop.kind.value, hop.line) for hop in hops] == [
        ("p.m:X", "star", 2),
        ("p.star:X", "alias", 2),
        ("p.star:alias", "from-import", 1),
        ("p.alias:Y", "from-import", 1),
        ("p.a:X", "class", 1),
    ]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"p/m.py": "from .gone import X"}, "there is no module p.gone."),
        ({"p/m.py": "from .a import X", "p/a.py": ""}, "p.a does not bind `X`."),
        ({"p/m.py": "from .a import X", "p/a/b.py": ""},
         "the folder p.a has no module X, and no `__init__.py`."),
        ({"p/m.py": "from .. import X"}, "a relative import in p.m leaves the top-level package."),
        ({"p/m.py": "from .a import X", "p/a.py": "def __getattr__(name): ..."},
         "p.a may make `X` at run time."),
        ({"p/m.py": "from other import *"}, "p.m takes all names of other, which are not known."),
        ({"p/m.py": "from .a import X", "p/a.py": "from .m import X"}, "p.m:X leads back to itself."),
    ],
)  # fmt: skip
def test_a_reason_is_given_where_a_name_leads_nowhere(files: dict[str, str], reason: str) -> None:
    assert MemoryTree(files).resolver.resolve("p.m", "X").reason == reason


def test_a_name_of_a_module_that_cannot_be_parsed_is_undecided() -> None:
    tree = MemoryTree({"p/m.py": "from .a import X", "p/a.py": "X = 1"})
    tree.files["p/a.py"] = "X = ("

    resolution = tree.resolver.resolve("p.m", "X")

    assert resolution.outcome is UNDECIDED
    assert resolution.reason == "p.a cannot be read: a syntax error."


@pytest.mark.parametrize(("length", "outcome"), [(90, DEFINITION), (5000, UNDECIDED)])
def test_a_long_row_of_re_exports_ends(length: int, outcome: Outcome) -> None:
    files = {f"p/m{n}.py": f"from .m{n + 1} import X" for n in range(length)}
    tree = MemoryTree({**files, f"p/m{length}.py": "X = 1"})

    assert tree.resolver.resolve("p.m0", "X").outcome is outcome


def test_many_stars_that_cross_end_soon() -> None:
    files = {
        f"p/m{n}.py": "".join(f"from .m{other} import *\n" for other in range(40) if other != n)
        for n in range(40)
    }
    tree = MemoryTree(files)

    assert tree.resolver.resolve("p.m0", "X").outcome is not DEFINITION


@pytest.mark.parametrize(
    ("files", "base"),
    [
        ({"p/m.py": "from .a import X\nclass C(X): pass", **A}, "p.a:X"),
        ({"p/m.py": "from .a import X\nclass C(X[int]): pass", **A}, "p.a:X"),
        ({"p/m.py": "import p.a\nclass C(p.a.X): pass", **A}, "p.a:X"),
        ({"p/m.py": "from .a import C\nclass C(C): pass", "p/a.py": "class C: pass"}, "p.a:C"),
        ({"p/m.py": "class X:\n    class Y: pass\n    class C(Y): pass"}, "p.m:X.Y"),
        ({"p/m.py": "def f():\n    class X: pass\n    class C(X): pass\n"}, "p.m:f.<locals>.X"),
        ({"p/m.py": "class X: pass\ndef f():\n    class C(X): pass\n"}, "p.m:X"),
        ({"p/m.py": "from abc import ABC\nclass C(ABC): pass"}, "abc:ABC"),
        ({"p/m.py": "class C(Exception): pass"}, "builtins:Exception"),
        ({"p/m.py": "class C(make()): pass"}, ""),
        ({"p/m.py": "def f():\n    from other import X\n    class C(X): pass\n"}, ""),
    ],
)  # fmt: skip
def test_a_base_leads_to(files: dict[str, str], base: str) -> None:
    tree = MemoryTree(files)
    symbols = tree.symbols.get("p.m")
    assert symbols is not None
    (definition,) = (one for one in symbols.definitions if one.name == "C")

    (resolution,) = tree.resolver.resolve_bases(definition)

    assert resolution.target == base


_GUARDED = "try:\n    from p.{} import Cart\nexcept ImportError:\n    class Cart: ...\n"


@pytest.mark.parametrize(
    "files",
    [
        {"p/a.py": _GUARDED.format("a") + "class Inner(Cart): ...\n"},
        {"p/a.py": _GUARDED.format("b"), "p/b.py": _GUARDED.format("a")},
        {
            "p/a.py": _GUARDED.format("b"),
            "p/b.py": "from p.c import *\n",
            "p/c.py": "from p.a import Cart\n",
        },
    ],
    ids=["itself", "each other", "through a star"],
)
def test_no_answer_depends_on_what_was_asked_before_it(files: dict[str, str]) -> None:
    questions = [(f"p.{module}", "Cart") for module in "abc"]
    alone = {one: MemoryTree(files).resolver.resolve(*one) for one in questions}

    for order in itertools.permutations(questions):
        tree = MemoryTree(files)
        for definition in tree.symbols.read(["p.a"])["p.a"].definitions:
            tree.resolver.resolve_bases(definition)
        assert {one: tree.resolver.resolve(*one) for one in order} == alone

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from archguard.definitions.importers import FromImports, Paths, find_paths
from tests.definitions.memory_symbols import MemoryTree

if TYPE_CHECKING:
    from archguard.definitions.model import ModuleSymbols

ENGINE = "p.core:Engine"
TREE = {
    "p/core.py": "class Engine: pass\nOld = Engine\n",
    "p/facade.py": "from .core import Engine\n",
    "p/star.py": "from .facade import *\n",
    "p/dotted.py": "import p.core\nMotor = p.core.Engine\n",
    "p/typed.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .core import Engine\n",
    "p/other.py": "class Engine: pass\n",
    "p/u1.py": "from p.core import Engine\nfrom p.core import Engine as E\n",
    "p/u2.py": "def f():\n    from .star import Engine\n    from p.core import Old\n",
    "p/u3.py": "from p.dotted import Motor\n",
    "p/u4.py": "from p.typed import Engine\n",
    "p/u5.py": "from p.other import Engine\n",
    "p/u6.py": "import p.core\np.core.Engine()\n",
}


def _find(files: dict[str, str], *definitions: str, homes: tuple[str, ...] = ()) -> dict[str, Paths]:
    tree = MemoryTree(files)
    from_imports = FromImports(tree.analysis.raw_imports)
    return find_paths(definitions, from_imports, tree.resolver, tree.symbols, homes)


def test_the_importers_of_a_definition_are_found_by_every_path() -> None:
    paths = _find(TREE, ENGINE)[ENGINE]

    assert [(one.module, one.path, one.line) for one in paths.importers] == [
        ("p.facade", "p.core:Engine", 1),
        ("p.typed", "p.core:Engine", 3),
        ("p.u1", "p.core:Engine", 1),
        ("p.u2", "p.core:Old", 3),
        ("p.u2", "p.star:Engine", 2),
        ("p.u3", "p.dotted:Motor", 1),
        ("p.u4", "p.typed:Engine", 1),
    ]


def test_the_homes_of_a_definition_are_the_other_names_that_lead_to_it() -> None:
    modules = ("p.core", "p.facade", "p.star", "p.dotted", "p.typed", "p.other", "p.u1")

    homes = _find(TREE, ENGINE, homes=modules)[ENGINE].homes

    assert {name: resolution.needs_type_checking for name, resolution in homes} == {
        "p.core:Old": False,
        "p.dotted:Motor": False,
        "p.facade:Engine": False,
        "p.star:Engine": False,
        "p.typed:Engine": True,
        "p.u1:E": False,
        "p.u1:Engine": False,
    }


def test_several_definitions_are_searched_for_at_once() -> None:
    other = "p.other:Engine"
    paths = _find(TREE, ENGINE, other)

    assert [one.module for one in paths[other].importers] == ["p.u5"]
    assert paths[ENGINE] == _find(TREE, ENGINE)[ENGINE]


def test_only_modules_that_can_lead_to_the_definition_are_read() -> None:
    tree = MemoryTree({**TREE, "p/unrelated.py": "from .other import Engine\n"})
    asked: Counter[str] = Counter()
    get = tree.symbols.get

    def count(module: str) -> ModuleSymbols | None:
        asked[module] += 1
        return get(module)

    tree.symbols.get = count  # type: ignore[method-assign]
    find_paths([ENGINE], FromImports(tree.analysis.raw_imports), tree.resolver, tree.symbols)

    assert {"p.core", "p.facade", "p.star", "p.dotted", "p.typed"} <= asked.keys()
    assert asked.keys().isdisjoint({"p.unrelated", "p.other", "p.u1", "p.u2", "p.u5", "p.u6"})


def test_modules_that_import_each_other_end() -> None:
    files = {
        "p/a.py": "class Engine: pass\nfrom .b import *\n",
        "p/b.py": "from .a import *\nfrom .c import Engine\n",
        "p/c.py": "from .b import Engine\n",
        "p/u.py": "from .b import Engine\n",
    }

    assert _find(files, "p.a:Engine")["p.a:Engine"].importers == ()

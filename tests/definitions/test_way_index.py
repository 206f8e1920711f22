from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from archguard.definitions.way_index import WayIndex
from archguard.definitions.ways import PassingImport, Ways
from archguard.graph.import_graph import build_graph
from tests.definitions.memory_symbols import MemorySymbols
from tests.functional.memory_trees import analyse_texts

if TYPE_CHECKING:
    from archguard.definitions.model import ModuleSymbols
    from archguard.graph.model import RawImport

SYMBOL = "p.core:Engine"
TREE = {
    "p/__init__.py": "",
    "p/core.py": "class Engine: pass\n",
    "p/facade.py": "from .core import Engine\n",
    "p/user.py": "from p.facade import Engine\n",
    "p/unrelated.py": "from .other import Engine\n",
    "p/other.py": "class Engine: pass\n",
}


def _search(files: dict[str, str]) -> tuple[Ways, Counter[str]]:
    """Return the ways to the symbol, and how often each module was read."""
    analysis = analyse_texts(files, [], [SYMBOL])
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))
    symbols = MemorySymbols(analysis, files)
    asked: Counter[str] = Counter()
    get = symbols.get

    def count(module: str) -> ModuleSymbols | None:
        asked[module] += 1
        return get(module)

    symbols.get = count  # type: ignore[method-assign]
    return WayIndex().find_symbol(("p.core", "Engine"), analysis, graph, symbols), asked


def test_only_modules_that_may_lead_to_the_symbol_are_read() -> None:
    ways, asked = _search(TREE)

    assert ways.imports == (
        PassingImport("p.facade", 1, False, (SYMBOL,)),
        PassingImport("p.user", 1, False, ("p.facade:Engine", SYMBOL)),
    )
    assert asked.keys() == {"p.core", "p.facade"}


@pytest.mark.parametrize(
    ("changed", "raw", "may_change"),
    [
        ("p.core", (), True),
        ("p.facade", (), True),
        ("p.user", (), True),
        ("p.other", (), False),
        ("p.new", (("p.facade.Engine", 1, False, True),), True),
        ("p.new", (("p.user.Engine", 1, False, True),), True),
        ("p.new", (("p.core.*", 1, False, True),), True),
        ("p.new", (("p", 1, False, False),), True),
        ("p.new", (("p.facade", 1, False, True),), True),
        ("p.new", (("p.other.Engine", 1, False, True),), False),
        ("p.new", (("json", 1, False, False),), False),
    ],
)
def test_ways_are_searched_for_again_if_a_change_concerns_them(
    changed: str, raw: tuple[RawImport, ...], may_change: bool
) -> None:
    ways, _ = _search(TREE)

    assert ways.may_change({changed}, raw) is may_change

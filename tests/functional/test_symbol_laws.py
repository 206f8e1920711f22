"""A deprecated symbol: of random trees an independent reader counts the same, and the laws hold."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from archguard.checking.judged_contract import judge_contract
from archguard.definitions.name_walk import NameWalk
from archguard.definitions.passing_walk import PassingWalk, SymbolGoal, WayFinder
from archguard.definitions.way_search import WaySearch
from archguard.graph.import_graph import build_graph
from tests.contract_types.graphs import loaded
from tests.functional.memory_definitions import MemoryDefinitions
from tests.functional.memory_trees import UNREADABLE, analyse_texts
from tests.functional.symbol_ways import SymbolWays

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archguard.checking.judged_contract import JudgedContract

SYMBOL = "p.b:A"
NAMES = ("A", "B", "_C")
MODULES = ("p.a", "p.b", "p.q", "p.c", "p.d", "p.e")
"""Each of them imports those before it only; `p.q` is a package with the module `p.q.A`."""
SEEDS = range(25)


def _write_module(rng: random.Random, number: int) -> str:
    """Return the text of a module that imports earlier ones."""
    earlier = MODULES[:number]
    bound: set[str] = set()
    lines: list[str] = []
    for _ in range(rng.randrange(6)):
        kinds = ["class"]
        kinds += ["alias", "del"] if bound else []
        kinds += ["from", "from", "star", "dotted", "try", "function"] if earlier else []
        kind, name, asked = rng.choice(kinds), rng.choice(NAMES), rng.choice(NAMES)
        base = rng.choice(earlier) if earlier else ""
        if kind == "class":
            lines.append(f"class {name}: pass")
        elif kind == "alias":
            lines.append(f"{name} = {rng.choice(sorted(bound))}")
        elif kind == "del":
            name = rng.choice(sorted(bound))
            lines.append(f"del {name}")
            bound.discard(name)
            continue
        elif kind == "from":
            lines.append(f"from {base} import {asked} as {name}")
        elif kind == "star":
            lines.append(f"from {rng.choice(sorted({*earlier} - {'p.q'}))} import *")
            continue
        elif kind == "dotted":
            lines += [f"import {base}", f"{name} = {base}.{asked}"]
        elif kind == "function":
            lines += ["def use():", f"    from {base} import {asked}"]
            continue
        else:
            lines += ["try:", f"    from {base} import {asked} as {name}", "except ImportError:"]
            lines += [f"    class {name}: pass"]
        bound.add(name)
    if bound and rng.random() < 0.5:
        lines.append(f"__all__ = {rng.sample(sorted(bound), rng.randint(0, len(bound)))}")
    return "".join(f"{line}\n" for line in lines)


def _write_tree(seed: int) -> dict[str, str]:
    """Return a tree; the same for the same seed, whatever else the process has loaded."""
    rng = random.Random(seed)
    files = {_find_path(module): _write_module(rng, number) for number, module in enumerate(MODULES)}
    return {**files, "p/__init__.py": "", "p/q/A.py": "class A: pass\n"}


def _find_path(module: str) -> str:
    return "p/q/__init__.py" if module == "p.q" else f"{module.replace('.', '/')}.py"


class _Result(NamedTuple):
    importers: set[str]
    unknown: set[str]
    """The importers of which nobody can know."""


def _judge(
    files: Mapping[str, str], others: Sequence[str] = (), other_symbols: Sequence[str] = ()
) -> _Result:
    """Judge a tree by a contract that deprecates the symbol, beside contracts for others."""
    judged = _judge_contract(files, others, other_symbols)
    edges = judged.list_edges(judged.verdict)
    assert {edge.imported for edge in edges} <= {SYMBOL}
    return _Result({edge.importer for edge in edges}, {edge.importer for edge in judged.undecided})


def _judge_contract(
    files: Mapping[str, str], others: Sequence[str] = (), other_symbols: Sequence[str] = ()
) -> JudgedContract:
    analysis = analyse_texts(files, others, sorted({SYMBOL, *other_symbols}))
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))
    contract = loaded("deprecated", deprecated_symbols=[SYMBOL])
    definitions = MemoryDefinitions(analysis, files)
    return judge_contract(contract, graph, analysis, definitions=definitions)


def _agree(files: Mapping[str, str]) -> None:
    assert _judge(files).importers == SymbolWays(files, SYMBOL).find_importers()


def test_the_independent_reader_finds_the_same_importers() -> None:
    for seed in SEEDS:
        _agree(_write_tree(seed))


_WRITTEN = {
    "p/__init__.py": "",
    "p/b.py": "class A: pass\nB = A\n",
    "p/c.py": "from p.b import A as C\n",
    "p/d.py": "from p.b import *\n",
    "p/e.py": "import p.g\nE = p.b.A\n",
    "p/f.py": "try:\n    from p.b import A\nexcept ImportError:\n    A = None\n",
    "p/g.py": "",
    "p/u1.py": "from p.c import C\n",
    "p/u2.py": "def use():\n    from p.d import A, B\n",
    "p/u3.py": "from p.e import E\n",
    "p/u4.py": "from p.d import *\n",
    "p/u5.py": "from p.f import A\n",
    "p/u6.py": "from p import b\nb.A\n",
    "p/u7.py": "from p.d import missing\n",
}
_GONE = {**_WRITTEN, "p/b.py": ""}
_IMPORTERS = {"p.c", "p.d", "p.f", "p.u1", "p.u2", "p.u3", "p.u4", "p.u5"}


def test_every_way_to_write_an_import_counts_and_attribute_use_does_not() -> None:
    assert _judge(_WRITTEN).importers == _IMPORTERS
    _agree(_WRITTEN)


# Written, not drawn: which trees are drawn depends on what else the process has loaded.
@pytest.mark.parametrize(
    ("owner", "function", "shortcut", "files"),
    [
        # a symbol that was deleted leads nowhere
        (PassingWalk, "_follow_name", NameWalk._follow_name, _GONE),
        # a star carries nothing
        (WayFinder, "may_export", lambda *_: False, _WRITTEN),
        (WaySearch, "_find_leading", lambda *_, **__: [], _WRITTEN),
        # only what imports the module itself is looked at
        (WaySearch, "_select_imported", lambda *_: set(), _WRITTEN),
        # no module is reached by its attributes
        (WaySearch, "_find_plain_importers", lambda *_: set(), _WRITTEN),
        (SymbolGoal, "is_reached", lambda *_: False, _WRITTEN),
    ],
)
def test_a_wrong_shortcut_is_found(
    owner: type,
    function: str,
    shortcut: object,
    files: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _agree(files)
    monkeypatch.setattr(owner, function, shortcut)

    with pytest.raises(AssertionError):
        _agree(files)


def test_violations_do_not_depend_on_the_contracts_beside_them() -> None:
    for files in map(_write_tree, SEEDS):
        alone = _judge(files)

        assert _judge(files, ["p.b", "p.*", "p.q.A"], ["p.a:A", "p.q:A", "p.c:B"]) == alone


def _delete_symbol(text: str) -> str:
    """Delete what binds the symbol, but for its name in `__all__`, by which a star asks for it."""
    lines = text.splitlines()
    return "".join(f"{line}\n" for line in lines if not line.startswith(("class A:", "A = ")))


def test_deleting_the_symbol_alone_adds_and_fixes_nothing() -> None:
    for files in map(_write_tree, SEEDS):
        before = {**files, "p/b.py": _keep_definitions(files["p/b.py"])}
        after = {**before, "p/b.py": _delete_symbol(before["p/b.py"])}

        assert _judge(after).importers == _judge(before).importers
        _agree(after)


def _keep_definitions(text: str) -> str:
    """Return a module that defines the symbol, and the `__all__` of another one."""
    exports = [line for line in text.splitlines() if line.startswith("__all__")]
    return "\n".join(["class A: pass", "class B: pass", *exports, ""])


def test_deleting_its_module_adds_and_fixes_nothing() -> None:
    for files in map(_write_tree, SEEDS):
        text = _keep_definitions(files["p/b.py"]).partition("__all__")[0]
        before = {**files, "p/b.py": text}
        after = {path: text for path, text in before.items() if path != "p/b.py"}

        assert _judge(after).importers == _judge(before).importers


@pytest.mark.parametrize("module", MODULES)
def test_a_module_that_becomes_unreadable_fixes_nothing(module: str) -> None:
    for files in map(_write_tree, SEEDS):
        before = _judge(files)
        after = _judge({**files, _find_path(module): UNREADABLE})

        assert before.importers <= after.importers | after.unknown | {module}


def test_a_way_through_an_unreadable_module_is_unknown() -> None:
    chain = {
        "p/__init__.py": "",
        "p/b.py": "class A: pass\n",
        "p/c.py": "from p.b import A as C\n",
        "p/d.py": "from p.c import C as D\n",
        "p/u.py": "from p.d import D\n",
    }
    assert _judge(chain) == ({"p.c", "p.d", "p.u"}, set())

    after = _judge({**chain, "p/c.py": UNREADABLE})

    assert after == (set(), {"p.d", "p.u"})


@pytest.mark.parametrize("unreadable", ["p/b.py", "p/c.py"])
def test_an_unreadable_star_hides_the_names_above_it(unreadable: str) -> None:
    files = {
        "p/__init__.py": "",
        "p/b.py": "class A: pass\n",
        "p/c.py": "from p.b import A\n",
        "p/d.py": f"class A: pass\nfrom {unreadable[:3].replace('/', '.')} import *\n",
        "p/u.py": "from p.d import A\n",
    }
    assert "p.u" in _judge(files).importers

    assert "p.u" in _judge({**files, unreadable: UNREADABLE}).unknown


def test_each_place_says_by_which_way() -> None:
    judged = _judge_contract(_WRITTEN)

    assert judged.imports is not None
    assert judged.imports.ways["p.u2", SYMBOL, 2] == (("p.d:A", SYMBOL), ("p.d:B", "p.b:B", SYMBOL))
    assert judged.imports.ways["p.u1", SYMBOL, 1] == (("p.c:C", SYMBOL),)
    assert judged.imports.ways["p.u4", SYMBOL, 1] == (("p.d:A", SYMBOL), ("p.d:B", "p.b:B", SYMBOL))

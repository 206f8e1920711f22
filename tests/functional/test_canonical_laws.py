"""The laws of a violation for contracts that are judged on definitions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from archguard.checking.judged_contract import judge_contract
from archguard.checking.unread_modules import UnreadModules
from archguard.graph.import_graph import build_graph
from archguard.history.missing_violations import make_unknown_test
from archguard.ledger import UnreadSoFar
from tests.contract_types.graphs import loaded
from tests.definitions.memory_symbols import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from archguard.checking.judged_contract import JudgedContract
    from archguard.contract_types.loaded_contract import LoadedContract

_MODULES = ("p.cart", "p.old", "p.old.x", "p.compat", "p.user", "p.tests.fake")
_LINES = (
    "from p.cart import Cart",
    "from p.old import *",
    "from p.compat import Protocol",
    "from p.compat import Protocol as Role, ABC",
    "from p.old.x import Cart as OldCart",
    "import p.old.x",
    "from typing import Protocol",
    "from abc import ABC",
    "class Cart: ...",
    "class OldCart: ...",
    "class OldCart(Protocol): ...",
    "class XCart(Role): ...",
    "class XCart(ABC):\n    def f(self): ...",
    "class YCart(p.old.x.Protocol): ...",
    "class Shelf:\n    class InnerCart(Cart): ...",
    "try:\n    from p.cart import Cart\nexcept ImportError:\n    class Cart: ...",
    "AliasCart = Cart",
)
_CANONICAL = ("p.cart:Cart", "p.old.x:Cart", "p:Cart", "p.compat:OldCart")
_MATCHES = ("*Cart", "Old*", "Cart", "[XY]Cart")

_texts = st.lists(st.sampled_from(_LINES), max_size=4).map("\n".join)
_trees = st.dictionaries(st.sampled_from(_MODULES), _texts, min_size=2).map(
    lambda texts: {f"{module.replace('.', '/')}.py": text for module, text in texts.items()}
)
_options = st.fixed_dictionaries(
    {
        "canonical": st.lists(st.sampled_from(_CANONICAL), min_size=1, max_size=2, unique=True),
        "matches": st.lists(st.sampled_from(_MATCHES), min_size=1, max_size=2, unique=True),
        "include_tests": st.sampled_from(["true", "false"]),
        "count_aliases": st.sampled_from(["true", "false"]),
    }
)


class _Judge:
    """Judges one tree by several contracts, one after the other."""

    def __init__(self, files: Mapping[str, str], unreadable: Collection[str] = ()) -> None:
        self._tree = MemoryTree(files, unreadable)
        imports = sorted(self._tree.analysis.imports.items())
        self._graph = build_graph(self._tree.analysis.importable_names, imports)

    def judge(self, options: Mapping[str, object]) -> JudgedContract:
        return judge_contract(
            _load(tuple((key, str(value), _freeze(value)) for key, value in sorted(options.items()))),
            self._graph,
            self._tree.analysis,
            definitions=self._tree,
        )

    def is_unknown(self, judged: JudgedContract, edge: tuple[str, str]) -> bool:
        nothing = UnreadModules(frozenset())
        test = make_unknown_test(judged, self._tree.analysis, nothing, UnreadSoFar())
        return test(edge, False)  # type: ignore[arg-type]


def _freeze(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


@cache
def _load(options: tuple[tuple[str, str, object], ...]) -> LoadedContract:
    values: dict[str, Any] = {key: list(v) if isinstance(v, tuple) else v for key, _, v in options}
    return loaded("canonical", **values)._replace(tolerates_missing=True)


@given(files=_trees, options=_options, others=st.lists(_options, max_size=2))
def test_a_contract_s_classes_do_not_depend_on_the_contracts_beside_it(
    files: dict[str, str], options: dict[str, object], others: list[dict[str, object]]
) -> None:
    together = _Judge(files)
    for other in others:
        together.judge(other)

    assert together.judge(options) == _Judge(files).judge(options)


@given(
    files=_trees,
    options=_options,
    unreadable=st.sampled_from([*_MODULES, "p.home"]),
)
def test_a_file_that_becomes_unreadable_fixes_and_adds_nothing(
    files: dict[str, str], options: dict[str, object], unreadable: str
) -> None:
    # A name that only the unreadable file explains is no longer an interface.
    files = {
        path: text.replace(" as Role", "").replace("Role", "Protocol") for path, text in files.items()
    }
    files["p/home.py"] = "class Cart: ..."
    options = {**options, "canonical": ["p.home:Cart"], "count_aliases": "false"}
    before = _Judge(files).judge(options)
    now = _Judge(files, {unreadable})
    judged = now.judge(options)

    gone = before.edges - judged.edges
    assert gone == {edge for edge in before.edges if edge.importer == unreadable}
    assert all(now.is_unknown(judged, edge) for edge in gone)
    assert judged.edges <= before.edges


def test_deleting_the_canonical_module_adds_and_fixes_nothing() -> None:
    others = {"p/old.py": "from p.cart import Cart\nclass OldCart(Cart): ...", "p/tests/a.py": _LINES[8]}
    options = {"canonical": ["p.cart:Cart"], "matches": ["*Cart"]}
    before = _Judge({**others, "p/cart.py": "class Cart: ..."}).judge(options)
    after = _Judge(others).judge(options)

    assert [edge.imported for edge in before.edges] == ["p.old:OldCart"]
    assert after.edges == before.edges
    assert after.family is not None
    assert list(after.family.missing) == ["p.cart:Cart"]

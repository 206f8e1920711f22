"""The laws of a violation for contracts that are judged on definitions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from archguard.checking.judged_contract import judge_contract
from archguard.checking.unread_modules import UnreadModules
from archguard.checking.violations import make_contract_report
from archguard.graph.import_graph import build_graph
from archguard.history.missing_violations import make_unknown_test
from archguard.ledger import UnreadSoFar
from tests.contract_types.graphs import loaded
from tests.definitions.memory_symbols import MemoryTree

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from archguard.checking.judged_contract import JudgedContract
    from archguard.contract_types.loaded_contract import LoadedContract

_MODULES = ("p", "p.cart", "p.old", "p.old.x", "p.compat", "p.user", "p.tests.fake")
_LINES = (
    "from p.cart import Cart",
    "from p.old import *",
    "from p.compat import Protocol",
    "from p.compat import Protocol as Role, ABC",
    "from p.old.x import Cart as OldCart",
    "from p.old.x import Cart as Basket",
    "from p.user import Basket as Cart",
    "from p.compat import *",
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
_CANONICAL = ("p.cart:Cart", "p.old.x:Cart", "p:Cart", "p.compat:OldCart", "p.user:Basket")
_MATCHES = ("*Cart", "Old*", "Cart", "[XY]Cart")


def _find_path(module: str) -> str:
    return f"{module.replace('.', '/')}.py" if "." in module else f"{module}/__init__.py"


_texts = st.lists(st.sampled_from(_LINES), max_size=4).map("\n".join)
_trees = st.dictionaries(st.sampled_from(_MODULES), _texts, min_size=2).map(
    lambda texts: {_find_path(module): text for module, text in texts.items()}
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

    def __init__(
        self,
        files: Mapping[str, str],
        unreadable: Collection[str] = (),
        unknown: Collection[str] = (),
    ) -> None:
        self._tree = MemoryTree(files, unreadable, unknown)
        self.analysis = self._tree.analysis
        imports = sorted(self.analysis.imports.items())
        self._graph = build_graph(self.analysis.importable_names, imports)

    def judge(self, options: Mapping[str, object]) -> JudgedContract:
        return judge_contract(
            _load(tuple((key, str(value), _freeze(value)) for key, value in sorted(options.items()))),
            self._graph,
            self.analysis,
            definitions=self._tree,
        )

    def is_unknown(self, judged: JudgedContract, edge: tuple[str, str]) -> bool:
        nothing = UnreadModules(frozenset())
        test = make_unknown_test(judged, self.analysis, nothing, UnreadSoFar(), judged.undecided)
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


@given(files=_trees, options=_options, module=st.sampled_from(_MODULES), is_known=st.booleans())
def test_a_file_that_becomes_unreadable_fixes_and_adds_nothing(
    files: dict[str, str], options: dict[str, object], module: str, is_known: bool
) -> None:
    before = _Judge(files).judge(options)
    if _find_path(module) not in files:
        module = "p"
    now = _Judge(files, {module}) if is_known else _Judge(files, unknown={module})
    judged = now.judge(options)

    assert judged.edges <= before.edges
    assert all(now.is_unknown(judged, edge) for edge in before.edges - judged.edges)
    assert judged.edges == before.edges or make_contract_report(judged, now.analysis).lower_bound


def test_deleting_the_canonical_module_adds_and_fixes_nothing() -> None:
    others = {"p/old.py": "from p.cart import Cart\nclass OldCart(Cart): ...", "p/tests/a.py": _LINES[8]}
    options = {"canonical": ["p.cart:Cart"], "matches": ["*Cart"]}
    before = _Judge({**others, "p/cart.py": "class Cart: ..."}).judge(options)
    after = _Judge(others).judge(options)

    assert [edge.imported for edge in before.edges] == ["p.old:OldCart"]
    assert after.edges == before.edges
    assert after.family is not None
    assert list(after.family.missing) == ["p.cart:Cart"]

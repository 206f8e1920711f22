"""The laws of a violation: what a count may depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.snapshot.graphs import GraphBuilder
from tests.functional.memory_trees import analyse_texts, judge_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

MODULES = ("p.user", "p.other.user", "p.old", "p.old.x", "p.old.y", "p.old.deep.z", "p.engine", "p.ns.x")
PACKAGES = ("p", "p.old", "p.old.deep", "p.other", "p.ns")
ITEMS = ("x", "y", "deep", "engine", "old", "Klass", "*")
BINDINGS = (
    "Klass = 1",
    "x = 1",
    "from .engine import engine",
    "from . import x",
    "from .x import *",
    "from p.user import *",
    "from p.elsewhere import engine",
    "__all__ = ['x', 'Klass', 'engine']",
    "def __getattr__(name): ...",
)
EXPRESSIONS = ("p.old", "p.old.x", "p.old.*", "p.old.**", "p.*.x", "p.engine", "p.ns.x", "p.old.deep")
PLAIN = tuple(expression for expression in EXPRESSIONS if "*" not in expression)

_bases = st.sampled_from([*MODULES, *PACKAGES])
_from_imports = st.builds(
    lambda base, item: f"from {base} import {item}", _bases, st.sampled_from(ITEMS)
)
_plain_imports = st.builds(lambda name: f"import {name}", _bases)
_plain_statements = st.lists(_plain_imports, max_size=4).map("\n".join)
_statements = st.lists(st.one_of(_from_imports, _plain_imports), max_size=4).map("\n".join)


def _path(module: str, *, is_package: bool) -> str:
    return f"{module.replace('.', '/')}{'/__init__' if is_package else ''}.py"


@st.composite
def _trees(draw: st.DrawFn, bindings: tuple[str, ...] = BINDINGS) -> dict[str, str]:
    """Draw a tree: modules with imports, packages with and without `__init__.py` that bind names."""
    files = {
        _path(module, is_package=False): draw(
            _statements if bindings or module not in PACKAGES else _plain_statements
        )
        for module in draw(st.sets(st.sampled_from(MODULES), min_size=2))
    }
    for package in draw(st.sets(st.sampled_from(PACKAGES))):
        lines = draw(st.lists(st.sampled_from(bindings), max_size=2)) if bindings else []
        imports = draw(_statements if bindings else _plain_statements)  # `from` binds a name, too
        files[_path(package, is_package=True)] = "\n".join([*lines, imports])
    return files


_contracts = st.sets(st.sampled_from(EXPRESSIONS), min_size=1, max_size=3).map(sorted)


@given(files=_trees(), contract=_contracts, others=_contracts)
def test_a_contract_s_violations_do_not_depend_on_the_contracts_beside_it(
    files: dict[str, str], contract: list[str], others: list[str]
) -> None:
    assert judge_texts(files, contract) == judge_texts(files, contract, others)


@given(files=_trees(), contract=_contracts)
def test_the_uploaded_graph_does_not_depend_on_the_contracts(
    files: dict[str, str], contract: list[str]
) -> None:
    with_contract = GraphBuilder().build(analyse_texts(files, contract))

    assert with_contract == GraphBuilder().build(analyse_texts(files, []))


def _delete(files: Mapping[str, str], module: str) -> dict[str, str]:
    path = module.replace(".", "/")
    return {
        name: text
        for name, text in files.items()
        if name != f"{path}.py" and not name.startswith(f"{path}/")
    }


# The parent packages bind nothing: what they bind themselves is the exception to the law.
@given(
    files=_trees(bindings=()),
    contract=st.sets(st.sampled_from(PLAIN), min_size=1, max_size=3).map(sorted),
    data=st.data(),
)
def test_deleting_a_deprecated_module_adds_and_fixes_nothing(
    files: dict[str, str], contract: list[str], data: st.DataObject
) -> None:
    deleted = data.draw(st.sampled_from(contract))
    after = _delete(files, deleted)

    # An importer that lies in what is deleted goes with it, and is none of this contract's.
    assert judge_texts(after, contract).edges == judge_texts(files, contract).edges


@given(
    files=_trees(bindings=()),
    module=st.sampled_from(["p.old.x", "p.old.y"]),
    wildcard=st.sampled_from(["p.old.*", "p.old.**"]),
)
def test_under_a_wildcard_deleting_one_module_adds_and_fixes_nothing(
    files: dict[str, str], module: str, wildcard: str
) -> None:
    before = {**files, "p/old/__init__.py": "", "p/old/rest.py": ""}
    before.pop("p/old.py", None)

    assert (
        judge_texts(_delete(before, module), [wildcard]).edges == judge_texts(before, [wildcard]).edges
    )


@pytest.mark.parametrize(
    "contract", [["p.old", "p.old.x"], ["p.engine", "p.old.x"], ["p.old.x"], ["p.*.x"]]
)
def test_a_star_asks_for_what_its_names_ask_for(contract: list[str]) -> None:
    files = {
        "p/engine.py": "",
        "p/old/__init__.py": "__all__ = ['x', 'y']",
        "p/old/x.py": "",
        "p/old/y.py": "",
    }
    starred = judge_texts({**files, "p/user.py": "from p.old import *"}, contract)

    assert ("p.user", "p.old.x") in starred.edges
    assert starred.edges == judge_texts({**files, "p/user.py": "from p.old import x, y"}, contract).edges

"""The laws of a violation: what a count may depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.snapshot.graphs import GraphBuilder
from tests.functional.drawn_trees import PLAIN, contracts, trees
from tests.functional.memory_trees import analyse_texts, judge_texts

if TYPE_CHECKING:
    from collections.abc import Mapping


@given(files=trees(), contract=contracts, others=contracts)
def test_a_contract_s_violations_do_not_depend_on_thecontracts_beside_it(
    files: dict[str, str], contract: list[str], others: list[str]
) -> None:
    assert judge_texts(files, contract) == judge_texts(files, contract, others)


@given(files=trees(), contract=contracts)
def test_the_uploaded_graph_does_not_depend_on_thecontracts(
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
    files=trees(bindings=()),
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
    files=trees(bindings=()),
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

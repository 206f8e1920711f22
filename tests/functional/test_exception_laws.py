"""What holds for the exceptions and kinds of every contract, on random trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archguard.checking.judged_contract import judge_contract
from archguard.configuration.contract_exception import IMPORT_KINDS, ContractException
from archguard.graph.import_graph import build_graph
from tests.checking.test_kinds import write_statement
from tests.contract_types.graphs import Session, loaded
from tests.functional.memory_trees import analyse_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archguard.checking.judged_contract import JudgedContract
    from archguard.contract_types.loaded_contract import LoadedContract

MODULES = ("p.api", "p.api.x", "p.legacy", "p.legacy.x", "p.legacy.y", "p.one", "p.two", "p.two.x")
KINDS = tuple(kind for kind in IMPORT_KINDS if kind != "lazy")  # which concerns all imports of a file
CONTRACTS: dict[str, dict[str, Any]] = {
    "deprecated": {"deprecated_modules": ["p.legacy"]},
    "deprecated each": {"deprecated_modules": ["p.legacy.*", "p.gone"]},
    "forbidden": {"source_modules": ["p.api"], "forbidden_modules": ["p.legacy"]},
    "layers": {"layers": ["p.legacy", "p.one | p.two", "p.api"]},
    "independence": {"modules": ["p.api", "p.legacy", "p.two"]},
    "protected": {
        "protected_modules": ["p.legacy"],
        "allowed_importers": ["p.one"],
        "as_packages": "True",
    },
    "acyclic_siblings": {"ancestors": ["p"]},
}
_SETTINGS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class Statement(NamedTuple):
    """An import in a module."""

    importer: str
    imported: str
    kind: str
    comment: bool

    def write(self) -> str:
        """Return its text."""
        text = write_statement(self.kind, self.imported)
        line = f"import {self.imported}\n"
        allow = f"import {self.imported}  # archguard: allow[contract]: reason\n"
        return text.replace(line, allow) if self.comment else text


_STATEMENTS = st.lists(
    st.builds(
        Statement,
        st.sampled_from(MODULES),
        st.sampled_from((*MODULES, "p.gone", "p.legacy.gone")),
        st.sampled_from(KINDS),
        st.booleans(),
    ),
    min_size=4,
    max_size=24,
)
_EXPRESSIONS = st.sampled_from((*MODULES, "p.*", "p.**", "p.legacy.*", "p.two.*"))
_EXCEPTIONS = st.lists(st.builds(ContractException, _EXPRESSIONS, _EXPRESSIONS), max_size=3)


def judge(statements: Sequence[Statement], contract: LoadedContract) -> JudgedContract:
    """Judge the tree that some statements make."""
    packages = {name.rpartition(".")[0] for name in MODULES}
    files = {
        name.replace(".", "/") + ("/__init__.py" if name in packages else ".py"): "".join(
            one.write() for one in statements if one.importer == name
        )
        for name in ("p", *MODULES)
    }
    analysis = analyse_texts(files, contract.deprecated_modules)
    graph = build_graph(analysis.importable_names, sorted(analysis.imports.items()))
    return judge_contract(contract, graph, analysis)


def load(name: str) -> LoadedContract:
    """Return one of the contracts."""
    contract = loaded(name.partition(" ")[0], Session(("p",)), **CONTRACTS[name])
    return contract._replace(short_ids=frozenset({"contract"}))


@pytest.mark.parametrize("name", CONTRACTS)
@_SETTINGS
@given(statements=_STATEMENTS, exceptions=_EXCEPTIONS)
def test_violations_and_allowed_are_the_violations_without_exceptions(
    name: str, statements: list[Statement], exceptions: list[ContractException]
) -> None:
    contract = load(name)._replace(exceptions=tuple(exceptions))
    bare = contract._replace(exceptions=(), reads_comments=False)

    judged, without = judge(statements, contract), judge(statements, bare)

    assert judged.edges <= without.edges
    assert len(judged.edges) + judged.allowed == len(without.edges)
    assert without.allowed == 0


@pytest.mark.parametrize("name", [name for name in CONTRACTS if name.startswith("deprecated")])
@_SETTINGS
@given(statements=_STATEMENTS, order=st.permutations(KINDS), cut=st.integers(1, len(KINDS) - 1))
def test_the_violations_of_all_kinds_are_those_of_two_halves_together(
    name: str, statements: list[Statement], order: list[str], cut: int
) -> None:
    contract = load(name)._replace(reads_comments=False)

    everything = judge(statements, contract)
    first, second = (
        judge(statements, contract._replace(kinds=frozenset(kinds)))
        for kinds in (order[:cut], order[cut:])
    )

    assert everything.edges == first.edges | second.edges
    assert len(first.edges) + first.other_kinds == len(everything.edges)


@pytest.mark.parametrize("name", CONTRACTS)
@_SETTINGS
@given(statements=_STATEMENTS, kinds=st.sets(st.sampled_from(KINDS), min_size=1))
def test_a_contract_with_kinds_says_what_it_says_of_a_tree_without_the_others(
    name: str, statements: list[Statement], kinds: set[str]
) -> None:
    contract = load(name)
    left = [one for one in statements if one.kind in kinds]

    judged = judge(statements, contract._replace(kinds=frozenset(kinds)))

    assert judged.edges == judge(left, contract).edges

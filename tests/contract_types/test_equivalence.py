"""On random graphs and contracts our verdict is import-linter's, and broken ones list edges."""

from __future__ import annotations

import os
import random
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import Contract, InvalidContractOptions

from archguard.contract_types.verdict import Edge
from archguard.errors import ConfigurationError, ContractError
from archguard.graph.module_expressions import is_within
from tests.contract_types.graphs import Blueprint, Session, build, judge, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from archguard.contract_types.verdict import Finding, Verdict
    from archguard.graph.grimp_api import ImportGraph

_CLASSES: dict[str, type[Contract]] = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}
_CHILDREN = ("x", "y", "z")
_EXTERNALS = ("ext", "lib")
_ROOTS = ("a", "b")
# Nested siblings and children of the same name in several packages: what wildcards and containers need.
_INTERNALS = (
    *_ROOTS,
    *(f"{root}.{one}" for root in _ROOTS for one in _CHILDREN),
    *(f"{root}.{one}.{two}" for root in _ROOTS for one in _CHILDREN for two in _CHILDREN),
)

_EXAMPLES = int(os.environ.get("ARCHGUARD_EXAMPLES", "60"))
_SETTINGS = settings(
    max_examples=_EXAMPLES,
    deadline=None,
    derandomize=_EXAMPLES == 60,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class Case(NamedTuple):
    """A graph, and the options of a contract to judge on it."""

    blueprint: Blueprint
    options: dict[str, Any]
    seed: int
    """How to shuffle the graph's parts."""


@st.composite
def _blueprints(draw: st.DrawFn, densities: Sequence[int]) -> Blueprint:
    internals = draw(st.sets(st.sampled_from(_INTERNALS[2:]), min_size=4, max_size=14))
    parents = {module.rpartition(".")[0] for module in internals}
    modules = sorted({*_ROOTS, *internals, *parents})
    leaves = [one for one in modules if not any(other.startswith(f"{one}.") for other in modules)]
    squashed = draw(st.sampled_from([*[None] * 8, *leaves]))
    modules += sorted(draw(st.sets(st.sampled_from(_EXTERNALS))))
    # Numbers rather than names: hypothesis draws and shrinks them several times faster.
    numbers = st.integers(0, len(modules) - 1)
    density = draw(st.sampled_from(densities))
    pairs = draw(
        st.lists(
            st.tuples(numbers, numbers),
            min_size=density * len(modules) // 2,
            max_size=len(modules) * (1 + density),
        )
    )
    imports = dict.fromkeys(
        Edge(modules[importer], modules[imported])
        for importer, imported in pairs
        if importer != imported and modules[importer] not in _EXTERNALS
    )
    return Blueprint(
        tuple(modules),
        tuple(imports),
        frozenset(({squashed} if squashed else set()) | (set(_EXTERNALS) & set(modules))),
    )


_RARE = ("a.missing", "a.*", "b.**", "*.x", "**.y", "*", "a.*.x", "missing.*")


def _expressions(
    draw: st.DrawFn, blueprint: Blueprint, *, min_size: int = 1, depths: Sequence[int] = (1, 2, 3)
) -> list[str]:
    modules = [one for one in blueprint.modules if one.count(".") + 1 in depths]
    usual = st.sampled_from(modules or blueprint.modules)
    rare = draw(st.sampled_from((None, None, None, *_RARE)))
    chosen = draw(st.sets(usual, min_size=min(min_size, len(modules)), max_size=4))
    return [*sorted(chosen), *([rare] if rare else [])]


def _ignores(draw: st.DrawFn, blueprint: Blueprint) -> dict[str, Any]:
    if not draw(st.booleans()):
        return {}
    there = [f"{one.importer} -> {one.imported}" for one in blueprint.imports]
    rare = ("a.x.* -> b.*", "** -> a.y", "a.* -> **", "a -> missing", "a.* -> ", "a -> b -> a.x")
    chosen = draw(st.sets(st.sampled_from([*there, None]), max_size=3)) - {None}
    one = draw(st.sampled_from((None, None, None, *rare)))
    alerting = draw(st.sampled_from(("none", "none", "warn", "error")))
    return {
        "ignore_imports": [*sorted(filter(None, chosen)), *([one] if one else [])],
        "unmatched_ignore_imports_alerting": alerting,
    }


def _flag(draw: st.DrawFn, name: str) -> dict[str, str]:
    value = draw(st.sampled_from((None, "True", "False", "true")))
    return {} if value is None else {name: value}


def _forbidden(draw: st.DrawFn, blueprint: Blueprint) -> dict[str, Any]:
    return {
        "source_modules": _expressions(draw, blueprint),
        "forbidden_modules": _expressions(draw, blueprint),
        **_flag(draw, "allow_indirect_imports"),
        **_flag(draw, "as_packages"),
    }


def _independence(draw: st.DrawFn, blueprint: Blueprint) -> dict[str, Any]:
    depths = draw(st.sampled_from(((2,), (2,), (3,), (1, 2, 3))))
    return {"modules": _expressions(draw, blueprint, min_size=2, depths=depths)}


def _protected(draw: st.DrawFn, blueprint: Blueprint) -> dict[str, Any]:
    return {
        "protected_modules": _expressions(draw, blueprint),
        "allowed_importers": _expressions(draw, blueprint, min_size=0),
        **_flag(draw, "as_packages"),
    }


_ANCESTORS = (["a"], ["a", "b"], ["*"], ["a.*"], ["a", "a.x"], ["**"], ["a.missing"], None)


def _acyclic_siblings(draw: st.DrawFn, blueprint: Blueprint) -> dict[str, Any]:
    ancestors = draw(st.sampled_from(_ANCESTORS))
    skipped = draw(st.sampled_from((None, None, ["a.x"], ["*.y"], [])))
    depth = draw(st.sampled_from((None, "0", "1", "3")))
    return {
        "ancestors": _expressions(draw, blueprint, depths=(1, 2)) if ancestors is None else ancestors,
        **({} if skipped is None else {"skip_descendants": skipped}),
        **({} if depth is None else {"depth": depth}),
    }


_CONTAINERS = (["a"], ["a", "b"], ["*"], ["a.*"], ["a", "a.x"], ["a.x", "b.x"], ["nowhere.*"])


def _layers(draw: st.DrawFn, blueprint: Blueprint) -> dict[str, Any]:
    contained = draw(st.booleans())
    depth = draw(st.sampled_from((2, 2, 3)))
    there = [module for module in blueprint.modules if module.count(".") + 1 == depth]
    names = (*_CHILDREN, "x.y", "y.z", "w") if contained else (there or blueprint.modules)
    chosen = draw(st.lists(st.sampled_from(names), unique=True, min_size=min(2, len(names)), max_size=5))
    optional = draw(st.sampled_from(("all", "all", "one", "none") if contained else ("one", "none")))
    layers: list[str] = []
    for number, name in enumerate(chosen):
        written = f"({name})" if optional == "all" or (optional == "one" and not number) else name
        delimiter = draw(st.sampled_from((None, None, " | ", " : ")))
        if layers and delimiter:
            layers[-1] += delimiter + written
        else:
            layers.append(written)
    if not contained:
        return {"layers": layers}
    ignores = draw(st.sampled_from((None, ["x"], ["y", "z"])))
    return {
        "layers": layers,
        "containers": draw(st.sampled_from(_CONTAINERS)),
        **_flag(draw, "exhaustive"),
        **({} if ignores is None else {"exhaustive_ignores": ignores}),
    }


_OPTIONS: dict[str, Callable[[st.DrawFn, Blueprint], dict[str, Any]]] = {
    "acyclic_siblings": _acyclic_siblings,
    "forbidden": _forbidden,
    "independence": _independence,
    "layers": _layers,
    "protected": _protected,
}


@st.composite
def _cases(draw: st.DrawFn, contract_type: str) -> Case:
    densities = (4, 6) if contract_type == "acyclic_siblings" else (1, 2, 4)
    blueprint = draw(_blueprints(densities))
    options = _OPTIONS[contract_type](draw, blueprint)
    return Case(blueprint, options | _ignores(draw, blueprint), draw(st.integers(0, 2**16)))


@pytest.mark.parametrize("contract_type", sorted(_CLASSES))
@_SETTINGS
@given(data=st.data())
def test_the_verdict_is_import_linters_and_broken_means_edges(
    contract_type: str, data: st.DataObject
) -> None:
    case = data.draw(_cases(contract_type))
    graph = build(case.blueprint)

    expected = _import_linters_verdict(contract_type, case, deepcopy(graph))

    if isinstance(expected, Exception):
        event("refused")
        with pytest.raises((ConfigurationError, ContractError)):
            _our_verdict(contract_type, case, graph)
        return
    event("kept" if expected else "broken")
    ours = _our_verdict(contract_type, case, graph)
    finding = ours.finding
    assert ours.kept == expected
    assert ours.kept == (not finding.edges and not finding.undeclared)
    assert finding.edges <= set(case.blueprint.imports) - _ignored(case, graph)
    assert finding == _our_verdict(contract_type, case, build(_shuffled(case))).finding
    _check_chains(finding, set(case.blueprint.imports) - _ignored(case, graph))
    fixed = _fixed(case, finding)
    assert _our_verdict(contract_type, fixed, build(fixed.blueprint)).kept


@_SETTINGS
@given(data=st.data())
def test_a_forbidden_import_is_one_into_the_forbidden_package_from_what_the_source_reaches_outside_it(
    data: st.DataObject,
) -> None:
    blueprint = data.draw(_blueprints((1, 2, 4)))
    source, forbidden = data.draw(st.sampled_from((("a", "b"), ("a.x", "a.y"), ("b.z", "a"))))
    assume({source, forbidden} <= set(blueprint.modules))
    graph = build(blueprint)
    entrances = {edge for edge in blueprint.imports if is_within(edge.imported, forbidden)}
    around = build(replace(blueprint, imports=tuple(set(blueprint.imports) - entrances)))

    verdict = judge(graph, "forbidden", _SESSION, source_modules=[source], forbidden_modules=[forbidden])

    assert verdict.finding.edges == {
        edge
        for edge in entrances
        if not is_within(edge.importer, forbidden) and _reaches(around, source, edge.importer)
    }


@_SETTINGS
@given(data=st.data())
def test_a_deprecated_contract_agrees_with_a_protected_one_that_allows_only_its_own_modules(
    data: st.DataObject,
) -> None:
    blueprint = data.draw(_blueprints((1, 2, 4)))
    usual = st.sampled_from((*blueprint.modules, "a.*", "b.**", "*.x", "**.z"))
    modules = sorted(data.draw(st.sets(usual, min_size=1, max_size=3)))
    plain = replace(
        blueprint, squashed=frozenset()
    )  # `protected` cannot list squashed modules as allowed
    graph = build(plain)

    ours = judge(graph, "deprecated", _SESSION, deprecated_modules=modules)
    theirs = judge(graph, "protected", _SESSION, protected_modules=modules, allowed_importers=modules)

    assert ours.kept == theirs.kept
    imports = {
        Edge(edge.importer, module)
        for edge, modules in ours.finding.imports.items()
        for module in modules
    }
    assert imports == theirs.finding.edges
    assert ours.finding.edges == ours.finding.imports.keys()


def _check_chains(finding: Finding, imports: set[Edge]) -> None:
    """Check that each edge has a chain of imports that begins and ends where the contract says."""
    assert finding.chains.keys() == finding.edges
    for edge, chain in finding.chains.items():
        assert chain.edges[-1] == edge
        assert imports.issuperset(chain.edges)
        if chain.source is None or chain.target is None:
            assert len(chain.edges) == 1
        elif chain.source == chain.target:  # a cycle of siblings, not of modules
            assert is_within(edge.imported, chain.target)
            assert len(chain.edges) > 1
        else:
            assert is_within(chain.edges[0].importer, chain.source)
            assert is_within(edge.imported, chain.target)
            assert all(one.imported == other.importer for one, other in pairwise(chain.edges))


def _reaches(graph: ImportGraph, package: str, module: str) -> bool:
    if is_within(module, package):
        return True
    inside = [one for one in graph.modules if is_within(one, package)]
    return any(graph.chain_exists(importer=one, imported=module) for one in inside)


def _import_linters_verdict(contract_type: str, case: Case, graph: ImportGraph) -> bool | Exception:
    try:
        contract = _CLASSES[contract_type]("The contract", _SESSION.options(), dict(case.options))
        return contract.check(graph, verbose=False).kept
    except InvalidContractOptions as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever it refuses with, we refuse too
        return error


_SESSION = Session(root_packages=_ROOTS)


def _our_verdict(contract_type: str, case: Case, graph: ImportGraph) -> Verdict:
    return loaded(contract_type, _SESSION, **case.options).judge(graph)


def _ignored(case: Case, graph: ImportGraph) -> set[Edge]:
    expressions: Sequence[str] = case.options.get("ignore_imports", ())
    return {
        Edge(one["importer"], one["imported"])
        for expression in expressions
        for one in graph.find_matching_direct_imports(expression)
    }


def _fixed(case: Case, finding: Finding) -> Case:
    """Return the same case without the imports that we listed."""
    left = tuple(edge for edge in case.blueprint.imports if edge not in finding.edges)
    options = case.options | {"unmatched_ignore_imports_alerting": "none"}
    undeclared = {edge.importer.rpartition(".")[2] for edge in finding.undeclared}
    if undeclared:
        options["exhaustive_ignores"] = [*options.get("exhaustive_ignores", ()), *sorted(undeclared)]
    return Case(replace(case.blueprint, imports=left), options, case.seed)


def _shuffled(case: Case) -> Blueprint:
    shuffle = random.Random(case.seed)
    modules, imports, squashed = case.blueprint.modules, case.blueprint.imports, case.blueprint.squashed
    return Blueprint(
        tuple(shuffle.sample(modules, len(modules))),
        tuple(shuffle.sample(imports, len(imports))),
        squashed,
    )

"""import-linter's `layers` contracts."""

from __future__ import annotations

import pytest

from archguard.contract_types.verdict import Chain, Edge
from archguard.errors import ConfigurationError, ContractError
from tests.contract_types.graphs import chain, edges, graph_of, judge


def test_an_import_of_a_higher_layer_is_a_violation_and_one_of_a_lower_is_none() -> None:
    graph = graph_of("a.low.x -> a.high.y", "a.high.y -> a.low")

    verdict = judge(graph, "layers", layers=["a.high", "a.low"])

    assert verdict.finding.edges == edges("a.low.x -> a.high.y")
    assert verdict.finding.exposed == {"a.low.x"}


def test_a_chain_outside_the_layers_enters_by_its_last_edge() -> None:
    graph = graph_of("a.low -> a.helper", "a.helper -> a.high", modules=["a.middle"])

    verdict = judge(graph, "layers", layers=["a.high", "a.middle", "a.low"])

    assert verdict.finding.edges == edges("a.helper -> a.high")


def test_a_chain_through_another_layer_is_that_layers_own_violation() -> None:
    graph = graph_of("a.low -> a.middle", "a.middle -> a.high")

    verdict = judge(graph, "layers", layers=["a.high", "a.middle", "a.low"])

    assert verdict.finding.edges == edges("a.low -> a.middle", "a.middle -> a.high")


def test_independent_siblings_must_not_import_each_other() -> None:
    graph = graph_of("a.one -> a.two", "a.low -> a.low.x")

    assert judge(graph, "layers", layers=["a.one | a.two", "a.low"]).finding.edges == edges(
        "a.one -> a.two"
    )


def test_siblings_that_are_not_independent_may_import_each_other() -> None:
    graph = graph_of("a.one -> a.two", "a.low -> a.two")

    assert judge(graph, "layers", layers=["a.one : a.two", "a.low"]).finding.edges == edges(
        "a.low -> a.two"
    )


def test_each_container_has_layers_of_its_own() -> None:
    graph = graph_of("a.x.low -> a.x.high", "a.y.low -> a.y.high", "a.x.low -> a.y.high")

    verdict = judge(graph, "layers", layers=["high", "low"], containers=["a.x", "a.y"])

    assert verdict.finding.edges == edges("a.x.low -> a.x.high", "a.y.low -> a.y.high")


def test_a_pair_that_one_of_two_containers_allows_is_judged_by_the_other() -> None:
    # For `a`, high over middle over low; for `a.x`, low over middle: high is no layer there.
    layers = ["(x.high)", "(x.middle)", "(x.low)", "(low)", "(middle)"]
    graph = graph_of("a.x.low -> a.x.middle", "a.x.low -> a.x.high", "a.x.high -> a.x.middle")

    verdict = judge(graph, "layers", layers=layers, containers=["a", "a.x"])

    assert verdict.finding.edges == edges("a.x.low -> a.x.middle", "a.x.low -> a.x.high")


def test_an_optional_layer_may_be_missing() -> None:
    graph = graph_of("a.low -> a.high")

    assert judge(graph, "layers", layers=["(a.gone)", "a.low", "a.high"]).kept


def test_a_missing_layer_is_an_error_that_names_it() -> None:
    with pytest.raises(ContractError, match=r"Missing layer 'a\.gone'"):
        judge(graph_of("a.low -> a.high"), "layers", layers=["a.gone", "a.low"])


def test_an_exhaustive_contract_lists_the_modules_it_does_not_know() -> None:
    graph = graph_of("a.high -> a.low", modules=["a.new", "a.known"])

    verdict = judge(
        graph,
        "layers",
        layers=["high", "low"],
        containers=["a"],
        exhaustive="True",
        exhaustive_ignores=["known"],
    )

    assert not verdict.kept
    assert verdict.finding.edges == frozenset()
    assert verdict.finding.undeclared == {Edge("a.new", "a")}


def test_a_module_in_two_layers_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match=r"more than one layer: 'a\.low'"):
        judge(graph_of("a.low -> a.high"), "layers", layers=["a.high", "a.low", "a.low"])


def test_a_chain_is_named_after_the_layers() -> None:
    graph = graph_of("a.low.x -> a.helper", "a.helper -> a.high.y", "a.mid.z -> a.high.y")

    chains = judge(graph, "layers", layers=["high", "mid", "low"], containers=["a"]).finding.chains

    assert chains == {
        Edge("a.helper", "a.high.y"): Chain(chain("a.low.x", "a.helper", "a.high.y"), "a.low", "a.high"),
        Edge("a.mid.z", "a.high.y"): Chain(chain("a.mid.z", "a.high.y"), "a.mid", "a.high"),
    }


def test_a_module_that_is_not_listed_has_no_chain() -> None:
    graph = graph_of("a.low.x -> a.helper")

    finding = judge(
        graph, "layers", layers=["(high)", "low"], containers=["a"], exhaustive="True"
    ).finding

    assert finding.undeclared == edges("a.helper -> a")
    assert finding.chains == {}

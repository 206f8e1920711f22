"""import-linter's `acyclic_siblings` contracts."""

from __future__ import annotations

import pytest

from archguard.contract_types.verdict import Chain, Edge
from archguard.errors import ContractError
from tests.contract_types.graphs import chain, edges, graph_of, judge


def test_every_import_on_a_cycle_of_siblings_is_a_violation() -> None:
    graph = graph_of("a.one.x -> a.two", "a.two -> a.three.y", "a.three -> a.one", "a.three -> a.four")

    verdict = judge(graph, "acyclic_siblings", ancestors=["a"])

    assert verdict.finding.edges == edges("a.one.x -> a.two", "a.two -> a.three.y", "a.three -> a.one")
    assert verdict.finding.exposed == {"a.one.x", "a.two", "a.three"}


def test_imports_inside_one_sibling_are_none() -> None:
    graph = graph_of("a.one.x -> a.one.x.y", "a.one.x.y -> a.one.x", "a.one -> a.two")

    assert judge(graph, "acyclic_siblings", ancestors=["a"]).kept


def test_a_cycle_counts_at_every_level_down_to_the_depth() -> None:
    graph = graph_of("a.one.x -> a.one.y", "a.one.y -> a.one.x", "a.one -> a.two")

    assert judge(graph, "acyclic_siblings", ancestors=["a"], depth="0").kept
    assert judge(graph, "acyclic_siblings", ancestors=["a"], depth="1").finding.edges == edges(
        "a.one.x -> a.one.y", "a.one.y -> a.one.x"
    )


def test_skipped_descendants_are_not_looked_into() -> None:
    graph = graph_of("a.one.x -> a.one.y", "a.one.y -> a.one.x")

    assert judge(graph, "acyclic_siblings", ancestors=["a"], skip_descendants=["a.one"]).kept


def test_a_cycle_through_modules_that_are_no_siblings_is_none() -> None:
    graph = graph_of("a.one -> b", "b -> a.two", "a.two -> a.one")

    assert judge(graph, "acyclic_siblings", ancestors=["a"]).kept


def test_two_cycles_that_share_no_sibling_are_both_listed() -> None:
    graph = graph_of(
        "a.one -> a.two", "a.two -> a.one", "a.two -> a.three", "a.three -> a.four", "a.four -> a.three"
    )

    assert judge(graph, "acyclic_siblings", ancestors=["a"]).finding.edges == edges(
        "a.one -> a.two", "a.two -> a.one", "a.three -> a.four", "a.four -> a.three"
    )


def test_an_ancestor_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ContractError, match=r"Module 'a\.gone' does not exist"):
        judge(graph_of("a.one -> a.two"), "acyclic_siblings", ancestors=["a.gone"])


def test_the_chain_of_an_import_is_its_cycle() -> None:
    graph = graph_of("a.one.x -> a.two", "a.two -> a.three.y", "a.two -> a.three.z", "a.three -> a.one")

    chains = judge(graph, "acyclic_siblings", ancestors=["a"]).finding.chains

    back = Edge("a.three", "a.one")
    assert chains[Edge("a.one.x", "a.two")] == Chain(
        (Edge("a.two", "a.three.y"), back, Edge("a.one.x", "a.two")), "a.two", "a.two"
    )
    assert chains[Edge("a.two", "a.three.z")].edges == (
        back, Edge("a.one.x", "a.two"), Edge("a.two", "a.three.z")
    )  # fmt: skip


def test_of_several_cycles_the_shortest_is_shown() -> None:
    graph = graph_of("a.one -> a.two", "a.two -> a.mid", "a.mid -> a.one", "a.two -> a.one")

    chains = judge(graph, "acyclic_siblings", ancestors=["a"]).finding.chains

    assert chains[Edge("a.one", "a.two")].edges == chain("a.two", "a.one", "a.two")

"""import-linter's `independence` contracts."""

from __future__ import annotations

import pytest

from archguard.contract_types.verdict import Chain, Edge
from archguard.errors import ContractError
from tests.contract_types.graphs import chain, edges, graph_of, judge


def test_an_import_in_either_direction_is_a_violation() -> None:
    graph = graph_of("a.one.x -> a.two", "a.two.y -> a.one", modules=["a.three"])

    verdict = judge(graph, "independence", modules=["a.one", "a.two", "a.three"])

    assert verdict.finding.edges == edges("a.one.x -> a.two", "a.two.y -> a.one")
    assert verdict.finding.exposed == {"a.one.x", "a.two.y"}


def test_a_chain_through_a_helper_enters_by_its_last_edge() -> None:
    graph = graph_of("a.one -> a.helper", "a.helper -> a.two")

    assert judge(graph, "independence", modules=["a.one", "a.two"]).finding.edges == edges(
        "a.helper -> a.two"
    )


def test_a_helper_that_all_share_breaks_nothing() -> None:
    graph = graph_of("a.one -> a.helper", "a.two -> a.helper")

    assert judge(graph, "independence", modules=["a.one", "a.two"]).kept


def test_a_chain_through_a_third_module_is_two_violations_and_not_three() -> None:
    graph = graph_of("a.one -> a.two", "a.two -> a.three")

    assert judge(graph, "independence", modules=["a.*"]).finding.edges == edges(
        "a.one -> a.two", "a.two -> a.three"
    )


def test_modules_inside_one_another_are_an_error() -> None:
    with pytest.raises(ContractError, match="shared descendants"):
        judge(graph_of("a.one.x -> a.two"), "independence", modules=["a.one", "a.one.x"])


def test_a_chain_is_named_after_the_independent_modules() -> None:
    graph = graph_of("a.one.x -> a.helper", "a.helper -> a.two.y")

    chains = judge(graph, "independence", modules=["a.one", "a.two"]).finding.chains

    assert chains == {
        Edge("a.helper", "a.two.y"): Chain(chain("a.one.x", "a.helper", "a.two.y"), "a.one", "a.two")
    }

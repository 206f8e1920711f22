"""The edges behind a forbidden dependency."""

from __future__ import annotations

from archguard.contract_types.chains import (
    find_direct_edges,
    find_entering_edges,
    find_importers,
    unite,
    with_descendants,
)
from archguard.contract_types.verdict import Edge, Finding
from tests.contract_types.graphs import edges, graph_of


def test_a_package_is_itself_and_everything_below_it() -> None:
    graph = graph_of("a.x.y.z -> b", "a.xy -> b")

    assert with_descendants(graph, "a.x") == {"a.x", "a.x.y", "a.x.y.z"}


def test_a_squashed_or_missing_module_is_itself_alone() -> None:
    graph = graph_of("a -> ext", squashed=["ext"])

    assert with_descendants(graph, "ext") == {"ext"}
    assert with_descendants(graph, "missing") == {"missing"}


def test_two_chains_through_one_helper_enter_by_one_edge() -> None:
    graph = graph_of("a.one -> a.helper", "a.two -> a.helper", "a.helper -> a.old")

    finding = find_entering_edges(graph, {"a.one", "a.two"}, {"a.old"})

    assert finding == Finding(edges("a.helper -> a.old"), frozenset({"a.one", "a.two"}))


def test_an_edge_that_no_source_reaches_does_not_count() -> None:
    graph = graph_of("a.one -> a.helper", "a.other -> a.old")

    assert find_entering_edges(graph, {"a.one"}, {"a.old"}) == Finding()


def test_a_chain_ends_where_it_enters_the_targets() -> None:
    graph = graph_of("a.one -> a.old", "a.old -> a.helper", "a.helper -> a.old.part")

    assert find_entering_edges(graph, {"a.one"}, {"a.old", "a.old.part"}).edges == edges(
        "a.one -> a.old"
    )


def test_a_cycle_on_the_way_is_walked_once() -> None:
    graph = graph_of("a.one -> a.two", "a.two -> a.one", "a.two -> a.old")

    finding = find_entering_edges(graph, {"a.one"}, {"a.old"})

    assert finding == Finding(edges("a.two -> a.old"), frozenset({"a.one"}))


def test_a_chain_past_an_excluded_module_does_not_count() -> None:
    graph = graph_of("a.one -> a.between", "a.between -> a.old")

    assert find_entering_edges(graph, {"a.one"}, {"a.old"}, without={"a.between"}) == Finding()


def test_only_sources_are_exposed_and_helpers_are_not() -> None:
    graph = graph_of("a.one -> a.helper", "a.helper -> a.old", "a.two -> a.one")

    assert find_entering_edges(graph, {"a.one"}, {"a.old"}).exposed == {"a.one"}


def test_a_direct_search_takes_one_step() -> None:
    graph = graph_of("a.one -> a.old", "a.two -> a.helper", "a.helper -> a.old")

    finding = find_direct_edges(graph, {"a.one", "a.two"}, {"a.old"})

    assert finding == Finding(edges("a.one -> a.old"), frozenset({"a.one"}))


def test_importers_are_followed_to_the_end_and_targets_are_none() -> None:
    graph = graph_of("a.far -> a.near", "a.near -> a.old", "a.old -> a.old.part", "a.lone -> a.other")

    assert find_importers(graph, {"a.old", "a.old.part"}) == {"a.far", "a.near"}


def test_a_union_joins_every_field() -> None:
    one = Finding(edges("a -> b"), frozenset({"a"}), frozenset({Edge("a.x", "a")}))
    other = Finding(edges("c -> b"), frozenset({"c"}), frozenset({Edge("a.y", "a")}))

    assert unite([one, other]) == Finding(
        edges("a -> b", "c -> b"), frozenset({"a", "c"}), frozenset({Edge("a.x", "a"), Edge("a.y", "a")})
    )
    assert unite([]) == Finding()

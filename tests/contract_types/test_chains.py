"""The edges behind a forbidden dependency."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from archguard.contract_types.chains import (
    find_direct_edges,
    find_entering_edges,
    find_importers,
    name_modules,
    unite,
    with_descendants,
)
from archguard.contract_types.verdict import Chain, Edge, Finding
from tests.contract_types.graphs import chain, edges, graph_of

_LETTERS = st.sampled_from("abcdefgh")


def test_a_package_is_itself_and_everything_below_it() -> None:
    graph = graph_of("a.x.y.z -> b", "a.xy -> b")

    assert with_descendants(graph, "a.x") == {"a.x", "a.x.y", "a.x.y.z"}


def test_a_squashed_or_missing_module_is_itself_alone() -> None:
    graph = graph_of("a -> ext", squashed=["ext"])

    assert with_descendants(graph, "ext") == {"ext"}
    assert with_descendants(graph, "missing") == {"missing"}


def test_two_chains_through_one_helper_enter_by_one_edge() -> None:
    graph = graph_of("a.one -> a.helper", "a.two -> a.helper", "a.helper -> a.old")

    finding = find_entering_edges(graph, _alone("a.one", "a.two"), _alone("a.old"))

    assert finding.edges == edges("a.helper -> a.old")
    assert finding.exposed == {"a.one", "a.two"}


def test_an_edge_that_no_source_reaches_does_not_count() -> None:
    graph = graph_of("a.one -> a.helper", "a.other -> a.old")

    assert find_entering_edges(graph, _alone("a.one"), _alone("a.old")) == Finding()


def test_a_chain_ends_where_it_enters_the_targets() -> None:
    graph = graph_of("a.one -> a.old", "a.old -> a.helper", "a.helper -> a.old.part")

    assert find_entering_edges(graph, _alone("a.one"), _alone("a.old", "a.old.part")).edges == edges(
        "a.one -> a.old"
    )


def test_a_cycle_on_the_way_is_walked_once() -> None:
    graph = graph_of("a.one -> a.two", "a.two -> a.one", "a.two -> a.old")

    finding = find_entering_edges(graph, _alone("a.one"), _alone("a.old"))

    assert finding.edges == edges("a.two -> a.old")
    assert finding.exposed == {"a.one"}


def test_a_chain_past_an_excluded_module_does_not_count() -> None:
    graph = graph_of("a.one -> a.between", "a.between -> a.old")

    assert (
        find_entering_edges(graph, _alone("a.one"), _alone("a.old"), without={"a.between"}) == Finding()
    )


def test_only_sources_are_exposed_and_helpers_are_not() -> None:
    graph = graph_of("a.one -> a.helper", "a.helper -> a.old", "a.two -> a.one")

    assert find_entering_edges(graph, _alone("a.one"), _alone("a.old")).exposed == {"a.one"}


def test_a_direct_search_takes_one_step() -> None:
    graph = graph_of("a.one -> a.old", "a.two -> a.helper", "a.helper -> a.old")

    finding = find_direct_edges(graph, _alone("a.one", "a.two"), _alone("a.old"))

    assert finding.edges == edges("a.one -> a.old")
    assert finding.exposed == {"a.one"}


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


def test_the_chain_of_an_edge_begins_at_a_source_and_ends_with_the_edge() -> None:
    graph = graph_of("a.one -> a.helper", "a.helper -> a.more", "a.more -> a.old")

    finding = find_entering_edges(graph, _alone("a.one"), _alone("a.old"))

    assert finding.chains == {
        Edge("a.more", "a.old"): Chain(chain("a.one", "a.helper", "a.more", "a.old"), "a.one", "a.old")
    }


def test_a_shorter_chain_goes_before_one_with_earlier_names() -> None:
    graph = graph_of("a.one -> a.a", "a.a -> a.b", "a.b -> a.x", "a.one -> a.x", "a.x -> a.old")

    finding = find_entering_edges(graph, _alone("a.one"), _alone("a.old"))

    assert _modules(finding, "a.x -> a.old") == ["a.one", "a.x", "a.old"]


def test_of_equally_short_chains_the_first_in_the_alphabet_is_shown() -> None:
    # The later name at the second place leads to the earlier one at the third.
    graph = graph_of(
        "a.two -> a.p", "a.one -> a.q", "a.one -> a.r", "a.q -> a.z", "a.r -> a.b",
        "a.p -> a.x", "a.z -> a.x", "a.b -> a.x", "a.x -> a.old",
    )  # fmt: skip

    one_source = find_entering_edges(graph, _alone("a.one"), _alone("a.old"))
    two_sources = find_entering_edges(graph, _alone("a.one", "a.two"), _alone("a.old"))

    assert _modules(one_source, "a.x -> a.old") == ["a.one", "a.q", "a.z", "a.x", "a.old"]
    assert _modules(two_sources, "a.x -> a.old") == ["a.two", "a.p", "a.x", "a.old"]


def test_no_chain_passes_the_targets_or_what_is_left_out() -> None:
    graph = graph_of(
        "a.one -> a.old", "a.old -> a.x", "a.one -> a.gap", "a.gap -> a.x",
        "a.one -> a.long", "a.long -> a.way", "a.way -> a.x", "a.x -> a.old",
    )  # fmt: skip

    finding = find_entering_edges(graph, _alone("a.one"), _alone("a.old"), without={"a.gap"})

    assert _modules(finding, "a.x -> a.old") == ["a.one", "a.long", "a.way", "a.x", "a.old"]


def test_a_module_belongs_to_the_nearest_module_that_the_contract_names() -> None:
    graph = graph_of("a.low.in.x -> a.old.part", "a.low.y -> a.old.part")

    names = name_modules(graph, {"a.low", "a.low.in"})

    assert names["a.low.in.x"] == "a.low.in"
    assert names["a.low.y"] == "a.low"


def test_a_union_keeps_the_first_chain_of_an_edge() -> None:
    edge = Edge("a.x", "a.old")
    short, long = Chain((edge,), "a.x", "a.old"), Chain((Edge("a.one", "a.x"), edge), "a.one", "a.old")
    findings = [Finding(chains={edge: found}) for found in (long, short)]

    assert unite(findings).chains == unite(findings[::-1]).chains == {edge: short}


@settings(max_examples=100, deadline=None)
@given(
    arrows=st.sets(st.tuples(_LETTERS, _LETTERS).filter(lambda pair: pair[0] != pair[1]), min_size=1),
    sources=st.sets(_LETTERS, min_size=1, max_size=3),
    targets=st.sets(_LETTERS, min_size=1, max_size=3),
    without=st.sets(_LETTERS, max_size=2),
)
def test_a_chain_is_the_first_of_all_the_shortest_ones(
    arrows: set[tuple[str, str]], sources: set[str], targets: set[str], without: set[str]
) -> None:
    graph = graph_of(*(" -> ".join(arrow) for arrow in arrows), modules=[*sources, *targets])

    finding = find_entering_edges(graph, _alone(*sources), _alone(*targets), without)

    assert finding.chains.keys() == finding.edges
    inner = {module for arrow in arrows for module in arrow} - targets - without
    for importer, imported in finding.edges:
        # The first level of the search that gets there; the smallest of its chains.
        ways: list[tuple[str, ...]] = [
            (source,) for source in sources & inner or sources - targets - without
        ]
        while not (complete := [way for way in ways if way[-1] == importer]):
            ways = [(*way, end) for way in ways for start, end in arrows if start == way[-1]]
            ways = [way for way in set(ways) if way[-1] in inner]
        assert finding.chains[Edge(importer, imported)].edges == chain(*min(complete), imported)


def _alone(*names: str) -> dict[str, str]:
    """Return modules that a contract names one by one."""
    return {name: name for name in names}


def _modules(finding: Finding, arrow: str) -> list[str]:
    (edge,) = edges(arrow)
    steps = finding.chains[edge].edges
    return [steps[0].importer, *(step.imported for step in steps)]

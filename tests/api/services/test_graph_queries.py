"""Questions to a graph, against slow and plain answers."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from archguard.snapshot import Graph
from archguard_api.services.graph_queries import MAX_NODES, GraphQueries, GraphQueriesCache

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

NAMES = tuple("abcdef")
edges = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] != pair[1]))


def graph(pairs: set[tuple[int, int]], names: tuple[str, ...] = NAMES) -> Graph:
    return Graph(modules=names, kinds="m" * len(names), imports=tuple(sorted(pairs)))


def _chains(pairs: set[tuple[int, int]], start: str, end: str) -> Iterator[tuple[str, ...]]:
    """Every simple way, by trying all orders of what lies between."""
    between = [name for name in NAMES if name not in (start, end)]
    for length in range(len(between) + 1):
        for middle in permutations(between, length):
            way = (start, *middle, end)
            steps = pairwise(way)
            if all((NAMES.index(a), NAMES.index(b)) in pairs for a, b in steps):
                yield way


@given(edges)
def test_the_chain_is_the_shortest_and_of_those_the_first_by_name(pairs: set[tuple[int, int]]) -> None:
    found = list(_chains(pairs, "a", "f"))
    expected = min(found, key=lambda way: (len(way), way), default=())

    assert GraphQueries(graph(pairs)).find_chain("a", ["f"]) == expected


@given(edges, st.sets(st.sampled_from(NAMES[1:]), min_size=1))
def test_of_several_ends_the_nearest_is_reached(pairs: set[tuple[int, int]], ends: set[str]) -> None:
    found = [way for end in ends for way in _chains(pairs, "a", end)]
    expected = min(found, key=lambda way: (len(way), way), default=())

    assert GraphQueries(graph(pairs)).find_chain("a", ends) == expected


def test_a_search_gives_what_begins_so_first_then_what_is_shortest() -> None:
    names = ("a.cart.x", "b.Cart", "cart", "cart.old", "z")

    found, total = GraphQueries(graph(set(), names)).search("CART", 3)

    assert (found, total) == (("cart", "cart.old", "b.Cart"), 4)


def test_between_two_packages_are_the_imports_both_ways_and_no_others() -> None:
    names = ("a", "a.x", "ab", "b.y", "b.z", "c")
    pairs = {(1, 3), (4, 0), (1, 0), (3, 4), (2, 3), (5, 1)}

    found = GraphQueries(graph(pairs, names)).find_imports_between("a", "b")

    assert found is not None
    assert found.imports == (("a.x", "b.y"), ("b.z", "a"))
    assert found.modules == ("a", "a.x", "b.y", "b.z")
    assert GraphQueries(graph(pairs, names)).find_imports_between("a", "d") is None


@given(edges)
def test_importers_and_imports_are_the_same_edges(pairs: set[tuple[int, int]]) -> None:
    explorer = GraphQueries(graph(pairs))

    assert {(a, b) for a in NAMES for b in explorer.list_imports(a)} == {
        (NAMES[a], NAMES[b]) for a, b in pairs
    }
    assert {(a, b) for b in NAMES for a in explorer.list_importers(b)} == {
        (NAMES[a], NAMES[b]) for a, b in pairs
    }


@given(edges, st.integers(1, 4))
def test_the_neighbourhood_is_what_is_so_near(pairs: set[tuple[int, int]], depth: int) -> None:
    near = {"a"}
    for _ in range(depth):
        near |= {NAMES[b] for a, b in pairs if NAMES[a] in near} | {
            NAMES[a] for a, b in pairs if NAMES[b] in near
        }

    found = GraphQueries(graph(pairs)).find_neighbourhood("a", depth)

    assert found.modules == tuple(sorted(near))
    assert set(found.imports) == {(NAMES[a], NAMES[b]) for a, b in pairs if {NAMES[a], NAMES[b]} <= near}
    assert found.left_out == 0


def test_a_module_that_reaches_itself_is_a_chain_of_one() -> None:
    assert GraphQueries(graph(set())).find_chain("a", ["a"]) == ("a",)


def test_of_a_large_neighbourhood_the_nearest_are_shown_and_the_rest_is_counted() -> None:
    names = tuple(f"m{number:05}" for number in range(MAX_NODES + 51))
    star = {(0, number) for number in range(1, len(names))}

    found = GraphQueries(graph(star, names)).find_neighbourhood(names[0], 1)

    assert len(found.modules) == MAX_NODES
    assert found.left_out == 51
    assert all({a, b} <= set(found.modules) for a, b in found.imports)


def test_the_nearest_modules_are_shown_before_those_farther_away_whatever_their_names() -> None:
    # z imports y's half of the modules; each of these imports one whose name sorts before all of them.
    half = MAX_NODES // 2
    far = [f"a{number:05}" for number in range(MAX_NODES)]
    near = [f"m{number:05}" for number in range(half)]
    names = (*far, *near, "z")
    z = len(names) - 1
    pairs = {(z, MAX_NODES + number) for number in range(half)}
    pairs |= {(MAX_NODES + number % half, number) for number in range(MAX_NODES)}

    around = GraphQueries(graph(pairs, names)).find_neighbourhood("z", 2)

    shown_far = MAX_NODES - half - 1
    assert around.modules == (*far[:shown_far], *near, "z")
    assert around.left_out == MAX_NODES - shown_far


def test_the_graph_used_longest_ago_is_dropped_once_the_cached_imports_exceed_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("archguard_api.services.graph_queries._CACHED_IMPORTS", 4)
    cache = GraphQueriesCache()
    reads: list[str] = []

    def get(digest: str) -> None:
        def read() -> Graph:
            reads.append(digest)
            return graph({(0, 1), (1, 2)})

        cache.get(digest, read)

    for digest in ("one", "two", "one", "three", "one", "two"):
        get(digest)

    assert reads == ["one", "two", "three", "two"]


def test_a_graph_is_read_once_for_many_questions() -> None:
    reads = []

    def read() -> Graph:
        reads.append(1)
        return graph(set())

    explorers = GraphQueriesCache()
    first = explorers.get("digest", read)

    assert explorers.get("digest", read) is first
    assert len(reads) == 1

"""What snapshots hold, as bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archguard_api.store import blob_deltas, blob_format
from tests.api import snapshots

_NAMES = st.sampled_from([f"shop.{letter}" for letter in "abcdefgh"])
_EDGES = st.sets(st.tuples(_NAMES, _NAMES))


@given(_EDGES, st.randoms(use_true_random=False))
def test_a_graph_comes_back_whatever_its_ids_are(edges: set[snapshots.Edge], random: object) -> None:
    graph = snapshots.graph(edges)
    ids = random.sample(range(1, 2**31), len(graph.modules))  # type: ignore[attr-defined]

    names = dict(zip(ids, graph.modules, strict=True))
    packed = blob_format.pack_graph(graph, blob_format.GraphLayout.from_ids(ids))

    assert blob_format.unpack_graph(blob_format.unpack_ids(packed), names) == graph


@given(_EDGES, st.randoms(use_true_random=False))
def test_a_graph_by_ids_has_the_same_imports(edges: set[snapshots.Edge], random: object) -> None:
    graph = snapshots.graph(edges)
    ids = random.sample(range(1, 1000), len(graph.modules))  # type: ignore[attr-defined]
    names = dict(zip(ids, graph.modules, strict=True))

    found, kinds, imports = blob_format.unpack_ids(
        blob_format.pack_graph(graph, blob_format.GraphLayout.from_ids(ids))
    )

    assert found == sorted(ids)
    assert len(kinds) == len(ids)
    assert {(names[importer], names[imported]) for importer, imported in imports} == edges


def test_a_new_module_costs_a_few_bytes_though_it_sorts_first() -> None:
    ring = [(f"m{number}", f"m{(7 * number + 3) % 2000}") for number in range(2000)]
    before = snapshots.graph(ring)
    after = snapshots.graph([*ring, ("a.new", "m5")])
    ids = {name: number for number, name in enumerate(before.modules, 1)} | {"a.new": 5000}

    old, new = (
        blob_format.pack_graph(one, blob_format.GraphLayout.from_ids(ids[name] for name in one.modules))
        for one in (before, after)
    )
    difference = blob_deltas.compress_delta(new, old)

    assert difference is not None
    assert len(difference) < 100
    assert blob_deltas.decompress(difference, old) == new


@given(st.sets(st.tuples(*[st.integers(0, 2**32 - 1)] * 3)))
def test_identities_come_back(identities: set[blob_format.Identity]) -> None:
    assert blob_format.unpack_identities(blob_format.pack_identities(list(identities))) == identities


@given(st.binary(max_size=3000), st.binary(max_size=3000))
def test_whatever_is_written_as_a_difference_comes_back(data: bytes, base: bytes) -> None:
    packed = blob_deltas.compress_delta(data, base)

    assert blob_deltas.decompress(blob_deltas.compress(data), None) == data
    assert packed is None or blob_deltas.decompress(packed, base) == data


def test_a_content_that_is_nothing_like_its_base_is_written_whole() -> None:
    assert blob_deltas.compress_delta(bytes(range(256)) * 4, b"x" * 1000) is None


@given(
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 3)), max_size=300),
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 3)), max_size=200),
)
def test_packed_identities_differ_as_the_sets_do(
    before: set[tuple[int, int, int]], changes: set[tuple[int, int, int]]
) -> None:
    after = before ^ changes

    found = blob_format.compare_identities(
        blob_format.pack_identities(list(before)), blob_format.pack_identities(list(after))
    )

    assert set(found.added) == after - before
    assert set(found.removed) == before - after

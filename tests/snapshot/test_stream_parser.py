"""The parser returns what `parse_upload` and `compute_digest` return, or None."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.snapshot import (
    Coverage,
    Graph,
    Snapshot,
    SnapshotError,
    Tool,
    Upload,
    compute_digest,
    parse_upload,
)
from archguard.snapshot.codec import encode
from archguard.snapshot.stream_parser import StreamParser

COUNT = 12


def _upload(imports: list[tuple[int, int]], *, folder: str = "", modules: int = COUNT) -> Upload:
    return Upload(
        snapshot=Snapshot(
            format_version=1,
            tool=Tool(name="archguard", version="1"),
            commit="a" * 40,
            parent=None,
            committed_at=1,
            configuration="c" * 64,
            folder=folder,
            roots=(),
            graph=Graph(
                modules=tuple(sorted(f"é{number}" for number in range(modules))),
                kinds="m" * modules,
                imports=tuple(sorted(imports)),
            ),
            contracts=(),
            violations=(),
            coverage=Coverage(files=1, unread=()),
        ),
        branch="main",
    )


pairs = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)), min_size=1, unique=True
)
folders = st.sampled_from(
    ["", '"graph":{"modules":[', '\\"imports":[', '"graph":{"modules":[],"kinds":"']
)


@given(st.lists(st.tuples(pairs, folders), min_size=1, max_size=3))
def test_what_is_read_and_its_digest_are_those_of_the_plain_way(
    documents: list[tuple[list[tuple[int, int]], str]],
) -> None:
    parser = StreamParser()
    for imports, folder in documents:
        upload = _upload(imports, folder=folder)

        parsed = parser.parse(encode(upload))

        if parsed is not None:
            assert parsed.upload == parse_upload(encode(upload)) == upload
            assert parsed.digest == compute_digest(upload.snapshot)
        else:
            assert folder


def test_canonical_documents_are_taken_and_their_modules_shared() -> None:
    parser = StreamParser()

    first = parser.parse(encode(_upload([(0, 1)])))
    second = parser.parse(encode(_upload([(0, 2), (3, 11)])))

    assert first is not None
    assert second is not None
    assert first.upload.snapshot.graph.modules is second.upload.snapshot.graph.modules


@given(st.integers(0, 2**32), st.sampled_from(list(b' 0129[]{},:"\\-eg')), st.integers(0, 2))
def test_a_changed_byte_is_read_as_the_plain_way_reads_it(position: int, byte: int, change: int) -> None:
    parser = StreamParser()
    data = bytearray(encode(_upload([(0, 1), (1, 10), (2, 3)])))
    assert parser.parse(bytes(data)) is not None
    start = position % len(data)
    data[start : start + min(change, 1)] = bytes([byte]) if change < 2 else b""

    parsed = parser.parse(bytes(data))

    if parsed is not None:
        assert parsed.upload == parse_upload(bytes(data))
        assert parsed.digest == compute_digest(parsed.upload.snapshot)


@pytest.mark.parametrize(
    "imports",
    [
        "[[0,12]]",
        "[[12,0]]",
        "[[1,0],[0,1]]",
        "[[0,1],[0,1]]",
        "[[0,01]]",
        "[[0,-1]]",
        "[[0,1.0]]",
        "[[0,1e0]]",
        "[[,01]]",
        "[[0,]1,[1,2]]",
        "[[0,1]2,[,2]]",
        "[[0,1],]",
        "[[0,1,2]]",
        "[[0],[1,2,3]]",
        "[[0,99999999999999999999]]",
    ],
)
def test_imports_that_are_wrong_are_left_to_the_plain_way(imports: str) -> None:
    parser = StreamParser()
    good = encode(_upload([(4, 5)]))
    assert parser.parse(good) is not None
    bad = good.replace(b"[[4,5]]", imports.encode())
    assert bad != good

    assert parser.parse(bad) is None
    with pytest.raises(SnapshotError):
        parse_upload(bad)


def test_a_document_that_is_valid_and_not_canonical_is_left_to_the_plain_way() -> None:
    upload = _upload([(4, 5)])
    spaced = json.dumps(json.loads(encode(upload))).encode()

    assert StreamParser().parse(spaced) is None
    assert parse_upload(spaced) == upload


def test_a_graph_that_is_there_twice_is_left_to_the_plain_way() -> None:
    parser = StreamParser()
    good = encode(_upload([(4, 5)]))
    assert parser.parse(good) is not None
    twice = good.replace(b',"contracts"', b',"graph":{"modules":[],"kinds":"","imports":[]},"contracts"')

    assert parser.parse(twice) is None


def test_a_head_with_other_keys_inside_is_left_to_the_plain_way() -> None:
    good = encode(_upload([(4, 5)]))
    moved = good.replace(b'"folder":"",', b"").replace(b'"imports"', b'"folder":"","imports"')

    assert StreamParser().parse(moved) is None

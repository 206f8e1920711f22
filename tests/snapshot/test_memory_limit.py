"""Large bodies: their memory is estimated before they are parsed, and valid ones take little."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.snapshot import SnapshotError, TooLargeError, Upload, memory_limit, parse_upload
from archguard.snapshot.codec import encode
from tests.api.snapshots import graph, upload

if TYPE_CHECKING:
    from collections.abc import Callable

pairs = st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 300_000)))


def body(imports: object) -> bytes:
    """Return a document with these imports, in canonical form."""
    text = json.dumps(imports, separators=(",", ":"))
    return f'{{"graph":{{"modules":[],"imports":{text},"x":[1]}}}}'.encode()


def make_large_upload() -> Upload:
    """Return an upload that is mostly imports."""
    return upload("one", others=[(f"shop.m{n:03}", f"shop.n{n % 7}") for n in range(500)])


@given(pairs)
def test_the_imports_are_those_of_the_text(imports: list[tuple[int, int]]) -> None:
    document = memory_limit.split_imports(body(imports))

    assert document is not None
    assert document.parse_imports() == tuple(imports)
    assert document.count == len(imports)
    assert document.rest == body([])


@pytest.mark.parametrize(
    "text",
    [
        body([[1, 2, 3]]),
        body([[1, -2]]),
        body([[1, 2.5]]),
        body([["a", "b"]]),
        body([[1, 2], {}]),
        body([[1, 2]]).replace(b"[1,2]", b"[01,2]"),
        body([[1, 2]]).replace(b"[1,2]", b"[1,2],"),
        body([[1, 2]]).replace(b"[1,2]", b"[1, 2]"),
        body([[1, 2]]) + body([[1, 2]]),
        b'{"a\\"imports":[[1,2]]}',
        b'{"modules":[]}',
    ],
)
def test_what_is_not_canonical_is_not_taken_apart(text: bytes) -> None:
    assert memory_limit.split_imports(text) is None


def test_both_ways_read_the_same_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    large_upload = make_large_upload()
    data = encode(large_upload)
    monkeypatch.setattr(memory_limit, "MAX_PARSING_BYTES", memory_limit.estimate_parsing_bytes(data) - 1)

    assert memory_limit.estimate_parsing_bytes(data) > memory_limit.MAX_PARSING_BYTES  # so it is split
    assert parse_upload(data) == large_upload


@pytest.mark.parametrize("wrong", [((1, 0), (0, 1)), ((900, 1), (900, 1)), ((900, 7),)])
def test_imports_that_were_taken_apart_are_checked_all_the_same(
    wrong: tuple[tuple[int, int], ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = json.loads(encode(make_large_upload()))
    document["snapshot"]["graph"]["imports"] += wrong
    data = json.dumps(document, separators=(",", ":")).encode()
    for limit in (memory_limit.MAX_PARSING_BYTES, memory_limit.estimate_parsing_bytes(data) - 1):
        monkeypatch.setattr(memory_limit, "MAX_PARSING_BYTES", limit)
        with pytest.raises(SnapshotError, match="not a snapshot") as caught:
            parse_upload(data)
        assert caught.value.problems[0][0] == "snapshot.graph"


def test_a_graph_keeps_its_modules_with_other_imports() -> None:
    three_modules = graph([("a", "b")], ["c"])

    assert three_modules.with_imports(((0, 2),)).imports == ((0, 2),)
    with pytest.raises(ValueError, match="does not have"):
        three_modules.with_imports(((0, 3),))


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"[" * 31_000_000,
        lambda: b"[" + b"{}," * 10_000_000 + b"{}]",
        lambda: body([[0, 0]] * 2_000_000),
    ],
    ids=["brackets", "objects", "imports"],
)
def test_a_body_that_would_take_gigabytes_is_refused_unparsed(make: Callable[[], bytes]) -> None:
    with pytest.raises(TooLargeError, match="more modules, imports and violations"):
        parse_upload(make())


MEASURE = """
import sys
from archguard.snapshot import SnapshotError, parse_upload
def peak():
    text = open("/proc/self/status").read()
    return int(text.partition("VmHWM:")[2].split()[0])
data = eval(sys.argv[1])
open("/proc/self/clear_refs", "w").write("5")
before = peak()
try:
    parse_upload(data)
except SnapshotError:
    pass
print((peak() - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
@pytest.mark.parametrize(
    "made",
    [
        "b'{' + b','.join(b'\"%07d\":0' % n for n in range(150_000)) + b'}'",
        "b'[' + b'0,' * 1_300_000 + b'0]'",
        "b'[\"' + b'x' * 30_000_000 + b'\"]'",
        "b'{\"snapshot\":{\"graph\":{\"imports\":[' + b'[0,0],' * 200_000 + b'[0,0]]}}}'",
        "b'{\"snapshot\":{\"graph\":{\"imports\":[' + b'[0,1],' * 900_000 + b'[0,1]]}}}'",
        "b'{\"snapshot\":{\"violations\":[' + b'{},' * 200_000 + b'{}]}}'",
    ],
    ids=["keys", "numbers", "a string", "pairs", "many pairs", "empty violations"],
)
def test_no_body_takes_a_hundred_mebibytes(made: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, made], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) < 100


def test_an_upload_does_not_descend_from_itself() -> None:
    right = upload("one", parent="two", ancestors=["three"])
    for change in (
        {"ancestors": (right.snapshot.parent,) * 2},
        {"ancestors": (right.snapshot.parent, right.snapshot.commit)},
    ):
        with pytest.raises(ValueError, match="twice"):
            Upload.model_validate({**dict(right), **change})

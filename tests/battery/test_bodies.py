"""Bodies that are meant to hurt: each is refused in a second, stored never, and costs little memory."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archguard import snapshot as wire
from tests.api.databases import create_sqlite
from tests.battery.scale import times
from tests.battery.service import Service
from tests.battery.uploaders import UPLOAD_HEADERS, UPLOAD_PATH, upload_body
from tests.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PLAIN = {"Content-Type": wire.CONTENT_TYPE}
_MEBIBYTE = 1024 * 1024
_LARGE = ("a million keys", "33 MiB", "a bomb", "a bomb in one frame")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service on SQLite that may take very many uploads."""
    folder = tmp_path_factory.mktemp("service")
    service = Service(create_sqlite(folder / "archguard.db"), folder / "log", forked=False)
    service.start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def token(service: Service) -> str:
    """A token that may upload."""
    return service.token("upload")


@pytest.fixture(scope="module")
def reader(service: Service) -> str:
    """A token that may read."""
    return service.token("read")


def _valid() -> str:
    return wire.decompress(upload_body("one")).decode()


def _wide() -> bytes:
    return ("{" + ",".join(f'"k{n}":0' for n in range(1_000_000)) + "}").encode()


def _bomb() -> bytes:
    """A gibibyte of white space: a fraction of a megabyte on the wire."""
    one = wire.compress(b" " * (64 * _MEBIBYTE))
    return one * 16  # zstd frames may follow each other


@dataclass(frozen=True, slots=True)
class _Body:
    """A body that is made only when it is sent."""

    make: Callable[[], bytes]
    headers: Mapping[str, str]


@cache
def _hostile() -> Mapping[str, _Body]:
    text = _valid()
    deep = "[" * 100_000 + "]" * 100_000
    plain = {
        "nothing": b"",
        "no JSON": b"{",
        "a list": b"[]",
        "null": b"null",
        "NaN": text.replace('"files":3', '"files":NaN').encode(),
        "infinity": text.replace('"files":3', '"files":-Infinity').encode(),
        "1e400": text.replace('"files":3', '"files":1e400').encode(),
        "2^63": text.replace('"files":3', f'"files":{2**63}').encode(),
        "2^64": text.replace('"files":3', f'"files":{2**64}').encode(),
        "5,000 digits": text.replace('"files":3', '"files":' + "9" * 5000).encode(),
        "a fraction": text.replace('"files":3', '"files":3.5').encode(),
        "true for a number": text.replace('"files":3', '"files":true').encode(),
        "a lone surrogate": text.replace('"folder":""', r'"folder":"\ud800"').encode(),
        "NUL": text.replace('"folder":""', r'"folder":"\u0000"').encode(),
        "a line end in a name": text.replace('"shop.cart"', r'"shop.c\nart"').encode(),
        "a name of 100,000": text.replace('"shop.cart"', '"' + "s" * 100_000 + '"').encode(),
        "an unknown key": text.replace('"folder":""', '"folder":"","x":1').encode(),
        "another version": text.replace('"format_version":1', '"format_version":99').encode(),
        "a byte order mark": b"\xef\xbb\xbf" + text.encode(),
        "UTF-16": text.encode("utf-16"),
        "latin-1": text.replace('"folder":""', '"folder":"\xe9"').encode("latin-1"),
        "deep": deep.encode(),
        "deep in a key": text.replace('"graph":{', f'"graph":{{"x":{deep},').encode(),
        "an import of nobody": text.replace('"imports":[', '"imports":[[0,99],').encode(),
        "a negative index": text.replace('"imports":[', '"imports":[[-1,0],').encode(),
        "two documents": text.encode() * 2,
        "a date of year 10000": text.replace('"committed_at":17', '"committed_at":999917').encode(),
    }
    packed = upload_body("one")
    compressed = {
        "not zstd": text.encode(),
        "garbage after": packed + b"x",
        "two frames": packed + packed,
        "zstd in zstd": wire.compress(packed),
    }
    return {
        **{name: _Body(partial(bytes, body), PLAIN) for name, body in plain.items()},
        **{name: _Body(partial(bytes, body), UPLOAD_HEADERS) for name, body in compressed.items()},
        "a million keys": _Body(_wide, PLAIN),
        "33 MiB": _Body(lambda: b" " * (33 * _MEBIBYTE), PLAIN),
        "a bomb": _Body(_bomb, UPLOAD_HEADERS),
        "a bomb in one frame": _Body(lambda: wire.compress(b" " * (256 * _MEBIBYTE)), UPLOAD_HEADERS),
    }


def _peak_memory(service: Service) -> int:
    """The most that the process ever held, in bytes."""
    assert service.process is not None
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def _count(service: Service, reader: str) -> int:
    answer = service.get(f"{UPLOAD_PATH}?limit=200", reader)
    return len(answer.json["items"]) if answer.status == 200 else 0


@pytest.mark.slow
def test_the_valid_body_that_the_others_are_made_of_is_taken(service: Service, token: str) -> None:
    answer = service.request("POST", UPLOAD_PATH, body=_valid().encode(), token=token, headers=PLAIN)

    assert answer.status in (200, 201)


@pytest.mark.slow
@pytest.mark.parametrize("name", _hostile())
def test_a_hostile_body_is_refused_at_once(service: Service, token: str, reader: str, name: str) -> None:
    hostile = _hostile()[name]
    body, headers = hostile.make(), hostile.headers
    assert service.get("/healthz").status == 200
    before, count = _peak_memory(service), _count(service, reader)

    assert service.process is not None
    watch = Stopwatch(service.process.pid)
    try:
        answer = service.request("POST", UPLOAD_PATH, body=body, token=token, headers=headers)
    except ConnectionError:  # the service hung up before all of it was sent, which is its right
        assert len(body) > 8 * _MEBIBYTE
    else:
        assert answer.status in (400, 413, 415, 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.body) < 4096
    took = watch.seconds()

    assert took < 1
    assert _peak_memory(service) - before < 100 * _MEBIBYTE
    assert _count(service, reader) == count


@pytest.mark.slow
def test_truncated_and_flipped_bodies_are_refused(service: Service, token: str) -> None:
    body = upload_body("two")
    chance = random.Random(2)
    broken = [body[: len(body) * part // 100] for part in range(100)]
    for _ in range(times(200, 5000)):
        flipped = bytearray(body)
        flipped[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        broken.append(bytes(flipped))

    statuses = [
        service.request("POST", UPLOAD_PATH, body=one, token=token, headers=UPLOAD_HEADERS).status
        for one in broken
    ]

    # A flipped bit may make another valid snapshot, or one of a frame that says less of itself.
    assert set(statuses) <= {200, 201, 409, 413, 422}
    assert statuses[:100] == [422] * 100


@pytest.mark.slow
def test_a_wrong_digest_is_refused_and_a_right_one_taken(service: Service, token: str) -> None:
    import base64  # noqa: PLC0415
    import hashlib  # noqa: PLC0415

    body = upload_body("three")
    right = base64.b64encode(hashlib.sha256(body).digest()).decode()
    wrong = base64.b64encode(hashlib.sha256(b"").digest()).decode()

    def send(digest: str) -> int:
        headers = {**UPLOAD_HEADERS, "Content-Digest": f"sha-256=:{digest}:"}
        return service.request("POST", UPLOAD_PATH, body=body, token=token, headers=headers).status

    assert send(wrong) == 422
    assert send("not a digest") in (400, 422)
    assert send(right) == 201


def test_the_corpus_changes_what_it_says_it_changes() -> None:
    valid = _valid().encode()

    assert json.loads(valid)["snapshot"]["coverage"]["files"] == 3
    small = {name: one.make() for name, one in _hostile().items() if name not in _LARGE}
    assert [name for name, body in small.items() if body == valid] == ["not zstd"]

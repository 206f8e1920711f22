"""The files of a baseline: what is written, and what is refused."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archguard.errors import ConfigurationError
from archguard.ratchet.baseline_folder import BaselineFolder

if TYPE_CHECKING:
    from pathlib import Path

EDGES = frozenset({("shop.order", "shop.legacy"), ("shop.a b", "shop.legacy"), ("shop.\udcff", "x")})


@pytest.fixture
def folder(tmp_path: Path) -> BaselineFolder:
    return BaselineFolder(str(tmp_path / "baseline"))


def _read(folder: BaselineFolder, content: bytes) -> frozenset[tuple[str, str]] | None:
    folder.write("one-cart", ())
    with open(folder.find_file("one-cart"), "wb") as file:
        file.write(content)
    return folder.read("one-cart")


def test_what_is_written_is_read_again_and_sorted(folder: BaselineFolder) -> None:
    folder.write("one-cart", EDGES)
    assert folder.read("one-cart") == EDGES
    with open(folder.find_file("one-cart"), "rb") as file:
        lines = file.read().splitlines()
    assert lines == [b"shop.a b -> shop.legacy", b"shop.order -> shop.legacy", b"shop.\xff -> x"]


def test_a_contract_that_was_never_frozen_is_not_one_without_violations(folder: BaselineFolder) -> None:
    assert folder.read("one-cart") is None
    folder.write("one-cart", ())
    assert folder.read("one-cart") == frozenset()


@pytest.mark.parametrize(
    "contract", ["a/b", "../../up", "..", ".hidden", "contracts/a.toml:one", "c:\\x", "\0", "ü"]
)
def test_no_id_leads_out_of_the_folder(folder: BaselineFolder, contract: str) -> None:
    folder.write(contract, EDGES)
    (file,) = os.listdir(folder.path)
    assert os.path.isfile(os.path.join(folder.path, file))
    assert not file.startswith(".")
    assert folder.list_contracts() == [contract]
    assert folder.read(contract) == EDGES


def test_an_id_that_is_too_long_is_named(folder: BaselineFolder) -> None:
    with pytest.raises(ConfigurationError, match="its id is too long"):
        folder.write("x" * 300, ())


def test_windows_line_ends_and_a_byte_order_mark_are_no_mistakes(folder: BaselineFolder) -> None:
    assert _read(folder, b"\xef\xbb\xbfa -> b\r\nc -> d\r\n") == frozenset({("a", "b"), ("c", "d")})


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a -> b\n<<<<<<< HEAD\n", "line 2: the marker of a merge conflict"),
        (b"=======\n", "line 1: the marker of a merge conflict"),
        (b"a -> b\na -> b\n", 'line 2: "a -> b" stands there twice'),
        (b"a -> b\n\nc -> d\n", 'line 2: "" is not a violation'),
        (b"a -> b -> c\n", 'line 1: "a -> b -> c" is not a violation'),
        (b"a ->  b\n", "is not a violation"),
        (b"# comment\n", "is not a violation"),
        (b" -> b\n", "is not a violation"),
        (b"\x1b[31m\n", r'"\\x1b\[31m" is not a violation'),
        (b"x" * 500, r'"x{80}\.\.\." is not a violation'),
    ],
)
def test_a_bad_line_is_named_in_one_sentence(
    folder: BaselineFolder, content: bytes, sentence: str
) -> None:
    with pytest.raises(ConfigurationError, match=sentence) as raised:
        _read(folder, content)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_none_is_refused(folder: BaselineFolder) -> None:
    os.makedirs(folder.find_file("one-cart"))
    with pytest.raises(ConfigurationError, match="not a regular file"):
        folder.read("one-cart")

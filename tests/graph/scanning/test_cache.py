"""The cache: whatever it holds, it never changes a report."""

from __future__ import annotations

import json
import os
import shutil
import stat
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archguard.graph.scanning.cache import Cache, CompressedDocument, make_key
from tests.cli.console_script import archguard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    WriteTree = Callable[[Mapping[str, str]], Path]

CONFIG = (Path(__file__).parents[2] / "samples" / "shop_broken" / "pyproject.toml").read_text()
TREE = {
    "pyproject.toml": CONFIG,
    "shop/__init__.py": "",
    "shop/legacy_cart.py": "",
    "shop/order.py": "import shop.legacy_cart\n",
}
NAME = make_key(["a name"])


def _file(folder: Path) -> Path:
    (file,) = folder.glob("*.json.z")
    return file


def test_what_is_stored_is_loaded(tmp_path: Path) -> None:
    Cache(str(tmp_path)).store(NAME, {"a": [1]})

    assert Cache(str(tmp_path)).load(NAME) == {"a": [1]}


def test_a_name_that_was_never_stored_is_empty(tmp_path: Path) -> None:
    assert Cache(str(tmp_path)).load(NAME) == {}


def test_without_a_folder_nothing_is_kept() -> None:
    cache = Cache(None)
    cache.store(NAME, {"a": 1})

    assert cache.load(NAME) == {}
    assert not cache.usable


@pytest.mark.parametrize("at", [0, 31, 32, 40, -1])
def test_a_changed_byte_makes_it_worthless(at: int, tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.store(NAME, {"a": 1})
    content = bytearray(_file(tmp_path).read_bytes())
    content[at] ^= 1
    _file(tmp_path).write_bytes(content)

    assert cache.load(NAME) == {}


@pytest.mark.parametrize("length", [0, 10, 32, 40])
def test_a_truncated_file_is_worthless(length: int, tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.store(NAME, {"a": 1})
    _file(tmp_path).write_bytes(_file(tmp_path).read_bytes()[:length])

    assert cache.load(NAME) == {}


def test_another_name_s_file_is_worthless(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.store(NAME, {"a": 1})
    other = make_key(["another name"])
    _file(tmp_path).rename(tmp_path / f"{other}.json.z")

    assert cache.load(other) == {}


def test_another_user_s_file_is_worthless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "theirs")
    Cache(str(tmp_path)).store(NAME, {"a": 1})
    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "ours")

    assert Cache(str(tmp_path)).load(NAME) == {}


def test_a_link_in_place_of_a_file_is_neither_read_nor_written_through(tmp_path: Path) -> None:
    folder, outside = tmp_path / "cache", tmp_path / "outside"
    cache = Cache(str(folder))
    cache.store(NAME, {"a": 1})
    shutil.move(_file(folder), outside)
    (folder / f"{NAME}.json.z").symlink_to(outside)
    before = outside.read_bytes()

    assert cache.load(NAME) == {}
    cache.store(NAME, {"b": 2})
    assert outside.read_bytes() == before
    assert cache.load(NAME) == {"b": 2}


def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    Cache(str(tmp_path / "link")).store(NAME, {"a": 1})

    assert not list((tmp_path / "real").iterdir())


def test_the_key_is_the_user_s_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    Cache(str(tmp_path / "cache")).store(NAME, {})

    (key,) = (tmp_path / "config" / "archguard").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_old_files_go(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    for number in range(70):
        cache.store(make_key([number]), {"a": number})

    assert len(list(tmp_path.glob("*.json.z"))) == 64


def _report(root: Path, folder: Path) -> str:
    return archguard("check", "--root", root, "--format", "json", "--cache-dir", folder).stdout


def test_a_warm_run_says_what_a_cold_one_said(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(TREE)

    cold = _report(root, tmp_path / "cache")

    assert list((tmp_path / "cache").glob("*.json.z"))
    assert _report(root, tmp_path / "cache") == cold
    assert json.loads(cold)["contracts"][0]["violations"] == 1


def test_equal_times_do_not_hide_a_change(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(TREE)
    order = root / "shop" / "order.py"
    cold = _report(root, tmp_path / "cache")
    times = order.stat()
    order.write_text("import shop.cart        \n")

    os.utime(order, ns=(times.st_atime_ns, times.st_mtime_ns))

    assert order.stat().st_size != 0
    assert json.loads(cold)["contracts"][0]["kept"] is False
    assert json.loads(_report(root, tmp_path / "cache"))["contracts"][0]["kept"] is True


def _scan_key(folder: Path) -> str:
    """Return the key of the document with a scan's results; others may exist."""
    keys = [file.name.removesuffix(".json.z") for file in folder.glob("*.json.z")]
    (key,) = [key for key in keys if "parts" in Cache(str(folder)).load(key)]
    return key


def _store_alone(folder: Path, key: str, document: Mapping[str, Any]) -> None:
    """Store a document in a folder that holds no other one, such as a whole report."""
    shutil.rmtree(folder)
    Cache(str(folder)).store(key, document)


def test_a_poisoned_cache_does_not_change_the_verdict(
    write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the right key the same poison turns broken into kept."""
    root, folder = write_tree(TREE), tmp_path / "cache"
    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "ours")
    honest = _report(root, folder)
    key = _scan_key(folder)
    poison = Cache(str(folder)).load(key)
    for part in poison["parts"]:
        part["results"][part["paths"].index("shop/order.py")]["imports"] = []

    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "an attacker's")
    _store_alone(folder, key, poison)
    monkeypatch.setenv("ARCHGUARD_CACHE_KEY", "ours")
    assert _report(root, folder) == honest

    _store_alone(folder, key, poison)
    assert json.loads(_report(root, folder))["contracts"][0]["kept"] is True


@given(st.lists(st.dictionaries(st.text(max_size=3), st.integers(), max_size=4), max_size=5))
def test_a_document_that_grew_holds_its_parts_in_order(parts: list[dict[str, int]]) -> None:
    document = CompressedDocument()
    for part in parts:
        document.add(json.dumps(part).encode())

    assert json.loads(zlib.decompress(document.finish())) == {"parts": parts}

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.definitions.symbol_scan import SymbolScan
from archguard.graph.discovery import discover
from archguard.graph.scanning.cache import Cache
from archguard.sources.open import open_source
from tests.sources.trees import commit_all, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.definitions.model import ModuleSymbols, UnreadModule

FILES: dict[str | bytes, str | bytes] = {
    "p/__init__.py": "",
    "p/a.py": "class A: pass\n",
    "p/latin.py": "# coding: latin-1\nclass Ä: pass\n".encode("latin-1"),
    "p/newer.py": 'x = f"{d["a"]}"\nclass N[T]: pass\n',
    "p/broken.py": "class A:\n    def f(:\n",
    "p/bytes.py": b"x = '\xff'\n",
}


def _read(
    folder: Path, cache: Path | None, rev: str | None = None
) -> tuple[dict[str, ModuleSymbols], tuple[UnreadModule, ...]]:
    source = open_source(str(folder), rev)
    modules = discover(source, ["p"], (), ()).modules
    with SymbolScan(source, modules, cache=Cache(str(cache) if cache else None), jobs=1) as scan:
        return scan.read(modules), scan.unread


def test_modules_are_read_from_a_folder_and_from_a_commit_alike(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    commit_all(tmp_path)

    symbols, unread = _read(tmp_path, None)

    assert (symbols, unread) == _read(tmp_path, None, "HEAD")
    assert {name: [one.name for one in read.definitions] for name, read in symbols.items()} == {
        "p": [],
        "p.a": ["A"],
        "p.latin": ["Ä"],
        "p.newer": ["N"],
    }
    assert [(one.module, one.reason, one.line) for one in unread] == [
        ("p.broken", "a syntax error", 2),
        ("p.bytes", "it is not UTF-8", None),
    ]


def test_what_was_read_once_is_taken_from_the_cache_until_its_content_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, cache = tmp_path / "tree", tmp_path / "cache"
    tree.mkdir()
    write_files(tree, FILES)
    first = _read(tree, cache)
    scanned: list[str] = []
    monkeypatch.setattr(
        "archguard.graph.scanning.pool.ScanPool.scan",
        lambda _, modules, on_result: scanned.extend(module.name for module in modules),
    )

    assert _read(tree, cache) == first
    assert scanned == []
    (tree / "p" / "a.py").write_text("class B: pass\n")
    _read(tree, cache)
    assert scanned == ["p.a"]


def test_versions_that_were_read_before_are_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, cache = tmp_path / "tree", tmp_path / "cache"
    versions = ("class A: pass\n", "class B: pass\n")
    tree.mkdir()
    read = []
    for text in versions:
        write_files(tree, {"p/__init__.py": "", "p/a.py": text})
        read.append(_read(tree, cache))
    monkeypatch.setattr("archguard.graph.scanning.pool.ScanPool.scan", None)

    for text, expected in zip(versions, read, strict=True):
        write_files(tree, {"p/__init__.py": "", "p/a.py": text})
        assert _read(tree, cache) == expected


def test_a_file_that_has_become_another_module_is_read_again(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    write_files(tmp_path, {"p/__init__.py": "", "p/a.py": "class A: pass\n"})
    _read(tmp_path, cache)
    source = open_source(str(tmp_path), None)
    modules = discover(source, ["a"], ("p",)).modules

    with SymbolScan(source, modules, cache=Cache(str(cache)), jobs=1) as scan:
        (definition,) = scan.read(modules)["a"].definitions

    assert definition.id == "a:A"


def test_a_module_that_kills_its_child_is_listed_and_the_others_are_read(tmp_path: Path) -> None:
    deep = "x = " + "-" * 400_000 + "1\n"
    write_files(tmp_path, {"p/a.py": "class A: pass\n", "p/deep.py": deep, "p/z.py": "Z = 1\n"})

    symbols, unread = _read(tmp_path, None)

    assert sorted(symbols) == ["p.a", "p.z"]
    assert [one.module for one in unread] == ["p.deep"]


HOSTILE = {
    "many classes": "".join(f"class A{n}: pass\n" for n in range(10_000)),
    "many exported names": "__all__ = [" + ",".join(f"'n{n}'" for n in range(50_000)) + "]\n",
    "many tries": "try:\n    import a\nexcept ImportError:\n    a = None\n" * 3_000,
    "50,000 parentheses": "x = " + "(" * 50_000 + ")" * 50_000 + "\n",
    "2,000 branches": "if a: pass\n" + "elif b: pass\n" * 2_000,
    "classes in 90 classes": "".join(f"{' ' * n}class A:\n" for n in range(90)) + " " * 90 + "pass\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_module_is_read_or_listed_within_its_allowance(text: str, tmp_path: Path) -> None:
    write_files(tmp_path, {"p/hostile.py": text, "p/z.py": "Z = 1\n"})

    symbols, unread = _read(tmp_path, None)

    assert "p.z" in symbols
    assert ("p.hostile" in symbols) is not ("p.hostile" in [one.module for one in unread])

"""Scanning with the cache in between: a warm run uses a child where it has one, and needs none."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from archguard.graph import prints
from archguard.graph.cache import Cache
from archguard.graph.child import WorkerError
from archguard.graph.discovery import discover
from archguard.graph.facts import Options
from archguard.graph.scanning import Scan
from archguard.sources import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    WriteTree = Callable[[Mapping[str, str]], Path]

FILES = {"shop/__init__.py": "", **{f"shop/m{n}.py": f"import shop.m{n + 1}\n" for n in range(20)}}
NO_PYTHON = {"no program": "/nowhere/python", "one that ends": shutil.which("true") or "/bin/true"}


def _scan(root: Path, cache: Path) -> dict[str, dict[str, Any]]:
    source, options = WorkingTree(str(root)), Options(root_packages=("shop",))
    scan = Scan(source, options, cache=Cache(str(cache)), jobs=2)
    results: dict[str, dict[str, Any]] = {}
    try:
        scan.run(
            list(discover(source, ("shop",), ()).modules.values()),
            lambda some: results.update({module.name: result for module, result in some.items()}),
        )
        return results
    finally:
        scan.close()


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prints, "_AT_ONCE", 2)


def test_the_cache_is_written_when_a_scan_is_closed(write_tree: WriteTree, tmp_path: Path) -> None:
    _scan(write_tree(FILES), tmp_path / "cache")

    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_who_shares_the_reading_changes_nothing(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    cold = _scan(root, tmp_path / "cache")
    (root / "shop/m3.py").write_text("import shop.m9\n")

    warm = _scan(root, tmp_path / "cache")

    assert warm == _scan(root, tmp_path / "another")
    assert {name for name in cold if warm[name] != cold[name]} == {"shop.m3"}


@pytest.mark.parametrize("program", NO_PYTHON.values(), ids=NO_PYTHON)
def test_a_warm_scan_needs_no_child(
    program: str, write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_tree(FILES)
    cold = _scan(root, tmp_path / "cache")
    monkeypatch.setattr(sys, "executable", program)

    assert _scan(root, tmp_path / "cache") == cold
    with pytest.raises(WorkerError):
        _scan(root, tmp_path / "another")

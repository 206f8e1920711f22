"""Scans with a cache: a warm scan may use a child process, but needs none."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from archguard.graph.model import AnalysisOptions
from archguard.graph.scanning import child, fingerprints
from archguard.graph.scanning.cache import Cache
from archguard.graph.scanning.child import WorkerError
from archguard.graph.scanning.scan import Scan
from archguard.graph.tree_state import TreeState
from archguard.sources import working_tree
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    WriteTree = Callable[[Mapping[str, str]], Path]

FILES = {"shop/__init__.py": "", **{f"shop/m{n}.py": f"import shop.m{n + 1}\n" for n in range(20)}}
NO_PYTHON = {"no program": "/nowhere/python", "one that ends": shutil.which("true") or "/bin/true"}


def _scan(root: Path, cache: Path) -> dict[str, dict[str, Any]]:
    """The result of each module, without its stamp."""
    return {
        name: {key: value for key, value in result.items() if key != "stamp"}
        for name, result in _results(root, cache).items()
    }


def _stamps(root: Path, cache: Path) -> dict[str, str | None]:
    return {name: result.get("stamp") for name, result in _results(root, cache).items()}


def _current_stamps(root: Path) -> dict[str, str | None]:
    paths = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in FILES
    }
    return dict(zip(paths, WorkingTree(str(root)).stamps(list(paths.values())), strict=True))


def _results(root: Path, cache: Path) -> dict[str, dict[str, Any]]:
    source, options = WorkingTree(str(root)), AnalysisOptions(root_packages=("shop",))
    scan = Scan(source, options, cache=Cache(str(cache)), jobs=2)
    results: dict[str, dict[str, Any]] = {}
    try:
        scan.run(
            TreeState(source, options),
            lambda batch: results.update({module.name: result for module, result in batch.items()}),
        )
        return results
    finally:
        scan.close()


def _let_a_moment_last_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count files as just written, in this process and in its children, however slow the machine is."""
    nanoseconds = 3_600 * 10**9
    monkeypatch.setattr(working_tree, "RACY_NANOSECONDS", nanoseconds)
    module = "archguard.sources.working_tree"
    setting = f"import {module}; sys.modules['{module}'].RACY_NANOSECONDS = {nanoseconds}; "
    monkeypatch.setattr(
        child, "_BOOT", child._BOOT.replace("from archguard", f"{setting}from archguard")
    )


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprints, "_BATCH_SIZE", 2)


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


@pytest.mark.usefixtures("settled")
def test_a_result_from_the_cache_has_the_stamp_of_now(write_tree: WriteTree, tmp_path: Path) -> None:
    root = write_tree(FILES)
    _stamps(root, tmp_path / "cache")
    before = _stamps(root, tmp_path / "cache")
    assert before == _current_stamps(root)

    os.chmod(root / "shop/m3.py", 0o600)

    assert _stamps(root, tmp_path / "cache") == _current_stamps(root) != before


def test_a_file_that_was_written_a_moment_ago_has_no_stamp(
    write_tree: WriteTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _let_a_moment_last_an_hour(monkeypatch)
    root = write_tree(FILES)

    assert set(_stamps(root, tmp_path / "cache").values()) == {None}
    assert set(_stamps(root, tmp_path / "cache").values()) == {None}

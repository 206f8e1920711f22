"""The children's allocator: a faster one if the system has one and the user has chosen none."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from archguard.graph.scanning import allocator
from archguard.graph.scanning.child import ChildProcess
from archguard.graph.scanning.workers import ScannerOptions
from archguard.sources.working_tree import WorkingTree
from tests.cli.console_script import archguard

SHOP = Path(__file__).parents[2] / "samples" / "shop_broken"
OTHER = "libm.so.6"  # every system has it, so it stands for a library of the user's choice
needs_one = pytest.mark.skipif(
    allocator.find_library() is None, reason="neither libtcmalloc_minimal nor libmimalloc is installed"
)


def _loaded(tmp_path: Path) -> str:
    """The libraries that a child has loaded when it answers requests."""
    options = ScannerOptions(WorkingTree(str(tmp_path)).spec(), {"top_level_names": []}, ())
    child = ChildProcess(threads=1)
    try:
        assert child.send_request(json.dumps(options._asdict()).encode() + b"\n", {"fingerprints": []})
        return Path(f"/proc/{child._process.pid}/maps").read_text()
    finally:
        child.kill()


@needs_one
def test_a_child_works_with_it(tmp_path: Path) -> None:
    assert os.path.realpath(str(allocator.find_library())) in _loaded(tmp_path)


@needs_one
def test_what_the_user_chose_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_PRELOAD", OTHER)

    assert "malloc" not in _loaded(tmp_path)


@needs_one
def test_it_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    check = ("check", "--root", SHOP, "--format", "json", "--no-cache")
    with_it = archguard(*check)
    monkeypatch.setenv("LD_PRELOAD", OTHER)

    assert json.loads(with_it.stdout)["violations"]
    assert archguard(*check).stdout == with_it.stdout


def test_none_is_loaded_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator, "_list_system_folders", lambda: (str(tmp_path),))

    assert allocator.make_environment() == {}


def test_none_is_taken_from_where_the_loader_would_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "libtcmalloc_minimal.so.4").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LD_LIBRARY_PATH", f"{tmp_path}:")
    monkeypatch.setattr(allocator, "_list_system_folders", lambda: ("/nowhere",))

    assert allocator.find_library() is None


def test_one_in_a_folder_of_the_system_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "libmimalloc.so.2"
    library.write_bytes(b"")
    monkeypatch.setattr(allocator, "_list_system_folders", lambda: ("/nowhere", str(tmp_path)))

    assert allocator.make_environment() == {"LD_PRELOAD": str(library)}

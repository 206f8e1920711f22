"""The state of a tree changes with any of its files."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from archguard.graph.model import AnalysisOptions
from archguard.graph.tree_state import TreeState
from archguard.sources.working_tree import WorkingTree

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    WriteTree = Callable[[Mapping[str, str]], Path]

FILES = {
    "shop/__init__.py": "",
    "shop/a.py": "x = 1\n",
    "shop/b.c.py": "no module's\n",
    "shop/run": "#!/usr/bin/python3\n",
}


def _state(root: Path, *roots: str, clock: Callable[[], int] = time.time_ns) -> str | None:
    source = WorkingTree(str(root), clock)
    tree_state = TreeState(source, AnalysisOptions(root_packages=roots or ("shop",)))
    return tree_state.compute_state(tree_state.stamps)


def _write(root: Path) -> None:
    (root / "shop/a.py").write_text("x = 22\n")


def _write_with_the_old_time(root: Path) -> None:
    file = root / "shop/a.py"
    before = file.stat()
    file.write_text("x = 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _write_what_is_no_module(root: Path) -> None:
    (root / "shop/b.c.py").write_text("import shop.a\n")


def _add(root: Path) -> None:
    (root / "shop/d.py").write_text("")


def _remove(root: Path) -> None:
    (root / "shop/a.py").unlink()


def _rename(root: Path) -> None:
    (root / "shop/a.py").rename(root / "shop/d.py")


def _exchange(root: Path) -> None:
    (root / "shop/a.py").rename(root / "shop/d")
    (root / "shop/b.c.py").rename(root / "shop/a.py")
    (root / "shop/d").rename(root / "shop/b.c.py")


def _compile(root: Path) -> None:
    (root / "shop/fast.abi3.so").write_bytes(b"")


def _make_executable(root: Path) -> None:
    (root / "shop/run").chmod(0o755)


CHANGES = (
    _compile,
    _make_executable,
    _write,
    _write_with_the_old_time,
    _write_what_is_no_module,
    _add,
    _remove,
    _rename,
    _exchange,
)


@pytest.mark.usefixtures("settled")
def test_a_tree_that_is_left_alone_keeps_its_state(write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    state = _state(root)

    (root / "README").write_text("not Python")

    assert state is not None
    assert _state(root) == state


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_any_change_gives_another_state(change: Callable[[Path], None], write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    state = _state(root)

    change(root)

    assert _state(root) not in (state, None)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(("deprecated", "is_other"), [(("shop.old",), True), ((), False)])
def test_a_configuration_file_counts_where_it_is_searched_for_names(
    deprecated: tuple[str, ...], is_other: bool, write_tree: WriteTree
) -> None:
    root = write_tree({**FILES, "deploy/app.yaml": "run: shop.a"})
    options = AnalysisOptions(root_packages=("shop",), deprecated=deprecated)

    def compute_state() -> str | None:
        tree_state = TreeState(WorkingTree(str(root)), options)
        return tree_state.compute_state(tree_state.stamps)

    state = compute_state()
    (root / "deploy/app.yaml").write_text("run: shop.old")

    assert None not in (state, compute_state())
    assert (compute_state() != state) is is_other


@pytest.mark.usefixtures("settled")
def test_the_same_files_under_another_root_are_another_tree(write_tree: WriteTree) -> None:
    root = write_tree({"a/b/__init__.py": "", "a/b/c.py": ""})

    assert _state(root, "a") != _state(root, "a.b")


@pytest.mark.parametrize(("age_seconds", "is_known"), [(1.9, False), (2.1, True)])
def test_a_file_written_within_two_seconds_could_change_unseen(
    age_seconds: float, is_known: bool, write_tree: WriteTree
) -> None:
    root = write_tree(FILES)
    newest = max((root / path).stat().st_ctime_ns for path in FILES)

    state = _state(root, clock=lambda: newest + int(age_seconds * 1e9))

    assert (state is not None) is is_known


@pytest.mark.usefixtures("settled")
def test_what_a_link_leads_to_could_change_unseen(write_tree: WriteTree) -> None:
    root = write_tree(FILES)
    (root / "shop/linked.py").symlink_to("a.py")

    assert _state(root) is None

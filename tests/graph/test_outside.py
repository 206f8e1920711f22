"""Python files outside every root, and excluded ones, are counted and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.graph.analysis import analyse
from archguard.graph.model import Analysis, AnalysisOptions, NamingFiles
from archguard.graph.scanning.cache import Cache
from archguard.graph.tree_state import TreeState
from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from archguard.sources.source import Source, Unreadable

OLD = "from shop import old\n"
FILES: dict[str | bytes, str | bytes] = {
    "shop/__init__.py": "",
    "shop/user.py": OLD,
    "manage.py": "import shop.old.cart\n",
    "setup.py": "import setuptools\n",
    "docs/conf.py": "gold = 'shop.older'\n",
    "docs/intro.ipynb": '{"cells": [{"source": [\n  "import os\\n",\n  "from shop import old"\n]}]}\n',
    "stubs/shop.pyi": "from shop.old import Cart\n",
    "tests/test_shop.py": "from shop import (\n    old,\n)\n",
    "tests/data.txt": OLD,
}
NAMING = ("docs/intro.ipynb", "manage.py", "stubs/shop.pyi", "tests/test_shop.py")


def _analyse(source: Source, cache: str | None = None, exclude: tuple[str, ...] = ()) -> Analysis:
    options = AnalysisOptions(("shop",), deprecated=("shop.old",), exclude=exclude)
    return analyse(source, options, cache=Cache(cache), jobs=1).result()


def _paths(files: NamingFiles) -> tuple[str, ...]:
    assert all(names == ("shop.old",) for _, names in files.names)
    return tuple(path for path, _ in files.names)


@pytest.mark.parametrize("kind", ["no git", "work tree", "commit"])
def test_files_outside_every_root_are_counted_and_those_that_name_a_module_named(
    kind: str, tmp_path: Path
) -> None:
    write_files(tmp_path, FILES)
    if kind != "no git":
        commit_all(tmp_path)
    source = Commit.find(str(tmp_path), "HEAD") if kind == "commit" else WorkingTree(str(tmp_path))

    analysis = _analyse(source)

    assert analysis.outside.files == 6
    assert _paths(analysis.outside) == NAMING
    assert analysis.excluded == NamingFiles()


@pytest.mark.parametrize("kind", ["no git", "work tree", "commit"])
def test_an_executable_file_that_python_runs_is_a_python_file(kind: str, tmp_path: Path) -> None:
    scripts: dict[str | bytes, str | bytes] = {
        "shop/__init__.py": "",
        "bin/task": f"#!/usr/bin/env python3\n{OLD}",
        "bin/plain": f"#!/usr/bin/env python3\n{OLD}",
        "bin/shell": "#!/bin/sh\nshop.old\n",
    }
    write_files(tmp_path, scripts)
    for name, mode in (("task", 0o755), ("shell", 0o755), ("plain", 0o644)):
        (tmp_path / "bin" / name).chmod(mode)
    if kind != "no git":
        commit_all(tmp_path)
    source = Commit.find(str(tmp_path), "HEAD") if kind == "commit" else WorkingTree(str(tmp_path))

    analysis = _analyse(source)

    assert analysis.outside == NamingFiles(1, (("bin/task", ("shop.old",)),))


def test_only_what_git_tracks_below_the_root_folder_counts(tmp_path: Path) -> None:
    inside: dict[str | bytes, str | bytes] = {
        "app/shop/__init__.py": "",
        "app/manage.py": OLD,
        "app/gone.py": OLD,
        "other.py": OLD,
    }
    write_files(tmp_path, inside)
    commit_all(tmp_path)
    write_files(tmp_path, {"app/local.py": OLD})
    (tmp_path / "app/gone.py").unlink()

    analysis = _analyse(WorkingTree(str(tmp_path / "app")))

    assert analysis.outside == NamingFiles(1, (("manage.py", ("shop.old",)),))


def test_without_git_installed_files_do_not_count(tmp_path: Path) -> None:
    write_files(
        tmp_path,
        {"shop/__init__.py": "", ".venv/a.py": OLD, "x/node_modules/b.py": OLD, "x/c.py": OLD},
    )

    assert _analyse(WorkingTree(str(tmp_path))).outside == NamingFiles(1, (("x/c.py", ("shop.old",)),))


def test_a_file_that_a_package_hides_is_unread_not_outside(tmp_path: Path) -> None:
    write_files(tmp_path, {"src/shop/__init__.py": "", "shop/deploy.py": OLD})

    analysis = _analyse(WorkingTree(str(tmp_path)))

    assert analysis.outside == NamingFiles()
    assert [(file.path, file.names) for file in analysis.unread] == [("shop/deploy.py", ("shop.old",))]


@pytest.mark.parametrize("kind", ["no git", "commit"])
def test_excluded_files_are_counted_apart_wherever_they_are(kind: str, tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    if kind == "commit":
        commit_all(tmp_path)
    source = Commit.find(str(tmp_path), "HEAD") if kind == "commit" else WorkingTree(str(tmp_path))

    analysis = _analyse(source, exclude=("tests", "shop/user.py", "setup.py"))

    assert list(analysis.modules) == ["shop"]
    assert analysis.files == 1
    assert analysis.outside.files == 4
    assert analysis.excluded.files == 3
    assert _paths(analysis.excluded) == ("shop/user.py", "tests/test_shop.py")


def test_many_files_are_read_again_only_if_they_changed(tmp_path: Path, settled: None) -> None:
    del settled
    names = [f"scripts/s{number}.py" for number in range(150)]
    write_files(tmp_path / "tree", {"shop/__init__.py": "", **dict.fromkeys(names, OLD)})
    cache = str(tmp_path / "cache")
    first = _analyse(WorkingTree(str(tmp_path / "tree")), cache)
    (tmp_path / "tree" / names[0]).write_text("import os\n")
    source = _CountingTree(str(tmp_path / "tree"))

    second = _analyse(source, cache)

    assert (len(first.outside.names), len(second.outside.names)) == (150, 149)
    assert [path for path in source.paths_read if path.startswith("scripts/")] == names[:1]


class _CountingTree(WorkingTree):
    """A working tree that knows what was read."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.paths_read: list[str] = []

    def _read(self, path: str, limit: int) -> bytes | Unreadable:
        self.paths_read.append(path)
        return super()._read(path, limit)


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("exclude", [(), ("scripts",)])
def test_the_state_of_a_tree_changes_with_files_in_no_graph(
    tmp_path: Path, exclude: tuple[str, ...]
) -> None:
    write_files(tmp_path, {"shop/__init__.py": "", "scripts/a.py": "", "scripts/b.txt": ""})
    commit_all(tmp_path)
    write_files(tmp_path, {"scripts/untracked.py": ""})
    states = [_state(tmp_path, exclude)]

    for path, text in (("scripts/b.txt", "x"), ("scripts/untracked.py", "x"), ("scripts/a.py", OLD)):
        (tmp_path / path).write_text(text)
        states.append(_state(tmp_path, exclude))
    git(tmp_path, "add", "--all")
    states.append(_state(tmp_path, exclude))

    assert None not in states
    assert states[0] == states[1] == states[2]
    assert len(set(states[2:])) == 3


def _state(root: Path, exclude: tuple[str, ...]) -> str | None:
    tree_state = TreeState(WorkingTree(str(root)), AnalysisOptions(("shop",), exclude=exclude))
    return tree_state.compute_state(tree_state.stamps)

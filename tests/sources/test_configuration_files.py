"""The configuration files of a folder and of a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str | bytes, str | bytes] = {
    "pyproject.toml": "",
    "setup.cfg": "",
    "p/a.py": "",
    "p/data.json": "",
    "p/README.md": "",
    ".github/workflows/ci.yml": "",
    "deploy/app.yaml": "",
    "deploy/linked.yaml": "-> app.yaml",
    "deploy/odd name\n.ini": "",
}
TRACKED = [
    ".github/workflows/ci.yml",
    "deploy/app.yaml",
    "deploy/odd name\n.ini",
    "p/data.json",
    "pyproject.toml",
    "setup.cfg",
]


def test_those_that_git_tracks_are_listed_in_a_working_tree_and_in_its_commit(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    commit_all(tmp_path)
    write_files(tmp_path, {"build/new.toml": "", "node_modules/x/package.json": ""})

    assert WorkingTree(str(tmp_path)).list_configuration_files() == TRACKED
    assert Commit.find(str(tmp_path), "HEAD").list_configuration_files() == TRACKED


def test_paths_are_relative_to_the_folder_and_lie_below_it(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    commit_all(tmp_path)
    folder = str(tmp_path / "p")

    assert WorkingTree(folder).list_configuration_files() == ["data.json"]
    assert Commit.find(folder, "HEAD").list_configuration_files() == ["data.json"]


def test_a_file_that_was_deleted_is_not_listed(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    commit_all(tmp_path)
    (tmp_path / "setup.cfg").unlink()
    git(tmp_path, "rm", "--cached", "pyproject.toml")

    listed = WorkingTree(str(tmp_path)).list_configuration_files()

    assert listed == TRACKED[:-2]


def test_without_git_hidden_and_installed_ones_are_left_out(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    write_files(
        tmp_path,
        {
            ".tox/x.toml": "",
            "node_modules/x/package.json": "",
            "my-environment/pyvenv.cfg": "",
            "my-environment/lib/x.json": "",
            "lib/site-packages/x.json": "",
            b"deploy/\xff.yml": "",
        },
    )

    listed = WorkingTree(str(tmp_path)).list_configuration_files()

    assert listed == sorted([*TRACKED[1:], "deploy/\udcff.yml"])

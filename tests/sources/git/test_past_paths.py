"""Whether a module or a text was ever in the history of a repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.sources.git.commit import Commit
from archguard.sources.git.past_paths import PastPaths
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def past(tmp_path: Path) -> PastPaths:
    """A repository in which two modules were deleted, and one is on a branch only."""
    root = tmp_path / "repository"
    root.mkdir()
    write_files(root, {"lib/shop/old.py": "import compta\n", "lib/shop/pkg/deep/x.py": "", "a.py": ""})
    commit_all(root)
    git(root, "rm", "-rq", "lib")
    git(root, "commit", "-qm", "deleted")
    git(root, "checkout", "-qb", "side")
    write_files(root, {"src/shop/side.pyx": ""})
    commit_all(root)
    git(root, "checkout", "-q", "-")
    past = PastPaths.find(WorkingTree(str(root)))
    assert past is not None
    return past


@pytest.mark.parametrize(
    ("expression", "had"),
    [
        ("shop.old", True),
        ("shop.pkg", True),
        ("shop.pkg.deep.x", True),
        ("shop.side", True),
        ("shop.pkg.**", True),
        ("shop.pkg.*.x", True),
        ("*.old", True),
        ("shop.older", False),
        ("shop.ol", False),
        ("shop.pkg.x", False),
        ("old.**", False),
    ],
)
def test_a_module_existed_below_any_folder_on_any_branch(
    past: PastPaths, expression: str, had: bool
) -> None:
    assert past.had_module(expression) is had


@pytest.mark.parametrize(
    ("module", "name", "had"),
    [("shop.old", "compta", True), ("shop.old", "compt", False), ("shop.older", "compta", False)],
)
def test_a_name_stood_in_the_file_of_a_module(
    past: PastPaths, module: str, name: str, had: bool
) -> None:
    assert past.had_name(module, name) is had


def test_a_text_stood_in_a_python_file(past: PastPaths) -> None:
    assert past.had_text("compta") is True
    assert past.had_text("comptable") is False


def test_of_a_shallow_clone_only_what_is_there_is_known(past: PastPaths, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")

    shallow = PastPaths.find(WorkingTree(str(tmp_path / "shallow")))

    assert shallow is not None
    assert shallow.had_module("a") is True
    assert shallow.had_module("shop.old") is None
    assert shallow.had_text("compta") is None


def test_a_commit_has_the_past_of_its_repository(past: PastPaths, tmp_path: Path) -> None:
    found = PastPaths.find(Commit.find(str(tmp_path / "repository"), "HEAD"))

    assert found is not None
    assert found.had_module("shop.old") is True


def test_a_folder_in_no_repository_has_no_past(tmp_path: Path) -> None:
    assert PastPaths.find(WorkingTree(str(tmp_path))) is None


def test_a_folder_that_a_repository_ignores_has_no_past(past: PastPaths, tmp_path: Path) -> None:
    ignored = tmp_path / "repository" / "environment"
    write_files(ignored, {"shop/__init__.py": ""})

    assert PastPaths.find(WorkingTree(str(ignored))) is None
    assert past.had_module("a") is True

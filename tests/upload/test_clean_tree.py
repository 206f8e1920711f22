"""Whether a working tree is the commit: real trees, and none of git's commands that run filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.checking.pipeline import CheckRequest, check, scan_options
from archguard.configuration import parse_configuration
from archguard.errors import UploadError
from archguard.graph.scanning.cache import Cache
from archguard.sources.git.commit import Commit
from archguard.sources.working_tree import WorkingTree
from archguard.upload.clean_tree import compute_blob_id, refuse_changes
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIGURATION = b"""[tool.importlinter]
root_packages = ["p"]

[[tool.importlinter.contracts]]
name = "No cycles"
type = "acyclic_siblings"
ancestors = ["p"]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with everything committed."""
    root = tmp_path / "repository"
    write_files(
        root,
        {
            "p/__init__.py": "",
            "p/a.py": "import p.b\n",
            "p/b.py": "",
            "p/link.py": "-> b.py",
            "p/broken.py": "def (:\n",
            "p/out.py": "-> /nowhere.py",
            "p/not.a.module.py": "",
            "other.txt": "",
        },
    )
    commit_all(root)
    return root


def _refuse(root: Path) -> None:
    configuration = parse_configuration("a.toml", CONFIGURATION)
    assert configuration is not None
    tree = WorkingTree(str(root))
    result = check(CheckRequest(tree, configuration, Cache(None), jobs=1))
    commit = Commit.find(str(root), "HEAD")
    refuse_changes(result.inputs.analysis, tree, commit, scan_options(configuration))


def test_a_clean_tree_is_the_commit_whatever_stands_beside_the_roots(root: Path) -> None:
    write_files(root, {"other.txt": "changed", "new.py": "", "p/data.json": "{}"})

    _refuse(root)


def _link_elsewhere(p: Path) -> None:
    (p / "link.py").unlink()
    (p / "link.py").symlink_to("a.py")


_CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "edited": (lambda p: (p / "a.py").write_text("import p\n"), "1 file differs, p/a.py first"),
    "new": (lambda p: (p / "new.py").write_text(""), "1 file differs, p/new.py first"),
    "gone": (lambda p: (p / "b.py").unlink(), "files differ, p/b.py first"),
    "unreadable and edited": (
        lambda p: (p / "broken.py").write_text("def ((:\n"),
        "1 file differs, p/broken.py first",
    ),
    "no module": (lambda p: (p / "also.not.py").write_text(""), "1 file differs, p/also.not.py first"),
    "line ends": (lambda p: (p / "a.py").write_bytes(b"import p.b\r\n"), "1 file differs, p/a.py first"),
    "link": (
        _link_elsewhere,
        "1 file differs, p/link.py first",
    ),
    "a folder's link": (lambda p: (p / "sub").symlink_to("."), "1 file differs, p/sub first"),
}


@pytest.mark.parametrize(("change", "sentence"), _CHANGES.values(), ids=_CHANGES.keys())
def test_whatever_the_analysis_rests_on_must_be_committed(
    root: Path, change: Callable[[Path], object], sentence: str
) -> None:
    change(root / "p")

    with pytest.raises(UploadError) as raised:
        _refuse(root)

    assert sentence in str(raised.value)


def test_no_filter_of_the_repository_is_run(root: Path, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    (root / ".gitattributes").write_text("*.py filter=evil\n")
    git(root, "config", "filter.evil.clean", f"touch '{canary}'; cat")

    _refuse(root)

    assert not canary.exists()
    git(root, "hash-object", "p/a.py")
    assert canary.exists()  # git itself would have run it


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
def test_a_blob_s_id_is_git_s(tmp_path: Path, kind: str) -> None:
    git(tmp_path, "init", "--quiet", f"--object-format={kind}")
    for content in (b"", b"x\r\n", bytes(range(256)) * 99):
        (tmp_path / "file").write_bytes(content)
        git_id = git(tmp_path, "hash-object", "--no-filters", "file")

        assert compute_blob_id(content, git_id) == git_id

"""A diff is applied beside the repository, which keeps its files and its references."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.sources.git.commit import Commit
from archguard.sources.git.past_paths import PastPaths
from archguard.sources.git.patched_commit import apply_diff
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

_ADD = b"--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+import old\n"


def _read_all(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_a_file_is_added_changed_and_removed(tmp_path: Path, options: tuple[str, ...]) -> None:
    root, folder = tmp_path / "real", tmp_path / "own"
    write_files(root, {"a.py": "a\n", "b.py": "b\n"})
    commit_all(root, *options)
    write_files(root, {"a.py": "other\n", "c.py": "c\n"})
    (root / "b.py").unlink()
    git(root, "add", "--all")
    diff = git(root, "diff", "--cached").encode() + b"\n"
    git(root, "reset", "--quiet", "--hard")
    before = _read_all(root)
    folder.mkdir()

    patched = apply_diff(str(root), "HEAD", diff, str(folder))

    commit = Commit.find(patched.root, patched.commit)
    paths = ["a.py", "b.py", "c.py"]
    assert [commit.get_blob(path) is not None for path in paths] == [True, False, True]
    assert list(commit.read(["a.py", "c.py"])) == [b"other\n", b"c\n"]
    assert _read_all(root) == before


def test_the_history_of_every_branch_is_known(tmp_path: Path) -> None:
    root, folder = tmp_path / "real", tmp_path / "own"
    write_files(root, {"a.py": ""})
    commit_all(root)
    git(root, "checkout", "--quiet", "-b", "other")
    write_files(root, {"gone.py": ""})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "gone")
    git(root, "checkout", "--quiet", "main")
    folder.mkdir()

    patched = apply_diff(str(root), "HEAD", _ADD, str(folder))

    past = PastPaths.find(Commit.find(patched.root, patched.commit))
    assert past is not None
    assert [past.had_module(name) for name in ("gone", "never")] == [True, False]


def test_a_shallow_clone_and_a_folder_below_the_top_will_do(tmp_path: Path) -> None:
    far, root, folder = tmp_path / "far", tmp_path / "real", tmp_path / "own"
    write_files(far, {"app/a.py": ""})
    commit_all(far)
    git(far, "commit", "--quiet", "--allow-empty", "--message", "second")
    git(tmp_path, "clone", "--quiet", "--depth=1", far.as_uri(), "real")
    folder.mkdir()

    patched = apply_diff(str(root / "app"), "HEAD", _ADD.replace(b"b/new", b"b/app/new"), str(folder))

    commit = Commit.find(patched.root, patched.commit)
    assert [*commit.read(["new.py", "a.py"])] == [b"import old\n", b""]


@pytest.mark.parametrize(
    "diff",
    [
        b"",
        b"rubbish",
        b"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-other\n+new\n",
        b"--- /dev/null\n+++ b/../out.py\n@@ -0,0 +1 @@\n+x\n",
        b"--- /dev/null\n+++ b/.git/config\n@@ -0,0 +1 @@\n+x\n",
    ],
)
def test_a_diff_that_does_not_apply_is_refused_in_one_sentence(tmp_path: Path, diff: bytes) -> None:
    root, folder = tmp_path / "real", tmp_path / "own"
    write_files(root, {"a.py": "a\n"})
    commit_all(root)
    folder.mkdir()

    with pytest.raises(SourceError, match=r"\Athe diff does not apply to HEAD: [^\n]+\.\Z"):
        apply_diff(str(root), "HEAD", diff, str(folder))
    assert not (tmp_path / "out.py").exists()

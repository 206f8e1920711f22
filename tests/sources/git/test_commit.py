"""Commits: what only an object store has."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from archguard.errors import SourceError
from archguard.sources.git.commit import Commit, open_at_paths
from archguard.sources.git.tree import MISSING
from archguard.sources.source import FileEntry, PathKind, Unreadable
from tests.sources.trees import commit_all, git, write_files

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str | bytes, str | bytes] = {"p/__init__.py": "", "p/a.py": "a\n", "p/b.py": "b\n"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small repository with a work tree."""
    root = tmp_path / "repository"
    root.mkdir()
    write_files(root, FILES)
    commit_all(root)
    return root


def _paths(source: Commit, folder: str = "") -> list[str]:
    return sorted(entry.path for entry in source.find_python_files(folder))


def test_the_commit_is_read_whatever_the_work_tree_holds(repository: Path) -> None:
    shutil.rmtree(repository / "p")
    source = Commit.find(str(repository), "HEAD")

    assert source.commit == git(repository, "rev-parse", "HEAD")
    assert _paths(source) == ["p/__init__.py", "p/a.py", "p/b.py"]
    assert list(source.read(["p/a.py"])) == [b"a\n"]


@pytest.mark.parametrize("rev", ["HEAD", "main", "refs/heads/main", "v1", "HEAD~0", "@", "HEAD^{/all}"])
def test_a_revision_may_be_written_as_git_does(repository: Path, rev: str) -> None:
    git(repository, "tag", "-a", "v1", "-m", "an annotated tag")

    assert Commit.find(str(repository), rev).commit == git(repository, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    "rev",
    [
        "nowhere",
        "",
        "--upload-pack=touch x",
        "--help",
        "-n1",
        "^HEAD",
        "HEAD..main",
        "HEAD:p/a.py",
        "0" * 40,
        "a b",
        "HEAD\nmain",
        "@{upstream}",
        "\udcff",
    ],
)
def test_what_names_no_commit_is_refused_in_one_sentence(repository: Path, rev: str) -> None:
    with pytest.raises(SourceError) as caught:
        Commit.find(str(repository), rev)

    assert str(caught.value) == f"--rev {rev}: no such commit in the repository at {repository}."


def test_an_unborn_branch_has_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")

    with pytest.raises(SourceError, match=r"^--rev HEAD: no such commit"):
        Commit.find(str(tmp_path), "HEAD")


def test_a_commit_without_files_is_an_empty_tree(tmp_path: Path) -> None:
    commit_all(tmp_path)
    source = Commit.find(str(tmp_path), "HEAD")

    assert _paths(source) == []
    assert source.get_kind("") is PathKind.FOLDER


def test_a_folder_without_a_repository_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^--root .*: no git repository there\.$"):
        Commit.find(str(tmp_path), "HEAD")


def test_a_damaged_repository_is_one_sentence(repository: Path) -> None:
    (repository / ".git" / "HEAD").write_text("nonsense\n")

    with pytest.raises(SourceError, match=r"^--root .*: no git repository there\.$"):
        Commit.find(str(repository), "HEAD")


def test_without_git_the_missing_program_is_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(repository))

    with pytest.raises(SourceError, match=r"^git is not installed, and reading commits needs it\.$"):
        Commit.find(str(repository), "HEAD")


def test_a_sub_folder_of_the_repository_is_the_top_of_the_source(repository: Path) -> None:
    source = Commit.find(str(repository / "p"), "HEAD")

    assert _paths(source) == ["__init__.py", "a.py", "b.py"]
    assert list(source.read(["b.py"])) == [b"b\n"]
    assert source.get_kind("a.py") is PathKind.FILE


def test_a_sub_folder_whose_name_ends_in_a_newline_is_found(tmp_path: Path) -> None:
    write_files(tmp_path, {"odd\n/a.py": ""})
    commit_all(tmp_path)

    assert _paths(Commit.find(str(tmp_path / "odd\n"), "HEAD")) == ["a.py"]


def test_a_bare_repository_needs_no_work_tree(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(repository), "bare.git")

    assert len(_paths(Commit.find(str(tmp_path / "bare.git"), "main"))) == 3


def test_a_linked_work_tree_is_read_through_its_git_file(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    write_files(tmp_path / "side", {"p/c.py": ""})
    git(tmp_path / "side", "add", "--all")
    git(tmp_path / "side", "commit", "--quiet", "-m", "side")

    assert (tmp_path / "side" / ".git").is_file()
    assert "p/c.py" in _paths(Commit.find(str(tmp_path / "side"), "HEAD"))


def test_a_folder_that_only_looks_like_a_bare_repository_does_not_hide_the_real_one(
    repository: Path,
) -> None:
    write_files(repository, {"HEAD": "ref: refs/heads/evil\n", "objects/x": "", "refs/x": ""})

    assert len(_paths(Commit.find(str(repository), "HEAD"))) == 3


def test_a_repository_of_sha256_objects_is_read(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    commit = commit_all(tmp_path, "--object-format=sha256")
    source = Commit.find(str(tmp_path), "HEAD")

    assert len(commit) == 64
    assert source.commit == commit
    assert list(source.read(["p/a.py", "p/b.py"])) == [b"a\n", b"b\n"]


def test_a_packed_repository_is_read(repository: Path) -> None:
    git(repository, "gc", "--quiet")

    assert list(Commit.find(str(repository), "HEAD").read(["p/a.py"])) == [b"a\n"]


def test_a_shallow_clone_is_read(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", repository.as_uri(), "shallow")

    assert len(_paths(Commit.find(str(tmp_path / "shallow"), "HEAD"))) == 3


@pytest.mark.parametrize("damage", ["missing", "corrupt"])
def test_a_blob_that_cannot_be_had_is_listed_and_the_others_are_read(
    repository: Path, damage: str
) -> None:
    blob = git(repository, "rev-parse", "HEAD:p/a.py")
    stored = repository / ".git" / "objects" / blob[:2] / blob[2:]
    stored.chmod(0o644)
    if damage == "missing":
        stored.unlink()
    else:
        stored.write_bytes(b"nonsense")
    source = Commit.find(str(repository), "HEAD")

    assert list(source.read(["p/b.py", "p/a.py", "p/__init__.py"])) == [b"b\n", Unreadable(MISSING), b""]


def test_a_submodule_is_listed_as_what_the_commit_does_not_contain(
    repository: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    write_files(other, {"x.py": ""})
    commit = commit_all(other)
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},p/sub")
    git(repository, "commit", "--quiet", "-m", "a submodule")
    source = Commit.find(str(repository), "HEAD")

    assert FileEntry(
        "p/sub", "a submodule, which the commit does not contain"
    ) in source.find_python_files("p")
    assert source.get_kind("p/sub") is PathKind.OTHER


def test_an_object_of_the_name_of_another_is_not_put_in_its_place(repository: Path) -> None:
    old = git(repository, "rev-parse", "HEAD:p/a.py")
    new = git(repository, "rev-parse", "HEAD:p/b.py")
    git(repository, "replace", old, new)

    assert list(Commit.find(str(repository), "HEAD").read(["p/a.py"])) == [b"a\n"]


def test_the_environment_cannot_point_at_another_repository(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    commit_all(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")

    assert len(_paths(Commit.find(str(repository), "HEAD"))) == 3


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_another_user_says_what_to_do(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, _, _ in os.walk(repository):
        os.chown(folder, 12345, 12345)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "0")
    monkeypatch.delenv("SUDO_UID", raising=False)

    with pytest.raises(SourceError) as caught:
        Commit.find(str(repository / "p"), "HEAD")

    assert str(caught.value) == (
        f"--root {repository / 'p'}: the repository belongs to another user; if you trust it, run "
        f"`git config --global --add safe.directory {repository}`."
    )


def test_reading_writes_nothing_into_the_repository(repository: Path) -> None:
    def snapshot() -> dict[str, float]:
        return {str(path): path.lstat().st_mtime for path in sorted(repository.rglob("*"))}

    before = snapshot()
    list(Commit.find(str(repository), "HEAD").read(["p/a.py"]))

    assert snapshot() == before


@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"in/a.toml": "a = 1\n", "in/b.toml": "b = 1\n", "in/deep/c.toml": "c = 1\n"},
        {"in/a.toml": "-> ../real.toml", "real.toml": "a = 2\n"},
        {"in": "-> real", "real/a.toml": "a = 3\n", "real/deep/c.toml": "c = 3\n"},
        {"in/a.toml": "-> nowhere"},
        {"in/a.toml/x": "a folder of that name\n"},
        {"in": "a file in a folder's place\n"},
        {"in/[a].toml": "no pattern\n", ":(top)x.toml": "no pathspec\n"},
    ],
    ids=["none", "files", "link", "linked folder", "dead link", "folder", "file above", "odd names"],
)
def test_some_paths_of_a_commit_are_read_as_of_the_whole_one(
    repository: Path, extra: dict[str | bytes, str | bytes]
) -> None:
    write_files(repository, extra)
    commit = commit_all(repository)
    paths = ["in/a.toml", "in/b.toml", "in/deep/c.toml", "in/[a].toml", ":(top)x.toml", "p/a.py"]

    some = open_at_paths(str(repository / ".git"), commit, paths)
    whole = Commit.find(str(repository), "HEAD")

    assert list(some.read(paths)) == list(whole.read(paths))
    assert list(whole.read(["p/a.py"])) == [b"a\n"]


def test_a_path_below_a_submodule_is_read_as_of_the_whole_commit(repository: Path) -> None:
    commit = commit_all(repository)
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{commit},in")
    git(repository, "commit", "--quiet", "--message", "A submodule")
    commit = git(repository, "rev-parse", "HEAD")
    paths = ["in/a.toml", "p/a.py"]

    some = open_at_paths(str(repository / ".git"), commit, paths)

    assert list(some.read(paths)) == list(Commit.find(str(repository), "HEAD").read(paths))


def test_a_commit_is_listed_on_first_use_and_each_time_that_git_cannot_is_said(
    repository: Path,
) -> None:
    missing = Commit(str(repository / ".git"), "0" * 40)  # not listed yet

    for _ in range(2):
        with pytest.raises(SourceError):
            missing.prepare_listing()

"""Working trees: what only a file system has."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from archguard.sources.source import NOT_REGULAR, FileEntry, PathKind, Unreadable
from archguard.sources.working_tree import WorkingTree
from tests.sources.trees import write_files

if TYPE_CHECKING:
    from pathlib import Path


def test_a_pipe_is_listed_and_reading_it_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.py")
    source = WorkingTree(str(tmp_path))

    assert list(source.find_python_files("")) == [FileEntry("a.py", NOT_REGULAR)]
    assert list(source.read(["a.py"])) == [Unreadable(NOT_REGULAR)]
    assert source.get_kind("a.py") is PathKind.OTHER


def test_a_socket_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a.py")
        assert list(WorkingTree(".").find_python_files("")) == [FileEntry("a.py", NOT_REGULAR)]


def test_a_folder_named_like_a_module_is_no_file(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py/b.py": ""})

    assert list(WorkingTree(str(tmp_path)).find_python_files("")) == [FileEntry("a.py/b.py")]


def test_a_link_to_a_device_is_out_of_the_tree(tmp_path: Path) -> None:
    write_files(tmp_path, {"zero.py": "-> /dev/zero"})
    source = WorkingTree(str(tmp_path))

    assert [entry.unread for entry in source.find_python_files("")] == [
        "a symbolic link out of the tree"
    ]
    assert list(source.read(["zero.py"])) == [Unreadable("a symbolic link out of the tree")]


def test_a_root_that_is_a_link_itself_is_followed(tmp_path: Path) -> None:
    write_files(tmp_path, {"real/p/a.py": "a\n", "link": "-> real"})
    source = WorkingTree(str(tmp_path / "link"))

    assert list(source.find_python_files("p")) == [FileEntry("p/a.py")]
    assert list(source.read(["p/a.py"])) == [b"a\n"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_listed(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.py": "", "p/b.py": ""})
    (tmp_path / "a.py").chmod(0)
    (tmp_path / "p").chmod(0)
    source = WorkingTree(str(tmp_path))

    try:
        assert FileEntry(
            "p", "the folder cannot be read: permission denied"
        ) in source.find_python_files("")
        assert list(source.read(["a.py"])) == [Unreadable("cannot be opened: permission denied")]
    finally:
        (tmp_path / "p").chmod(0o755)


def test_a_file_that_has_gone_since_it_was_listed_is_unreadable(tmp_path: Path) -> None:
    (content,) = WorkingTree(str(tmp_path)).read(["gone.py"])

    assert content == Unreadable("cannot be opened: ENOENT")


def test_a_working_tree_has_no_commit(tmp_path: Path) -> None:
    assert WorkingTree(str(tmp_path)).commit is None
